# system.activationScripts: shell code that `activate` runs after /etc and the users are there.
{ config, lib, ... }:
let
  script = lib.types.submodule {
    options = {
      deps = lib.mkOption {
        type = lib.types.listOf lib.types.str;
        default = [ ];
        example = [ "users" ];
        description = "Scripts that run before this one.";
      };
      text = lib.mkOption {
        type = lib.types.lines;
        example = "mkdir -p /var/lib/demo";
        description = "The shell code.";
      };
      supportsDryActivation = lib.mkOption {
        type = lib.types.bool;
        default = false;
        example = true;
        description = "Accepted for NixOS's sake: scripts do not run in a dry activation.";
      };
    };
  };

  # Done by activate.sh itself, before all others.
  own = [
    "binsh"
    "etc"
    "groups"
    "specialfs"
    "stdio"
    "tmpfs"
    "usrbinenv"
    "users"
    "var"
  ];

  scripts = config.system.activationScripts;

  # Depth first; `state.seen` holds what is in `state.names` or being visited.
  visit =
    state: name:
    if lib.elem name own || lib.elem name state.seen then
      state
    else if !(scripts ? ${name}) then
      throw "system.activationScripts: '${name}' is named in `deps', but there is no such script. There are: ${toString (own ++ lib.attrNames scripts)}."
    else
      let
        inner = lib.foldl' visit (state // { seen = state.seen ++ [ name ]; }) scripts.${name}.deps;
      in
      inner // { names = inner.names ++ [ name ]; };

  ordered =
    (lib.foldl' visit {
      seen = [ ];
      names = [ ];
    } (lib.attrNames scripts)).names;
in
{
  options.system.activationScripts = lib.mkOption {
    type = lib.types.attrsOf (lib.types.coercedTo lib.types.str (text: { inherit text; }) script);
    default = { };
    example = {
      demo.text = "mkdir -p /var/lib/demo";
    };
    description = "Shell code that runs when the system boots and when it is updated. It may run many times.";
  };

  config.system.build.activationScripts = lib.concatMapStrings (name: ''
    snippet=${lib.escapeShellArg name}
    ${scripts.${name}.text}
  '') ordered;
}
