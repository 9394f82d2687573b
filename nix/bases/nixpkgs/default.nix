# The nixpkgs base: containers as NixOS makes them, by nixpkgs's own nixos-containers.nix. docs/nixpkgs.md says how.
#
#   { facts, nixpkgs } -> { lib, pkgs, evalSystem, evalModules, systemOf, containersModule, swallow, defaultPath, searchPath, shell, tools, relocate }
#
# Of NixOS's host-side modules only those are evaluated that containers come from.
{ facts, nixpkgs }:
let
  usable = import ./check.nix nixpkgs;
  genuine = import (usable + "/lib");
  lib = import ./lib.nix { inherit genuine; };

  pkgs = import usable {
    inherit (facts) system;
    # Neither ~/.config/nixpkgs nor ~/.config/nixpkgs/overlays.
    config = { };
    overlays = [ ];
  };

  evalSystem = import ./eval-system.nix { inherit lib pkgs; };
in
{
  wholeHost = false;
  # Worth several processes.
  slow = true;
  inherit lib pkgs evalSystem;

  evalModules =
    args:
    genuine.evalModules (
      args
      // {
        specialArgs = {
          modulesPath = toString (usable + "/nixos/modules");
        }
        // args.specialArgs or { };
      }
    );

  # As the host base's: a container's system from its modules.
  systemOf = import ./system-of.nix {
    inherit lib facts evalSystem;
    nixpkgs = usable;
  };

  # Beside the store, a container of systemOf has no files of the host.
  hostFiles = _system: [ ];

  containersModule = import ./containers.nix {
    inherit lib facts evalSystem;
    nixpkgs = usable;
    sharedPackages = import ./shared-packages.nix { inherit lib pkgs; };
  };

  swallow = import ./swallow.nix { inherit lib genuine; };

  # What is wrong with the definition, or null.
  fault = import ./near-miss.nix { inherit lib; };

  # What NixOS adds to the PATH of every service.
  defaultPath = config: pkgs: [
    pkgs.coreutils
    pkgs.findutils
    pkgs.gnugrep
    pkgs.gnused
    config.systemd.package
  ];

  searchPath = packages: "${genuine.makeBinPath packages}:${genuine.makeSearchPathOutput "bin" "sbin" packages}";

  shell = pkgs: pkgs.runtimeShell;

  # What our own scripts of units use beyond that.
  tools = pkgs: [
    pkgs.gawk
    (pkgs.util-linux or pkgs.utillinux)
  ];

  # NixOS's unit tells systemd-nspawn.
  forwardsPorts = false;

  servicePath = [ ];
  hostFolders = _config: [ ];

  # NixOS before 22.05 keeps containers in other folders; which are used is this machine's to say.
  relocate =
    builtins.replaceStrings
      [
        "/var/lib/containers/%i"
        "/var/lib/nixos-containers/%i"
        "/run/containers"
        "/etc/containers/%i.conf"
        "/etc/nixos-containers/%i.conf"
      ]
      [
        "${facts.stateDirectory}/%i"
        "${facts.stateDirectory}/%i"
        "/run/nixos-containers"
        "/etc/${facts.confDirectory}/%i.conf"
        "/etc/${facts.confDirectory}/%i.conf"
      ];
}
// lib.optionalAttrs (facts.wholeHost or false) (
  import ./whole-host.nix {
    inherit lib facts;
    nixpkgs = usable;
  }
)
