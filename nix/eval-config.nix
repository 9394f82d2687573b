# The entry of every evaluation: from a definition to what is installed. docs/architecture.md has the contract.
#
#   definition  host-side modules: an attribute set, a function, a path, or a list of these
#   attrPath    JSON list of names to select in the definition
#   facts       what Nix cannot find out by itself: a JSON object, or an attribute set
#   nixpkgs     path of nixpkgs, for the base "nixpkgs"
#   nixos       path of its folder nixos, instead
#
# Gives { etc, parts, containers, config, options, files }; `files` is what etc will hold, as data.
{
  definition,
  attrPath ? "[]",
  facts ? "{}",
  nixpkgs ? null,
  nixos ? null,
}:
let
  given = if builtins.isString facts then builtins.fromJSON facts else facts;

  known = {
    base = "host";
    system = builtins.currentSystem;
    sshKey = null;
    stateDirectory = "/var/lib/nixos-containers";
    legacyInstallDirs = false;
    node = "/usr/bin/node";
    nixcloud = null;
    extra = { };
    split = false;
    parts = [ ];
    lab = false;
    rename = { };
    suffix = "";
    addresses = { };
    # 10.192.0.0/10, in networks of 256 addresses.
    addressPool = {
      first = 704512;
      count = 16384;
    };
  }
  // given
  // {
    # Where NixOS keeps confs in /etc: system.stateVersion before 22.05 means the older place.
    confDirectory = if given.legacyInstallDirs or false then "containers" else "nixos-containers";
  };

  all = known // {
    renamed = import ./dialects/rename.nix known;
  };

  base = import ./bases {
    inherit nixpkgs nixos;
    facts = all;
  };

  select = import ./dialects/select.nix { inherit (base) lib; };
in
import (if all.nixcloud == null then ./dialects/containers.nix else ./dialects/nixcloud.nix) {
  inherit base;
  facts = all;
  modules = select (builtins.fromJSON attrPath) definition;
}
