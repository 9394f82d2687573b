# From the values of the `systemd.*` options to unit texts.
#
#   units : { services, sockets, ..., units, globalEnvironment } -> { "web.service" = { text, enable, wantedBy, ... }; }
#
# Every attribute of the argument may be left out.
{ lib }:
let
  value =
    v:
    if v == true then
      "true"
    else if v == false then
      "false"
    else
      toString v;

  assign = name: v: "${name}=${value v}\n";

  settings = attrs: lib.concatStrings (lib.mapAttrsToList (name: v: lib.concatMapStrings (assign name) (lib.toList v)) attrs);

  # JSON's quotes and escapes are understood in Environment=.
  variables =
    env:
    lib.concatStrings (
      lib.mapAttrsToList (
        name: v: lib.optionalString (v != null) "Environment=${builtins.toJSON "${name}=${v}"}\n"
      ) env
    );

  serviceSection =
    globalEnvironment: unit:
    variables (globalEnvironment // unit.environment)
    + (
      if unit.reloadIfChanged then
        "X-ReloadIfChanged=true\n"
      else
        lib.optionalString (!unit.restartIfChanged) "X-RestartIfChanged=false\n"
    )
    + lib.optionalString (!unit.stopIfChanged) "X-StopIfChanged=false\n"
    + lib.optionalString unit.notSocketActivated "X-NotSocketActivated=true\n"
    + settings unit.serviceConfig;

  mountSection =
    unit:
    settings (
      {
        What = unit.what;
        Where = unit.where;
      }
      // lib.optionalAttrs (unit.type != "") { Type = unit.type; }
      // lib.optionalAttrs (unit.options != "") { Options = unit.options; }
      // unit.mountConfig
    );

  socketSection =
    unit:
    settings unit.socketConfig
    + lib.concatMapStrings (assign "ListenStream") unit.listenStreams
    + lib.concatMapStrings (assign "ListenDatagram") unit.listenDatagrams;

  kinds = globalEnvironment: {
    services = {
      suffix = "service";
      section = "Service";
      body = serviceSection globalEnvironment;
    };
    sockets = {
      suffix = "socket";
      section = "Socket";
      body = socketSection;
    };
    timers = {
      suffix = "timer";
      section = "Timer";
      body = unit: settings unit.timerConfig;
    };
    paths = {
      suffix = "path";
      section = "Path";
      body = unit: settings unit.pathConfig;
    };
    slices = {
      suffix = "slice";
      section = "Slice";
      body = unit: settings unit.sliceConfig;
    };
    mounts = {
      suffix = "mount";
      section = "Mount";
      body = mountSection;
    };
    automounts = {
      suffix = "automount";
      section = "Automount";
      body = unit: settings ({ Where = unit.where; } // unit.automountConfig);
    };
    targets = {
      suffix = "target";
      section = null;
    };
  };

  unit = kind: cfg: {
    inherit (cfg)
      enable
      overrideStrategy
      aliases
      wantedBy
      requiredBy
      upheldBy
      ;
    text =
      "[Unit]\n${settings cfg.unitConfig}"
      + lib.optionalString (kind.section != null) "\n[${kind.section}]\n${kind.body cfg}";
  };

  # systemd's name of a path, as `systemd-escape --path` gives it.
  escapePath =
    path:
    let
      parts = lib.filter (part: part != "" && part != ".") (lib.splitString "/" path);
      trimmed = lib.concatStringsSep "/" parts;
      plain = lib.stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_.";
      escape =
        i: c:
        if c == "/" then
          "-"
        else if lib.elem c plain && !(i == 0 && c == ".") then
          c
        else
          "\\x${hexOf.${c} or (throw "The mount point '${path}' has a character that is not ASCII. Choose another path.")}";
    in
    if parts == [ ] then "-" else lib.concatStrings (lib.imap0 escape (lib.stringToCharacters trimmed));

  hexOf = {
    " " = "20";
    "!" = "21";
    "\"" = "22";
    "#" = "23";
    "$" = "24";
    "%" = "25";
    "&" = "26";
    "'" = "27";
    "(" = "28";
    ")" = "29";
    "*" = "2a";
    "+" = "2b";
    "," = "2c";
    "-" = "2d";
    "." = "2e";
    ";" = "3b";
    "<" = "3c";
    "=" = "3d";
    ">" = "3e";
    "?" = "3f";
    "@" = "40";
    "[" = "5b";
    "\\" = "5c";
    "]" = "5d";
    "^" = "5e";
    "`" = "60";
    "{" = "7b";
    "|" = "7c";
    "}" = "7d";
    "~" = "7e";
  };

  ofKind =
    cfg: option: kind:
    let
      given = cfg.${option} or { };
      named =
        if lib.isList given then
          map (mount: lib.nameValuePair (escapePath mount.where) mount) given
        else
          lib.mapAttrsToList lib.nameValuePair given;
    in
    map (entry: lib.nameValuePair "${entry.name}.${kind.suffix}" (unit kind entry.value)) named;
in
{
  inherit escapePath;

  units =
    cfg:
    lib.listToAttrs (lib.concatLists (lib.mapAttrsToList (ofKind cfg) (kinds (cfg.globalEnvironment or { }))))
    // (cfg.units or { });
}
