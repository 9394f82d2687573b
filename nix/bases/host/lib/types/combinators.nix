# Types made from other types.
{ lib }:
let
  inherit (builtins)
    all
    elemAt
    filter
    head
    ;
  inherit (lib.modules) mergeDefinitions;
  inherit (lib.options)
    getFiles
    mergeOneOption
    mergeUniqueOption
    showFiles
    showOption
    ;
  inherit (lib.types)
    elemTypeFunctor
    mkOptionType
    phrase
    ;

  passOn = type: {
    inherit (type) getSubOptions getSubModules;
  };
in
rec {
  nullOr =
    elemType:
    mkOptionType (
      passOn elemType
      // {
        name = "nullOr";
        description = "null or ${
          phrase [
            "noun"
            "conjunction"
          ] elemType
        }";
        descriptionClass = "conjunction";
        check = v: v == null || elemType.check v;
        merge =
          loc: defs:
          let
            values = filter (def: def.value != null) defs;
          in
          if values == [ ] then
            null
          else if builtins.length values == builtins.length defs then
            elemType.merge loc defs
          else
            throw "The option `${showOption loc}` is defined both null and not null, in ${showFiles (getFiles defs)}.";
        emptyValue.value = null;
        substSubModules = m: nullOr (elemType.substSubModules m);
        functor = elemTypeFunctor "nullOr" { inherit elemType; };
        nestedTypes.elemType = elemType;
      }
    );

  # The first type that takes all definitions merges them.
  either =
    a: b:
    let
      takes = type: all (def: type.check def.value);
      plain = phrase [
        "noun"
        "conjunction"
      ];
      functor = elemTypeFunctor "either" {
        elemType = [
          a
          b
        ];
      };
    in
    mkOptionType {
      name = "either";
      description =
        if a.descriptionClass or null == "nonRestrictiveClause" then
          "${a.description}, or ${plain b}"
        else
          "${plain a} or ${
            phrase [
              "noun"
              "conjunction"
              "composite"
            ] b
          }";
      descriptionClass = "conjunction";
      check = v: a.check v || b.check v;
      merge =
        loc: defs:
        if takes a defs then
          a.merge loc defs
        else if takes b defs then
          b.merge loc defs
        else
          mergeOneOption loc defs;
      typeMerge =
        g:
        let
          a' = a.typeMerge (head g.payload.elemType).functor;
          b' = b.typeMerge (elemAt g.payload.elemType 1).functor;
        in
        if g.name != "either" || a' == null || b' == null then null else either a' b';
      inherit functor;
      nestedTypes = {
        left = a;
        right = b;
      };
    };
  oneOf =
    types:
    if types == [ ] then
      throw "types.oneOf needs to get at least one type in its argument"
    else
      builtins.foldl' either (head types) (builtins.tail types);

  # Values of the type `from` are converted by f.
  coercedTo =
    from: f: to:
    assert lib.assertMsg (
      from.getSubModules == null
    ) "coercedTo: coercedType must not have submodules (it’s a ${from.description})";
    mkOptionType (
      passOn to
      // {
        name = "coercedTo";
        description = "${phrase [ "noun" ] to} or ${phrase [ "noun" ] from} convertible to it";
        check = v: (from.check v && to.check (f v)) || to.check v;
        merge =
          loc: defs:
          to.merge loc (map (def: def // { value = if from.check def.value then f def.value else def.value; }) defs);
        inherit (to) emptyValue;
        substSubModules = m: coercedTo from f (to.substSubModules m);
        typeMerge = _: null;
        nestedTypes = {
          coercedType = from;
          finalType = to;
        };
      }
    );

  uniq = unique { message = ""; };
  unique =
    { message }:
    type:
    mkOptionType (
      passOn type
      // {
        name = "unique";
        inherit (type)
          description
          descriptionClass
          check
          emptyValue
          ;
        merge = mergeUniqueOption {
          inherit message;
          inherit (type) merge;
        };
        substSubModules = m: uniq (type.substSubModules m);
        functor = elemTypeFunctor "unique" { elemType = type; } // {
          type = payload: unique { inherit message; } payload.elemType;
        };
        nestedTypes.elemType = type;
      }
    );

  functionTo =
    elemType:
    mkOptionType {
      name = "functionTo";
      description = "function that evaluates to a(n) ${
        phrase [
          "noun"
          "composite"
        ] elemType
      }";
      descriptionClass = "composite";
      check = lib.isFunction;
      # An argument has a default where it has one in all definitions.
      merge = loc: defs: {
        __functionArgs = builtins.zipAttrsWith (_: all (x: x)) (
          map (def: lib.functionArgs def.value) defs
        );
        __functor =
          _: arg:
          (mergeDefinitions (loc ++ [ "<function body>" ]) elemType (
            map (def: { inherit (def) file; value = def.value arg; }) defs
          )).mergedValue;
      };
      getSubOptions = prefix: elemType.getSubOptions (prefix ++ [ "<function body>" ]);
      inherit (elemType) getSubModules;
      substSubModules = m: functionTo (elemType.substSubModules m);
      functor = elemTypeFunctor "functionTo" { inherit elemType; };
      nestedTypes.elemType = elemType;
    };

  # What a serialisation format can hold.
  serializableValueWith =
    {
      typeName,
      nullable ? true,
    }:
    let
      base = oneOf [
        lib.types.bool
        lib.types.int
        lib.types.float
        lib.types.str
        lib.types.path
        (lib.types.attrsOf value)
        (lib.types.listOf value)
      ];
      value = (if nullable then nullOr base else base) // {
        description = "${typeName} value";
      };
    in
    value;
  json = serializableValueWith { typeName = "JSON"; };
  toml = serializableValueWith {
    typeName = "TOML";
    nullable = false;
  };
}
