# The name that a container is installed under: the command line may rename those of a definition (`shell --unique`).
# References within the definition keep the attribute's name.
{ rename, suffix, ... }:
name:
let
  length = builtins.stringLength;
  # Names that would get too long keep their beginning, and differ where they did.
  cut = "${builtins.substring 0 (64 - 9 - length suffix) name}-${builtins.substring 0 8 (builtins.hashString "sha256" name)}";
in
rename.${name}
  or (if suffix == "" then name else (if length name + length suffix > 64 then cut else name) + suffix)
