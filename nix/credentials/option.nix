# `extra.credentials` of any kind of container: the option, and what systemd and systemd-nspawn make of it.
#
#   { lib, shell } -> { option, flags, service, files }
#
# The last three take what stands before `credentials` in the option's name ("containers.NAME.extra"), the name that the
# container is installed under, and the option's value.
{ lib, shell }:
let
  quote = import ../systemd/quote.nix { inherit lib; };
  script = builtins.toFile "container-credential" (builtins.readFile ./credentials.sh);

  way =
    type: example: description:
    lib.mkOption {
      type = lib.types.nullOr type;
      default = null;
      inherit example description;
    };

  credential = lib.types.submodule {
    options = {
      file = way lib.types.str "/etc/secrets/token" "The file of this machine that holds it, read at each start.";
      command = way (lib.types.listOf lib.types.str) [ "pass" "show" "token" ] ''
        The program, with its arguments, that prints it: run by root of this machine at each start, without a shell.
      '';
      encrypted = way lib.types.str "/etc/secrets/token.cred" ''
        What `systemd-creds encrypt --name=NAME` made of it on this machine: the text, or the path of a file.
      '';
    };
  };

  ways = [
    "file"
    "command"
    "encrypted"
  ];

  isPath =
    text:
    lib.hasPrefix "/" text
    && !lib.hasInfix "\n" text
    && builtins.match ".*[ \t\r\\\\]" text == null
    && lib.all (part: !lib.elem part [ "" "." ".." ]) (lib.tail (lib.splitString "/" text));

  # No regular expression: Nix runs out of stack on a long text.
  base64 = lib.stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  isBase64 = text: text != "" && lib.replaceStrings base64 (map (_: "") base64) text == "";
  joined = lib.replaceStrings [ "\n" " " ] [ "" "" ];

  # [ { name, option, way, value } ], or an error.
  checked =
    prefix: credentials:
    lib.mapAttrsToList (
      name: credential:
      let
        option = "${prefix}.credentials.${name}";
        set = lib.filter (way: credential.${way} != null) ways;
        way = lib.head set;
        value = credential.${way};
        pathRule = "a path begins with '/', and has no '.', '..' or empty part, no line break, and no blank or backslash at its end.";
      in
      if builtins.match "[A-Za-z0-9_][A-Za-z0-9._-]{0,99}" name == null then
        throw "${prefix}.credentials.${builtins.toJSON name}: the name of a credential has 1 to 100 letters, digits, '_', '-' or '.', and begins with none of the last two."
      else if set == [ ] then
        throw "${option} has no value. Set one of ${option}.file, .command or .encrypted."
      else if lib.length set > 1 then
        throw "${option} sets ${lib.concatStringsSep " and " set}. Set exactly one of file, command, encrypted."
      else if way == "file" && !isPath value then
        throw "${option}.file is ${builtins.toJSON value}: ${pathRule}"
      else if way == "file" && lib.hasPrefix "/nix/store/" value then
        throw "${option}.file is ${value}: every user can read what is in the Nix store. Name a file that is elsewhere, as a text: \"/etc/secrets/${name}\"."
      else if way == "command" && (value == [ ] || lib.head value == "") then
        throw "${option}.command names no program. Write the program and its arguments as a list: [ \"pass\" \"show\" \"${name}\" ]."
      else if way == "encrypted" && !(isPath value || isBase64 (joined value)) then
        throw "${option}.encrypted is neither the path of a file nor what `systemd-creds encrypt --name=${name}` prints: ${pathRule}"
      else
        { inherit name option way value; }
    ) credentials;

  # In memory, of root alone, and gone when the unit is: systemd makes and removes it.
  runtime = instance: "credentials/container@${instance}";

  plain = lib.replaceStrings [ "%" ] [ "%%" ];
  ofWay = way: lib.filter (one: one.way == way);
  isFile = one: lib.hasPrefix "/" one.value;
in
{
  option = lib.mkOption {
    type = lib.types.attrsOf credential;
    default = { };
    example = {
      token.file = "/etc/secrets/token";
    };
    description = ''
      Secrets for the services inside, as systemd's credentials: a service inside with `LoadCredential=NAME` finds it in
      $CREDENTIALS_DIRECTORY/NAME. It is never in the store. Each has exactly one of `file`, `command` and `encrypted`.
    '';
  };

  # Of systemd-nspawn, each without blanks.
  flags =
    prefix: instance: credentials:
    map (
      one:
      "--load-credential=${one.name}:"
      + (if one.way == "command" then "/run/${runtime instance}/${one.name}" else one.name)
    ) (checked prefix credentials);

  # What the container's unit has beside.
  service =
    prefix: instance: credentials:
    let
      all = checked prefix credentials;
      commands = ofWay "command" all;
      encrypted = ofWay "encrypted" all;
      pair = one: "${one.name}:${plain one.value}";
      stored = lib.filter (one: one.way != "command" && isFile one) all;
      run = words: lib.concatStringsSep " " ([ shell script ] ++ map quote.argument words);
      given = {
        LoadCredential = map pair (ofWay "file" all);
        LoadCredentialEncrypted = map pair (lib.filter isFile encrypted);
        SetCredentialEncrypted = map (one: "${one.name}:${joined one.value}") (lib.filter (one: !isFile one) encrypted);
        # systemd would not tell the name of a file that is missing. With a value to fall back to it goes on to the check.
        SetCredential = map (one: "${one.name}:missing") stored;
        ExecStartPre =
          lib.optional (stored != [ ]) (
            run (
              [ "check" ]
              ++ lib.concatMap (one: [
                "${one.option}.${one.way}"
                one.value
              ]) stored
            )
          )
          ++ map (
            one:
            run (
              [
                "keep"
                "/run/${runtime instance}/${one.name}"
                one.name
              ]
              ++ one.value
            )
          ) commands;
        RuntimeDirectory = lib.optional (commands != [ ]) (runtime instance);
        RuntimeDirectoryMode = lib.optional (commands != [ ]) "0700";
      };
    in
    {
      serviceConfig = lib.filterAttrs (_: value: value != [ ]) given;
    };

  # Files of this machine that must be there: [ { name, option, path } ].
  files =
    prefix: credentials:
    map (one: {
      inherit (one) name;
      option = "${one.option}.${one.way}";
      path = one.value;
    }) (lib.filter (one: one.way != "command" && isFile one) (checked prefix credentials));
}
