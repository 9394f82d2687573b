# attrListOf: an ordered list of single attributes, given as a list of one-attribute sets or as a set.
{ lib }:
let
  inherit (builtins)
    attrNames
    concatMap
    filter
    foldl'
    head
    isAttrs
    isList
    length
    typeOf
    ;
  inherit (lib) isType mapAttrsToList;
  inherit (lib.modules)
    defaultOrderPriority
    defaultOverridePriority
    mergeDefinitions
    mkOverride
    ;
  inherit (lib.options) showDefs showOption;
  inherit (lib.types) mkOptionType phrase;

  # mkOrder is taken off, mkOverride stays for mergeDefinitions.
  peel =
    value:
    if isType "order" value then
      peel value.content // { order = value.priority; }
    else if isType "override" value then
      let
        inner = peel value.content;
      in
      inner
      // {
        override = value.priority;
        value = mkOverride value.priority inner.value;
      }
    else
      {
        inherit value;
        order = defaultOrderPriority;
        override = defaultOverridePriority;
      };
in
rec {
  attrListOf = elemType: attrListWith { inherit elemType; };
  attrListWith =
    {
      elemType,
      asAttrs ? false,
      mergeAttrValues ? (_: values: values),
    }:
    let
      description = "attribute list of ${
        phrase [
          "noun"
          "composite"
        ] elemType
      }";
      wrongItem =
        loc: file: value: item:
        throw "A definition for option `${showOption loc}' is not of type `${description}'. ${
          if isAttrs item then
            "Each list element must be a single-key attribute set, but got ${toString (length (attrNames item))} keys"
          else
            "Each list element must be an attribute set, but got ${typeOf item}"
        }.${showDefs [ { inherit file value; } ]}";
      itemsOf =
        loc: def:
        if isList def.value then
          map (
            raw:
            let
              item = if isType "order" raw then raw.content else raw;
              key = head (attrNames item);
              peeled = peel item.${key};
            in
            if !isAttrs item || length (attrNames item) != 1 then
              wrongItem loc def.file raw item
            else
              peeled
              // {
                inherit key;
                inherit (def) file;
                order = if isType "order" raw then raw.priority else peeled.order;
              }
          ) def.value
        else
          mapAttrsToList (key: value: peel value // { inherit key; inherit (def) file; }) def.value;
    in
    mkOptionType {
      name = "attrListOf";
      inherit description;
      descriptionClass = "composite";
      check = v: isList v || isAttrs v;
      merge =
        loc: defs:
        let
          items = concatMap (itemsOf loc) defs;
          best = foldl' (
            known: item:
            if item.override < known.${item.key} or defaultOverridePriority then
              known // { ${item.key} = item.override; }
            else
              known
          ) { } items;
          kept = builtins.sort (a: b: a.order < b.order) (
            filter (item: item.override == best.${item.key} or defaultOverridePriority) items
          );
          merged = filter (e: e.definition.isDefined) (
            map (item: {
              inherit (item) key;
              definition = mergeDefinitions (loc ++ [ item.key ]) elemType [ { inherit (item) file value; } ];
            }) kept
          );
          list = map (e: { ${e.key} = e.definition.mergedValue; }) merged;
        in
        if asAttrs then builtins.zipAttrsWith mergeAttrValues list else list;
      emptyValue.value = if asAttrs then { } else [ ];
      getSubOptions = prefix: elemType.getSubOptions (prefix ++ [ "*" ]);
      inherit (elemType) getSubModules;
      substSubModules =
        m:
        attrListWith {
          inherit asAttrs mergeAttrValues;
          elemType = elemType.substSubModules m;
        };
      typeMerge = _: null;
      nestedTypes.elemType = elemType;
    };
}
