# `containers.NAME` on the nixpkgs base: nixpkgs's own module, and what it reads of the host.
{
  lib,
  facts,
  nixpkgs,
  evalSystem,
  sharedPackages,
}:
{ config, pkgs, ... }:
let
  modules = nixpkgs + "/nixos/modules";
  existing = lib.filter builtins.pathExists;

  file = lib.head (
    existing [
      (modules + "/virtualisation/nixos-containers.nix")
      (modules + "/virtualisation/containers.nix")
    ]
  );

  evalConfig = toString (nixpkgs + "/nixos/lib/eval-config.nix");

  # nixpkgs's module evaluates a container by importing eval-config.nix. Here that goes through evalSystem.
  importOf = path: if toString path == evalConfig then evalSystem (import path) else import path;

  read = default: lib.mkOption {
    type = lib.types.unspecified;
    inherit default;
    example = default;
    description = "What nixpkgs's module for containers reads of the host, with the host's own default.";
  };
in
{
  imports =
    existing [
      # pkgs from nixpkgs.{config,overlays,pkgs,...}, and the modules' argument utils.
      (modules + "/misc/nixpkgs.nix")
      (modules + "/misc/extra-arguments.nix")
      (modules + "/misc/assertions.nix")
    ]
    ++ [
      sharedPackages
      {
        _file = toString file;
        key = toString file;
        imports = [ (builtins.scopedImport { import = importOf; } file) ];
      }
    ];

  options = lib.mapAttrsRecursiveCond (value: !(value ? value)) (_: value: read value.value) (
    import ./host-values.nix { inherit lib pkgs; }
  );

  config = {
    nixpkgs.system = lib.mkOverride 1200 facts.system;
    _module.args.name = lib.mkOverride 1500 "host";
  };
}
