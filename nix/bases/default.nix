# The base that facts.base names. "auto": nixpkgs where one is given or <nixpkgs/nixos> is found, else this machine's own OS.
#
# What is chosen is traced: src/eval/base.ts reads it.
{
  facts,
  nixpkgs,
  nixos,
}:
let
  found = builtins.tryEval <nixpkgs/nixos>;
  given =
    if nixpkgs != null then
      nixpkgs
    else if nixos != null then
      dirOf nixos
    else if found.success then
      dirOf found.value
    else
      null;

  chosen =
    if facts.base != "auto" then
      facts.base
    else if given != null then
      "nixpkgs"
    else
      "host";

  bases = {
    host = import ./host { inherit facts; };
    nixpkgs =
      if given == null then
        throw "There is no nixpkgs: <nixpkgs/nixos> is not in NIX_PATH. Give one with --nixpkgs-path, or choose this machine's own OS with --base host."
      else
        import ./nixpkgs {
          inherit facts;
          nixpkgs = given;
        };
  };

  base =
    bases.${chosen}
      or (throw "There is no base named '${chosen}'. Bases: ${builtins.concatStringsSep ", " (builtins.attrNames bases)}");
in
if facts.base == "auto" then builtins.trace "extra-container: base ${chosen}" base else base
