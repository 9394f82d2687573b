# Types of lists and attribute sets.
{ lib }:
let
  inherit (builtins)
    concatLists
    filter
    isAttrs
    isList
    mapAttrs
    zipAttrsWith
    ;
  inherit (lib) filterAttrs imap1;
  inherit (lib.modules) mergeDefinitions;
  inherit (lib.types)
    addCheck
    elemTypeFunctor
    mkOptionType
    phrase
    ;

  part = phrase [
    "noun"
    "composite"
  ];
in
rec {
  listOf =
    elemType:
    mkOptionType {
      name = "listOf";
      description = "list of ${part elemType}";
      descriptionClass = "composite";
      check = isList;
      merge =
        loc: defs:
        map (e: e.mergedValue) (
          filter (e: e.isDefined) (
            concatLists (
              imap1 (
                n: def:
                imap1 (
                  m: value:
                  mergeDefinitions (loc ++ [ "[definition ${toString n}-entry ${toString m}]" ]) elemType [
                    {
                      inherit (def) file;
                      inherit value;
                    }
                  ]
                ) def.value
              ) defs
            )
          )
        );
      emptyValue.value = [ ];
      getSubOptions = prefix: elemType.getSubOptions (prefix ++ [ "*" ]);
      inherit (elemType) getSubModules;
      substSubModules = m: listOf (elemType.substSubModules m);
      functor = elemTypeFunctor "listOf" { inherit elemType; };
      nestedTypes.elemType = elemType;
    };
  nonEmptyListOf =
    elemType:
    let
      list = addCheck (listOf elemType) (l: l != [ ]);
    in
    list
    // {
      description = "non-empty ${phrase [ "noun" ] list}";
      emptyValue = { };
      substSubModules = m: nonEmptyListOf (elemType.substSubModules m);
    };

  # One level, the last definition wins.
  attrs = mkOptionType {
    name = "attrs";
    description = "attribute set";
    check = isAttrs;
    merge = _: builtins.foldl' (set: def: set // def.value) { };
    emptyValue.value = { };
  };

  attrsOf = elemType: attrsWith { inherit elemType; };
  # An attribute under `mkIf false' is there all the same, and an error when it is read.
  lazyAttrsOf =
    elemType:
    attrsWith {
      inherit elemType;
      lazy = true;
    };
  attrsWith =
    {
      elemType,
      lazy ? false,
      placeholder ? "name",
    }:
    mkOptionType {
      name = if lazy then "lazyAttrsOf" else "attrsOf";
      description = "${if lazy then "lazy attribute set" else "attribute set"} of ${part elemType}";
      descriptionClass = "composite";
      check = isAttrs;
      merge =
        loc: defs:
        let
          entries = zipAttrsWith (name: mergeDefinitions (loc ++ [ name ]) elemType) (
            map (def: mapAttrs (_: value: { inherit (def) file; inherit value; }) def.value) defs
          );
        in
        if lazy then
          mapAttrs (_: e: e.optionalValue.value or elemType.emptyValue.value or e.mergedValue) entries
        else
          mapAttrs (_: e: e.mergedValue) (filterAttrs (_: e: e.isDefined) entries);
      emptyValue.value = { };
      getSubOptions = prefix: elemType.getSubOptions (prefix ++ [ "<${placeholder}>" ]);
      inherit (elemType) getSubModules;
      substSubModules =
        m:
        attrsWith {
          elemType = elemType.substSubModules m;
          inherit lazy placeholder;
        };
      functor = {
        name = "attrsWith";
        type = attrsWith;
        payload = { inherit elemType lazy placeholder; };
        binOp =
          a: b:
          let
            merged = a.elemType.typeMerge b.elemType.functor;
            isDefault = x: x.placeholder == "name";
          in
          if
            merged == null
            || a.lazy != b.lazy
            || !(a.placeholder == b.placeholder || isDefault a || isDefault b)
          then
            null
          else
            {
              elemType = merged;
              inherit (a) lazy;
              inherit (if isDefault a then b else a) placeholder;
            };
      };
      nestedTypes.elemType = elemType;
    };
  loaOf =
    elemType:
    attrsOf elemType
    // {
      name = "loaOf";
      deprecationMessage = "Lists in place of attribute sets are not supported; use `types.attrsOf' instead.";
    };
}
