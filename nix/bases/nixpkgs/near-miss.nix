# A mistyped option of a container: nixpkgs says only since 2024 what was probably meant.
#
#   { lib } -> OPTIONS -> a message, or null
{ lib }:
options:
let
  near = import ../../dialects/near.nix { inherit lib; };

  known = lib.attrNames (options.containers.type.getSubOptions [ ]);

  # Of definitions that are plain sets; functions and conditions are left to the module system.
  unknown = lib.concatMap (
    set:
    lib.concatMap (
      name:
      let
        given = set.${name};
      in
      lib.optionals (lib.isAttrs given && !(given ? _type) && !(given ? imports)) (
        map (option: { inherit name option; }) (lib.subtractLists known (lib.attrNames given))
      )
    ) (lib.attrNames set)
  ) (lib.filter (set: lib.isAttrs set && !(set ? _type)) options.containers.definitions);

  first = lib.head unknown;
in
if unknown == [ ] || near.close first.option known == [ ] then
  null
else
  "The option `containers.${first.name}.${first.option}' does not exist.${near.hint first.option known}"
