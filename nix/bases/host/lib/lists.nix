# Functions on lists.
{ lib }:
let
  inherit (builtins)
    all
    any
    attrNames
    concatLists
    concatMap
    elem
    elemAt
    filter
    foldl'
    genList
    groupBy
    head
    isInt
    isList
    length
    partition
    sort
    split
    tail
    ;
  inherit (lib) compare max min;
in
rec {
  inherit (builtins)
    all
    any
    concatLists
    concatMap
    elem
    elemAt
    filter
    foldl'
    genList
    groupBy
    head
    isList
    length
    map
    partition
    sort
    tail
    ;

  singleton = x: [ x ];
  forEach = xs: f: map f xs;
  toList = x: if isList x then x else [ x ];
  optional = condition: x: if condition then [ x ] else [ ];
  optionals = condition: xs: if condition then xs else [ ];

  foldr =
    op: nul: list:
    let
      n = length list;
      go = i: if i == n then nul else op (elemAt list i) (go (i + 1));
    in
    go 0;
  fold = foldr;
  foldl =
    op: nul: list:
    let
      go = i: if i == -1 then nul else op (go (i - 1)) (elemAt list i);
    in
    go (length list - 1);

  imap0 = f: list: genList (i: f i (elemAt list i)) (length list);
  imap1 = f: list: genList (i: f (i + 1) (elemAt list i)) (length list);
  ifilter0 =
    p: list: map (elemAt list) (filter (i: p i (elemAt list i)) (genList (i: i) (length list)));

  flatten = x: if isList x then concatMap flatten x else [ x ];
  remove = x: filter (y: y != x);
  count = p: foldl' (n: x: if p x then n + 1 else n) 0;
  findFirstIndex =
    p: default: list:
    let
      n = length list;
      go = i: if i == n then default else if p (elemAt list i) then i else go (i + 1);
    in
    go 0;
  findFirst =
    p: default: list:
    let
      i = findFirstIndex p null list;
    in
    if i == null then default else elemAt list i;
  findSingle =
    p: default: multiple: list:
    let
      found = filter p list;
    in
    if found == [ ] then default else if length found == 1 then head found else multiple;

  range = first: last: if first > last then [ ] else genList (n: first + n) (last - first + 1);
  replicate = n: x: genList (_: x) n;
  reverseList =
    list:
    let
      n = length list;
    in
    genList (i: elemAt list (n - i - 1)) n;
  sublist =
    start: count: list:
    let
      rest = max 0 (length list - start);
    in
    genList (i: elemAt list (i + start)) (max 0 (min count rest));
  take = n: sublist 0 n;
  takeEnd = n: list: drop (length list - n) list;
  drop = n: list: sublist (max 0 n) (length list) list;
  dropEnd = n: list: take (length list - n) list;
  last =
    list: if list == [ ] then throw "lists.last: list must not be empty!" else elemAt list (length list - 1);
  init =
    list: if list == [ ] then throw "lists.init: list must not be empty!" else take (length list - 1) list;
  replaceElemAt =
    list: index: x:
    assert isInt index && index >= 0 && index < length list || throw "replaceElemAt: index out of range";
    genList (i: if i == index then x else elemAt list i) (length list);

  zipListsWith =
    f: a: b:
    genList (i: f (elemAt a i) (elemAt b i)) (min (length a) (length b));
  zipLists = zipListsWith (fst: snd: { inherit fst snd; });
  crossLists =
    f: foldl' (fs: args: concatMap (f: map f args) fs) [ f ];

  unique = foldl' (seen: x: if elem x seen then seen else seen ++ [ x ]) [ ];
  uniqueStrings = list: attrNames (groupBy (x: x) list);
  allUnique = list: length (unique list) == length list;
  intersectLists = a: filter (x: elem x a);
  subtractLists = a: filter (x: !elem x a);
  mutuallyExclusive = a: b: !any (x: elem x a) b;
  hasPrefix = prefix: list: take (length prefix) list == prefix;
  removePrefix =
    prefix: list:
    if hasPrefix prefix list then
      drop (length prefix) list
    else
      throw "lib.lists.removePrefix: First argument is not a list prefix of the second argument";
  commonPrefixLength =
    a: b:
    let
      n = min (length a) (length b);
    in
    findFirstIndex (i: elemAt a i != elemAt b i) n (range 0 (n - 1));
  commonPrefix = a: b: take (commonPrefixLength a b) a;

  groupBy' =
    op: nul: key: list:
    builtins.mapAttrs (_: foldl' op nul) (groupBy key list);
  concatAttrValues = set: concatLists (builtins.attrValues set);

  sortOn =
    f: list:
    map (x: x.value) (
      sort (a: b: a.key < b.key) (
        map (value: {
          inherit value;
          key = f value;
        }) list
      )
    );
  compareLists =
    cmp: a: b:
    if a == [ ] then
      if b == [ ] then 0 else -1
    else if b == [ ] then
      1
    else
      let
        r = cmp (head a) (head b);
      in
      if r == 0 then compareLists cmp (tail a) (tail b) else r;
  naturalSort =
    list:
    let
      number = s: lib.toIntBase10 s;
      parts = s: map (x: if isList x then number (head x) else x) (split "([0-9]+)" s);
      prepared = map (x: {
        key = parts x;
        value = x;
      }) list;
    in
    map (x: x.value) (sort (a: b: compareLists compare a.key b.key < 0) prepared);

  # Follows `before` from the first element to one that nothing comes before ({ minimal, visited, rest }), or to a
  # cycle ({ cycle, loops, visited, rest }).
  listDfs =
    stopOnCycles: before: list:
    let
      visit =
        node: visited: rest:
        let
          loops = filter (x: before x node) visited;
          earlier = partition (x: before x node) rest;
        in
        if stopOnCycles && loops != [ ] then
          {
            cycle = node;
            inherit loops visited rest;
          }
        else if earlier.right == [ ] then
          {
            minimal = node;
            inherit visited rest;
          }
        else
          visit (head earlier.right) ([ node ] ++ visited) (tail earlier.right ++ earlier.wrong);
    in
    visit (head list) [ ] (tail list);

  # { result } with each element after all that come before it, or { cycle, loops }.
  toposort =
    before: list:
    let
      found = listDfs true before list;
      others = toposort before (found.visited ++ found.rest);
    in
    if length list < 2 then
      { result = list; }
    else if found ? cycle then
      {
        cycle = reverseList ([ found.cycle ] ++ found.visited);
        inherit (found) loops;
      }
    else if others ? cycle then
      others
    else
      { result = [ found.minimal ] ++ others.result; };
}
