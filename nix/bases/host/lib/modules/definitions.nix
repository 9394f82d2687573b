# The definitions of one option -> its value.
{ lib }:
let
  inherit (builtins)
    addErrorContext
    all
    concatMap
    filter
    head
    isAttrs
    length
    ;
  inherit (lib.modules)
    defaultOverridePriority
    dischargeProperties
    filterOverrides'
    mkOptionDefault
    pushDownProperties
    sortProperties
    ;
  inherit (lib.options) showDefs showFiles showOption;

  context = file: addErrorContext "while evaluating definitions from `${file}':";

  # mkMerge, mkIf, mkDefinition, mkOverride and mkOrder carried out: { values, highestPrio }.
  settle =
    defs:
    let
      plain = { file, value, ... }: !(isAttrs value && value ? _type);
      expanded = concatMap (
        def:
        map (value: if value._type or null == "definition" then value else { inherit (def) file; inherit value; }) (
          context def.file (dischargeProperties def.value)
        )
      ) defs;
      kept = filterOverrides' expanded;
    in
    if length defs == 1 && context (head defs).file (plain (head defs)) then
      {
        values = defs;
        highestPrio = defaultOverridePriority;
      }
    else
      {
        values = sortProperties kept.values;
        inherit (kept) highestPrio;
      };
in
rec {
  # For types, with the definitions of a part of a value: { defsFinal, isDefined, mergedValue, optionalValue }.
  mergeDefinitions =
    loc: type: defs:
    let
      defsFinal' = settle defs;
      defsFinal = defsFinal'.values;
      isDefined = defsFinal != [ ];
      mergedValue =
        if isDefined then
          if all (def: type.check def.value) defsFinal then
            type.merge loc defsFinal
          else
            throw "A definition for option `${showOption loc}' is not of type `${type.description}'. Definition values:${
              showDefs (filter (def: !type.check def.value) defsFinal)
            }"
        else
          type.emptyValue.value
            or (throw "The option `${showOption loc}' was accessed but has no value defined. Try setting the option.");
    in
    {
      inherit
        defsFinal'
        defsFinal
        isDefined
        mergedValue
        ;
      optionalValue = if isDefined then { value = mergedValue; } else { };
    };

  # opt: a merged declaration; the option as it appears in `options`.
  evalOptionValue =
    loc: opt: defs:
    let
      all =
        if opt ? default then
          [
            {
              file = head opt.declarations;
              value = mkOptionDefault opt.default;
            }
          ]
          ++ defs
        else
          defs;
      result =
        if opt.readOnly or false && length all > 1 then
          throw "The option `${showOption loc}' is read-only, but it's set multiple times. Definition values:${
            showDefs (map (def: def // { value = (mergeDefinitions loc opt.type [ def ]).mergedValue; }) all)
          }"
        else
          mergeDefinitions loc opt.type all;
      value = if opt ? apply then opt.apply result.mergedValue else result.mergedValue;
      evaluated = opt // {
        value = addErrorContext "while evaluating the option `${showOption loc}':" value;
        inherit (result.defsFinal') highestPrio;
        definitions = map (def: def.value) result.defsFinal;
        files = map (def: def.file) result.defsFinal;
        definitionsWithLocations = result.defsFinal;
        inherit (result) isDefined;
        __toString = _: showOption loc;
      };
    in
    if opt.type.deprecationMessage == null then
      evaluated
    else
      lib.warn "The type `types.${opt.type.name}' of option `${showOption loc}' defined in ${showFiles opt.declarations} is deprecated. ${opt.type.deprecationMessage}" evaluated;

  # Each attribute of an attrsOf option with its own priority: { NAME = { value, highestPrio }; }.
  mergeAttrDefinitionsWithPrio =
    opt:
    assert opt.type.name == "attrsOf" || opt.type.name == "lazyAttrsOf";
    builtins.zipAttrsWith
      (
        name: defs:
        let
          merged = mergeDefinitions (opt.loc ++ [ name ]) opt.type.nestedTypes.elemType defs;
        in
        {
          value = merged.mergedValue;
          inherit (merged.defsFinal') highestPrio;
        }
      )
      (
        concatMap (
          def: map (builtins.mapAttrs (_: value: def // { inherit value; })) (pushDownProperties def.value)
        ) opt.definitionsWithLocations
      );
}
