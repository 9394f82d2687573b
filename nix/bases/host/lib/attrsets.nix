# Functions on attribute sets.
{ lib }:
let
  inherit (builtins)
    all
    attrNames
    attrValues
    catAttrs
    concatMap
    elemAt
    filter
    foldl'
    groupBy
    head
    intersectAttrs
    isAttrs
    length
    listToAttrs
    mapAttrs
    partition
    removeAttrs
    zipAttrsWith
    ;
  inherit (lib) concatMapStringsSep take;
  inherit (lib.strings) escapeNixIdentifier;
in
rec {
  inherit (builtins)
    attrNames
    attrValues
    catAttrs
    getAttr
    hasAttr
    intersectAttrs
    isAttrs
    listToAttrs
    mapAttrs
    removeAttrs
    zipAttrsWith
    ;

  attrByPath =
    path: default: set:
    let
      n = length path;
      go =
        i: s:
        if i == n then
          s
        else
          let
            name = elemAt path i;
          in
          if s ? ${name} then go (i + 1) s.${name} else default;
    in
    go 0 set;
  longestValidPathPrefix =
    path: set:
    let
      n = length path;
      go =
        i: s:
        if i == n then
          path
        else
          let
            name = elemAt path i;
          in
          if s ? ${name} then go (i + 1) s.${name} else take i path;
    in
    go 0 set;
  hasAttrByPath = path: set: length (longestValidPathPrefix path set) == length path;
  setAttrByPath =
    path: value:
    let
      n = length path;
      go = i: if i == n then value else { ${elemAt path i} = go (i + 1); };
    in
    go 0;
  getAttrFromPath =
    path: attrByPath path (abort "cannot find attribute '${builtins.concatStringsSep "." path}'");

  attrVals = names: set: map (name: set.${name}) names;
  getAttrs = names: set: genAttrs names (name: set.${name});
  filterAttrs = p: set: removeAttrs set (filter (name: !p name set.${name}) (attrNames set));
  filterAttrsRecursive =
    p: set:
    mapAttrs (_: v: if isAttrs v then filterAttrsRecursive p v else v) (filterAttrs p set);
  foldlAttrs =
    f: init: set:
    foldl' (acc: name: f acc name set.${name}) init (attrNames set);
  foldAttrs =
    op: nul: sets:
    zipAttrsWith (_: lib.foldr op nul) sets;
  collect =
    p: v:
    if p v then
      [ v ]
    else if isAttrs v then
      concatMap (collect p) (attrValues v)
    else
      [ ];
  cartesianProduct =
    lists:
    foldl' (sets: name: concatMap (set: map (x: set // { ${name} = x; }) lists.${name}) sets) [ { } ] (
      attrNames lists
    );
  mapCartesianProduct = f: lists: map f (cartesianProduct lists);

  nameValuePair = name: value: { inherit name value; };
  mapAttrs' = f: set: listToAttrs (mapAttrsToList f set);
  mapAttrsToList = f: set: attrValues (mapAttrs f set);
  attrsToList = mapAttrsToList nameValuePair;
  concatMapAttrs = f: set: foldl' (a: b: a // b) { } (mapAttrsToList f set);
  genAttrs' = xs: f: listToAttrs (map f xs);
  genAttrs = names: f: genAttrs' names (name: nameValuePair name (f name));

  mapAttrsRecursive = mapAttrsRecursiveCond (_: true);
  mapAttrsRecursiveCond =
    condition: f:
    let
      go =
        path:
        mapAttrs (
          name: v:
          let
            here = path ++ [ name ];
          in
          if isAttrs v && condition v then go here v else f here v
        );
    in
    go [ ];
  mapAttrsToListRecursive = mapAttrsToListRecursiveCond (_: _: true);
  mapAttrsToListRecursiveCond =
    condition: f:
    let
      go =
        path: set:
        concatMap (
          name:
          let
            here = path ++ [ name ];
            v = set.${name};
          in
          if isAttrs v && condition here v then go here v else [ (f here v) ]
        ) (attrNames set);
    in
    go [ ];

  isDerivation = v: v.type or null == "derivation";
  toDerivation =
    path:
    let
      outPath = builtins.storePath path;
      self = {
        type = "derivation";
        name = lib.strings.sanitizeDerivationName (builtins.substring 33 (-1) (baseNameOf outPath));
        inherit outPath;
        outputs = [ "out" ];
        out = self;
        outputName = "out";
      };
    in
    self;
  optionalAttrs = condition: set: if condition then set else { };

  zipAttrsWithNames =
    names: f: sets:
    genAttrs names (name: f name (catAttrs name sets));
  zipAttrs = zipAttrsWith (_: values: values);
  # Halves, so that each attribute is copied log n times and not n times.
  mergeAttrsList =
    list:
    let
      go =
        from: to:
        if to - from == 1 then
          elemAt list from
        else
          let
            middle = (from + to) / 2;
          in
          go from middle // go middle to;
    in
    if list == [ ] then { } else go 0 (length list);
  recursiveUpdateUntil =
    stop: left: right:
    let
      go =
        path:
        zipAttrsWith (
          name: values:
          let
            here = path ++ [ name ];
            new = head values;
          in
          if length values == 1 || stop here (elemAt values 1) new then new else go here values
        );
    in
    go [ ] [
      right
      left
    ];
  recursiveUpdate = recursiveUpdateUntil (_: a: b: !(isAttrs a && isAttrs b));
  matchAttrs =
    pattern: set:
    all (
      name:
      set ? ${name}
      && (
        let
          p = pattern.${name};
          v = set.${name};
        in
        if isAttrs p then isAttrs v && matchAttrs p v else p == v
      )
    ) (attrNames pattern);
  overrideExisting = old: new: old // intersectAttrs old new;
  unionOfDisjoint =
    a: b:
    let
      shared = intersectAttrs a b;
      names = toString (attrNames shared);
    in
    a
    // b
    // mapAttrs (name: _: throw "unionOfDisjoint: collision on ${name}; complete list: ${names}") shared;

  updateManyAttrsByPath =
    let
      describe = showAttrPath;
      go =
        depth: exists: value: updates:
        let
          parts = partition (u: length u.path == depth) updates;
          nested = groupBy (u: elemAt u.path depth) parts.wrong;
          path = (head updates).path;
          inner =
            if parts.wrong == [ ] then
              if exists then
                value
              else
                throw "updateManyAttrsByPath: Path '${describe path}' does not exist in the given value, but the first update to this path tries to access the existing value."
            else if !exists then
              mapAttrs (_: go (depth + 1) false null) nested
            else if isAttrs value then
              value // mapAttrs (name: go (depth + 1) (value ? ${name}) value.${name}) nested
            else
              throw "updateManyAttrsByPath: Path '${describe (head parts.wrong).path}' needs to be updated, but path '${
                describe (take depth (head parts.wrong).path)
              }' of the given value is not an attribute set, so we can't update an attribute inside of it.";
        in
        lib.foldl (v: u: u.update v) inner parts.right;
    in
    updates: value: go 0 true value updates;

  showAttrPath =
    path: if path == [ ] then "<root attribute path>" else concatMapStringsSep "." escapeNixIdentifier path;

  getOutput =
    output: pkg: if pkg.outputSpecified or false then pkg else pkg.${output} or pkg.out or pkg;
  getFirstOutput =
    candidates: pkg:
    let
      present = filter (name: pkg ? ${name}) candidates;
    in
    if pkg.outputSpecified or false || present == [ ] then pkg else pkg.${head present};
  getBin = getOutput "bin";
  getLib = getOutput "lib";
  getDev = getOutput "dev";
  getMan = getOutput "man";
  getStatic = getFirstOutput [
    "static"
    "lib"
    "out"
  ];
  getInclude = getFirstOutput [
    "include"
    "dev"
    "out"
  ];
  chooseDevOutputs = map getDev;
  recurseIntoAttrs = set: set // { recurseForDerivations = true; };
  dontRecurseIntoAttrs = set: set // { recurseForDerivations = false; };
}
