# The host base: containers of this machine's own OS, without nixpkgs.
#
#   { facts } -> { lib, pkgs, evalSystem, containersModule }
#
# docs/architecture.md says what each is.
{ facts }:
let
  lib = import ./lib;
  pkgs = import ./pkgs {
    inherit lib;
    inherit (facts) system;
  };
  evalSystem = import ./system/eval-system.nix { inherit lib pkgs; };
in
{
  wholeHost = false;
  slow = false;
  inherit lib pkgs evalSystem;
  inherit (lib) evalModules;
  systemOf = evalSystem;
  # What of the host's files a container of systemOf has.
  hostFiles = system: [ "/usr" ] ++ system.config.system.build.hostEtc;

  fault = _options: null;

  # Other options of the host.
  swallow.freeformType = lib.types.lazyAttrsOf lib.types.anything;

  # Programs are in the host's own PATH.
  defaultPath = _config: _pkgs: [ ];
  tools = _pkgs: [ ];
  shell = _pkgs: "/bin/bash";
  relocate = text: text;
  forwardsPorts = true;

  # PATH of services of ours.
  servicePath = [
    "/usr"
    ""
  ];

  # What a container has of this machine, by its system's configuration.
  hostFolders = config: [ "/usr" ] ++ lib.filter builtins.pathExists config.system.build.hostEtc;

  containersModule = import ./containers.nix {
    inherit pkgs evalSystem;
    inherit (facts) stateDirectory confDirectory renamed;
  };
}
