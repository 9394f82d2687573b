# A container's system from its modules.
#
#   { lib, pkgs } -> { name, modules, specialArgs ? { }, prefix ? [ "containers" name ] } -> { toplevel, config, options }
#
# `prefix` is where the definition has these modules, for the names of options in errors.
#
# Errors: throws with all assertions that do not hold; warnings are traced.
{ lib, pkgs }:
{
  name,
  modules,
  specialArgs ? { },
  prefix ? [
    "containers"
    name
  ],
}:
let
  render = import ../../../systemd/render.nix { inherit lib; };

  evaluated = lib.evalModules {
    inherit prefix;
    specialArgs = {
      inherit lib;
      modulesPath = toString ./.;
    }
    // specialArgs;
    modules =
      import ./module-list.nix
      ++ [
        {
          _file = "the host base";
          _module.args = {
            inherit name;
            pkgs = lib.mkDefault pkgs;
            utils = {
              escapeSystemdPath = render.escapePath;
            };
          };
          _module.unknownOptionHint = "The host base, which makes containers of this machine's own OS, has no such option. Other options of NixOS need nixpkgs: give a nixpkgs with --nixpkgs-path or NIX_PATH.";
          networking.hostName = lib.mkDefault name;
        }
      ]
      ++ modules;
  };

  inherit (evaluated) config options;
  failed = map (it: it.message) (lib.filter (it: !it.assertion) config.assertions);

  checked =
    if failed == [ ] then
      lib.foldl' (value: warning: builtins.trace "warning: container ${name}: ${warning}" value) config.system.build.toplevel config.warnings
    else
      throw "Container '${name}' cannot be made:\n${lib.concatMapStrings (message: "- ${message}\n") failed}";
in
{
  inherit options;
  toplevel = checked;
  config = config // {
    system = config.system // {
      build = config.system.build // {
        toplevel = checked;
      };
    };
  };
}
