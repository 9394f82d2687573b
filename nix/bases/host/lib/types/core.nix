# What an option type is: a record with check, merge and what it takes to merge and document the type itself.
{ lib }:
rec {
  isType = type: v: v._type or "" == type;
  setType = type: v: v // { _type = type; };
  isOptionType = isType "option-type";

  # Merges two types by their functors; null where they differ.
  defaultTypeMerge =
    f: g:
    let
      payload = f.binOp f.payload g.payload;
    in
    if f.name != g.name then
      null
    else if f.payload == null then
      f.type
    else if payload == null then
      null
    else
      f.type payload;
  defaultFunctor = name: {
    inherit name;
    type = lib.types.${name} or null;
    payload = null;
    binOp = _: _: null;
  };
  # For a type around one other type.
  elemTypeFunctor = name: payload: {
    inherit name payload;
    type = { elemType, ... }: lib.types.${name} elemType;
    binOp =
      a: b:
      let
        elemType = a.elemType.typeMerge b.elemType.functor;
      in
      if elemType == null then null else { inherit elemType; };
  };

  # check: must not look deeper than the head of a value, for laziness; merge: loc -> [ { file, value } ] -> value;
  # emptyValue: { value } where there is one for no definitions at all; descriptionClass: noun, conjunction, composite or
  # nonRestrictiveClause, which decides on parentheses when the description is part of a longer one.
  mkOptionType =
    {
      name,
      description ? null,
      descriptionClass ? null,
      check ? (_: true),
      merge ? lib.options.mergeDefaultOption,
      emptyValue ? { },
      getSubOptions ? (_: { }),
      getSubModules ? null,
      substSubModules ? (_: null),
      typeMerge ? defaultTypeMerge functor,
      functor ? defaultFunctor name,
      deprecationMessage ? null,
      nestedTypes ? { },
    }:
    {
      _type = "option-type";
      description = if description == null then name else description;
      inherit
        name
        descriptionClass
        check
        merge
        emptyValue
        getSubOptions
        getSubModules
        substSubModules
        typeMerge
        functor
        deprecationMessage
        nestedTypes
        ;
    };

  # The description of a part, in parentheses unless its class is one of those given.
  optionDescriptionPhrase =
    isClear: t: if isClear (t.descriptionClass or null) then t.description else "(${t.description})";
  phrase = classes: optionDescriptionPhrase (class: builtins.elem class classes);

  mergeTypes =
    a: b:
    let
      merged = a.typeMerge b.functor;
    in
    assert isOptionType a && isOptionType b;
    if merged == null then setType "merge-error" { error = "Cannot merge types"; } else merged;

  addCheck =
    type: check:
    type
    // {
      check = v: type.check v && check v;
    };
}
