# The entry for flakes: from what `--flake REF#ATTR` names to what is installed. docs/flake.md lists what ATTR may be.
#
#   ref    a flake reference, as builtins.getFlake takes it
#   attr   JSON list of names, [] where no ATTR is given
#   facts  as eval-config.nix has it
#
# Gives { etc }.
{
  ref,
  attr ? "[]",
  facts ? "{}",
}:
let
  flake = builtins.getFlake ref;
  path = builtins.fromJSON attr;
  known = builtins.fromJSON facts;
  system = known.system or builtins.currentSystem;
  nixpkgs = flake.inputs.nixpkgs or null;

  name = part: if builtins.match "[A-Za-z_][A-Za-z0-9_'-]*" part != null then part else builtins.toJSON part;
  show = names: builtins.concatStringsSep "." (map name names);

  # [ ] or [ value ]
  find =
    names: from:
    builtins.foldl' (
      found: one:
      if found != [ ] && builtins.isAttrs (builtins.head found) && builtins.head found ? ${one} then
        [ (builtins.head found).${one} ]
      else
        [ ]
    ) [ from ] names;

  container = names: map (value: { containers.${builtins.head names} = value; }) (find names (flake.containers or { }));
  package = names: find ([ "packages" system ] ++ names) flake;

  candidates =
    if path == [ ] then
      map (containers: { inherit containers; }) (find [ "containers" ] flake) ++ package [ "default" ]
    else if path == [ "containers" ] then
      map (containers: { inherit containers; }) (find path flake)
    else
      (if builtins.length path == 1 then container path else [ ])
      ++ (if builtins.length path == 2 && builtins.head path == "containers" then container (builtins.tail path) else [ ])
      ++ package path
      ++ find path flake;

  outputs = builtins.concatStringsSep ", " (builtins.attrNames (flake.outputs or { }));

  value =
    if candidates != [ ] then
      builtins.head candidates
    else if path == [ ] then
      throw "The flake has neither the output 'containers' nor 'packages.${system}.default'. It has: ${outputs}. Name one: --flake REF#ATTR"
    else
      throw "The flake has none of ${
        builtins.concatStringsSep ", " (
          map (names: "'${show names}'") ([ ([ "containers" ] ++ path) ([ "packages" system ] ++ path) path ])
        )
      }. It has: ${outputs}.";

  isType = type: builtins.isAttrs value && value ? type && value.type == type;
  built =
    if isType "derivation" then
      value
    # A system of nixosConfigurations.
    else if builtins.isAttrs value && value._type or "" == "configuration" then
      value.config.system.build.etc
    else
      null;

  given = builtins.attrNames (known.extra or { });
in
if built == null then
  import ./eval-config.nix {
    inherit nixpkgs;
    facts = builtins.toJSON (
      # NIX_PATH is none of a flake's business.
      known // (if known.base or "auto" == "auto" && nixpkgs == null then { base = "host"; } else { })
    );
    definition = value;
  }
else if given != [ ] then
  throw "--${builtins.head given} is for definitions, and the flake's '${show path}' is a package. Set extra.${builtins.head given} where it is defined."
else
  { etc = built; }
