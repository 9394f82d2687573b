# Types of single values: booleans, numbers, anything, functions of the module system itself.
{ lib }:
let
  inherit (builtins)
    elem
    head
    isAttrs
    isBool
    isFloat
    isInt
    toJSON
    ;
  inherit (lib.options)
    getFiles
    mergeEqualOption
    mergeOneOption
    showFiles
    showOption
    ;
  inherit (lib.types) addCheck mkOptionType number;

  simple =
    name: description: check:
    mkOptionType {
      inherit name description check;
      descriptionClass = "noun";
      merge = mergeEqualOption;
    };
  atLeast = type: name: description: check: addCheck type check // {
    inherit name description;
    descriptionClass = "nonRestrictiveClause";
  };
  range = low: high: "${toJSON low} and ${toJSON high} (both inclusive)";
  ordered =
    name: low: high:
    lib.assertMsg (low <= high) "${name}: lowest must be smaller than highest";
in
rec {
  raw = mkOptionType {
    name = "raw";
    description = "raw value";
    descriptionClass = "noun";
    merge = mergeOneOption;
  };
  unspecified = mkOptionType {
    name = "unspecified";
    description = "unspecified value";
    descriptionClass = "noun";
  };
  # Sets are merged attribute by attribute, lists and all else must be equal.
  anything = mkOptionType {
    name = "anything";
    description = "anything";
    descriptionClass = "noun";
    merge =
      loc: defs:
      let
        kindOf =
          v: if isAttrs v && lib.isStringLike v then "stringCoercibleSet" else builtins.typeOf v;
        kind = kindOf (head defs).value;
        byKind = {
          set = (lib.types.attrsOf anything).merge;
          stringCoercibleSet = mergeOneOption;
          lambda =
            loc: defs: arg:
            anything.merge (loc ++ [ "<function body>" ]) (map (def: def // { value = def.value arg; }) defs);
        };
      in
      if builtins.all (def: kindOf def.value == kind) defs then
        (byKind.${kind} or mergeEqualOption) loc defs
      else
        throw "The option `${showOption loc}' has conflicting option types in ${showFiles (getFiles defs)}";
  };

  bool = simple "bool" "boolean" isBool;
  boolByOr = mkOptionType {
    name = "boolByOr";
    description = "boolean (merged using or)";
    descriptionClass = "noun";
    check = isBool;
    merge = _: builtins.any (def: def.value);
  };

  int = simple "int" "signed integer" isInt;
  float = simple "float" "floating point number" isFloat;
  number = lib.types.either int float;
  port = ints.u16;
  ints =
    let
      between =
        low: high:
        assert ordered "ints.between" low high;
        addCheck int (x: x >= low && x <= high)
        // {
          name = "intBetween";
          description = "integer between ${range low high}";
        };
      sized =
        low: high: name: kind:
        between low high
        // {
          inherit name;
          description = "${kind}; between ${range low high}";
        };
      unsigned = bits: count: sized 0 (count - 1) "unsignedInt${bits}" "${bits} bit unsigned integer";
      signed =
        bits: count: sized (0 - count / 2) (count / 2 - 1) "signedInt${bits}" "${bits} bit signed integer";
    in
    {
      inherit between;
      unsigned = atLeast int "unsignedInt" "unsigned integer, meaning >=0" (x: x >= 0);
      positive = atLeast int "positiveInt" "positive integer, meaning >0" (x: x > 0);
      u8 = unsigned "8" 256;
      u16 = unsigned "16" 65536;
      u32 = unsigned "32" 4294967296;
      s8 = signed "8" 256;
      s16 = signed "16" 65536;
      s32 = signed "32" 4294967296;
    };
  numbers = {
    between =
      low: high:
      assert ordered "numbers.between" low high;
      addCheck number (x: x >= low && x <= high)
      // {
        name = "numberBetween";
        description = "integer or floating point number between ${range low high}";
      };
    nonnegative = atLeast number "numberNonnegative" "nonnegative integer or floating point number, meaning >=0" (
      x: x >= 0
    );
    positive = atLeast number "numberPositive" "positive integer or floating point number, meaning >0" (
      x: x > 0
    );
  };

  # Two declarations of an enum make one of the values of both.
  enum =
    values:
    let
      show =
        v:
        if builtins.isString v then
          ''"${v}"''
        else if isInt v then
          toString v
        else if isBool v then
          lib.boolToString v
        else
          "<${builtins.typeOf v}>";
      count = builtins.length values;
    in
    mkOptionType {
      name = "enum";
      description =
        if count == 0 then
          "impossible (empty enum)"
        else if count == 1 then
          "value ${show (head values)} (singular enum)"
        else
          "one of ${lib.concatMapStringsSep ", " show values}";
      descriptionClass = if count < 2 then "noun" else "conjunction";
      check = v: elem v values;
      merge = mergeEqualOption;
      functor = lib.defaultFunctor "enum" // {
        payload = { inherit values; };
        type = payload: enum payload.values;
        binOp = a: b: { values = lib.unique (a.values ++ b.values); };
      };
    };

  luaInline = simple "luaInline" "inline lua" (v: v._type or null == "lua-inline");
  optionDeclaration = mkOptionType {
    name = "optionDeclaration";
    description = "option declaration";
    descriptionClass = "noun";
    check = v: lib.isOption v && !(v ? value);
  };
}
