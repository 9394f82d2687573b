# Option types. One kind a file; the record that a type is, is in core.nix.
{ lib }:
let
  load = file: import file { inherit lib; };
in
load ./core.nix
// load ./scalars.nix
// load ./strings.nix
// load ./paths.nix
// load ./collections.nix
// load ./combinators.nix
// load ./attr-list.nix
// load ./attr-tag.nix
// load ./submodule.nix
// {
  inherit (lib) types;
}
