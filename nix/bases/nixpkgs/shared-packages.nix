# The module by which a system has the package set that all share, instead of importing its own: not where its nixpkgs.* says
# what its packages are made of. Its overlays are applied to the shared ones.
#
#   { lib, pkgs } -> module
#
# `pkgs` is nixpkgs without any configuration.
{ lib, pkgs }:
{ config, options, ... }:
let
  inherit (options) nixpkgs;
  untouched = option: !(nixpkgs ? ${option}) || nixpkgs.${option}.highestPrio >= 1500;
  platform =
    if nixpkgs ? hostPlatform && nixpkgs.hostPlatform.isDefined then
      config.nixpkgs.hostPlatform
    else
      config.nixpkgs.localSystem;
  withoutFunctions = lib.filterAttrs (_: value: !builtins.isFunction value);
in
{
  _file = "the nixpkgs base";
  nixpkgs.pkgs = lib.mkIf (
    lib.all untouched [
      "config"
      "crossSystem"
      "buildPlatform"
    ]
    && withoutFunctions platform == withoutFunctions pkgs.stdenv.hostPlatform
  ) (lib.mkOverride 1400 pkgs);
}
