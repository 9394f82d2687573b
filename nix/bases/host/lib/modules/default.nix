# The module system. One theme a file; what a module author calls is in properties.nix, renames.nix and eval.nix.
{ lib }:
let
  load = file: import file { inherit lib; };
in
load ./properties.nix
// load ./collect.nix
// load ./declarations.nix
// load ./definitions.nix
// load ./tree.nix
// load ./eval.nix
// load ./renames.nix
