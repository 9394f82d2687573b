# The module that takes every option of the host that nothing declares, and evaluates it only where it is read.
{ lib, genuine }:
let
  # As types.anything, which in some releases evaluates the conditions of definitions that nobody reads.
  any = genuine.mkOptionType {
    name = "anything";
    description = "anything";
    merge =
      loc: defs:
      let
        values = map (def: def.value) defs;
        isSet = value: lib.isAttrs value && !lib.isDerivation value;
      in
      if lib.all isSet values then
        (genuine.types.lazyAttrsOf any).merge loc defs
      else if lib.length defs > 1 && lib.all lib.isList values then
        lib.concatLists values
      else
        genuine.mergeEqualOption loc defs;
  };

  # Modules had no free form in 2020: there such options are not checked, and what they are set to cannot be read.
  freeForm =
    (builtins.tryEval
      (genuine.evalModules {
        modules = [
          {
            freeformType = genuine.types.lazyAttrsOf any;
            config.some = true;
          }
        ];
      }).config.some
    ).success;
in
if freeForm then
  { freeformType = genuine.types.lazyAttrsOf any; }
else
  { _module.check = false; }
