# Functions whose result can be overridden, and packages called with their arguments from a set.
{ lib }:
let
  inherit (builtins)
    attrNames
    filter
    intersectAttrs
    isAttrs
    ;
  inherit (lib)
    functionArgs
    isFunction
    mirrorFunctionArgs
    setFunctionArgs
    ;
  asSet = v: if builtins.isFunction v then { } else v;
in
rec {
  # The result of f gets override (with other arguments of f) and, for derivations, overrideDerivation.
  makeOverridable =
    f:
    let
      overridable = mirrorFunctionArgs f (
        given:
        let
          result = f given;
          with' = new: given // (if isFunction new then new given else new);
          override = mirrorFunctionArgs f (new: makeOverridable f (with' new));
          extra = {
            inherit override;
          };
        in
        if isAttrs result then
          result
          // extra
          // lib.optionalAttrs (result ? overrideAttrs) {
            overrideAttrs = attrs: makeOverridable (mirrorFunctionArgs f (given: (f given).overrideAttrs attrs)) given;
          }
          // lib.optionalAttrs (lib.isDerivation result) {
            overrideDerivation =
              attrs: makeOverridable (mirrorFunctionArgs f (given: overrideDerivation (f given) attrs)) given;
          }
        else if isFunction result then
          setFunctionArgs result (functionArgs result) // extra
        else
          result
      );
    in
    if builtins.isFunction overridable then
      overridable
    else
      overridable // lib.optionalAttrs (isAttrs f) (removeAttrs f (attrNames overridable));

  overrideDerivation =
    drv: f:
    let
      new = derivation (drv.drvAttrs // f drv);
    in
    new // lib.optionalAttrs (drv ? meta) { inherit (drv) meta; };

  # fn: a function, or a file with one; arguments that `args` does not give come from `auto`, by name.
  callPackageWith =
    auto: fn: args:
    let
      f = if isFunction fn then fn else import fn;
      wanted = functionArgs f;
      found = intersectAttrs wanted auto // args;
      missing = filter (name: !wanted.${name} && !found ? ${name}) (attrNames wanted);
      first = builtins.head missing;
      position = builtins.unsafeGetAttrPos first wanted;
      place = if position == null then "" else " at ${position.file}:${toString position.line}";
      candidates = filter (name: lib.strings.levenshteinAtMost 2 first name) (attrNames auto);
      hint =
        if candidates == [ ] then
          ""
        else
          ", did you mean ${lib.concatMapStringsSep " or " (n: "\"${n}\"") (lib.take 3 candidates)}?";
    in
    if missing == [ ] then
      makeOverridable f found
    else
      abort "lib.customisation.callPackageWith: Function called without required argument \"${first}\"${place}${hint}";
  callPackagesWith =
    auto: fn: args:
    let
      f = if isFunction fn then fn else import fn;
      found = intersectAttrs (functionArgs f) auto // args;
      results = f found;
    in
    builtins.mapAttrs (
      name: _: makeOverridable (mirrorFunctionArgs f (given: (f given).${name})) found
    ) results;

  # A set of packages that call each other, with newScope, callPackage, overrideScope and packages.
  makeScope =
    newScope: f:
    let
      self = f self // {
        newScope = scope: newScope (self // scope);
        callPackage = self.newScope { };
        overrideScope = overlay: makeScope newScope (lib.extends overlay f);
        packages = f;
      };
    in
    self;

  extendDerivation =
    condition: extra: drv:
    let
      outputs = drv.outputs or [ "out" ];
      checked = value: assert condition; value;
      byName = lib.genAttrs outputs (
        name:
        drv
        // asSet extra
        // byName
        // {
          inherit (drv.${name}) type outputName;
          outputSpecified = true;
          outPath = checked drv.${name}.outPath;
          drvPath = checked drv.${name}.drvPath;
        }
      );
    in
    drv
    // extra
    // byName
    // {
      drvPath = checked drv.drvPath;
      outPath = checked drv.outPath;
    };
}
