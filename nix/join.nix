# The etc of containers that were evaluated for themselves (dialects/parts.nix): the derivation that evaluating them at once
# gives, byte for byte.
#
#   file  JSON: { derivation, files }, as data.nix has them, files a list
{ file }:
let
  data = import ./data.nix;
  given = builtins.fromJSON (builtins.readFile file);
  files = builtins.foldl' (all: files: all // data.to files) { } given.files;
in
derivation (data.to given.derivation // { buildCommand = import ./dialects/etc-script.nix files; })
