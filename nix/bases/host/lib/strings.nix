# Functions on strings: build, search, split, compare. Quoting is in strings/escape.nix, numbers, names and kinds of
# strings in strings/convert.nix.
{ lib }:
let
  inherit (builtins)
    compareVersions
    concatStringsSep
    elemAt
    filter
    genList
    head
    isString
    length
    match
    replaceStrings
    split
    stringLength
    substring
    ;
  inherit (lib) imap1 mapAttrsToList;
in
rec {
  inherit (builtins)
    compareVersions
    concatStringsSep
    fromJSON
    isString
    match
    readFile
    replaceStrings
    split
    storeDir
    stringLength
    substring
    toJSON
    typeOf
    ;

  concatStrings = concatStringsSep "";
  join = concatStringsSep;
  concatMapStrings = f: list: concatStrings (map f list);
  concatImapStrings = f: list: concatStrings (imap1 f list);
  concatMapStringsSep =
    sep: f: list:
    concatStringsSep sep (map f list);
  concatImapStringsSep =
    sep: f: list:
    concatStringsSep sep (imap1 f list);
  concatMapAttrsStringSep =
    sep: f: set:
    concatStringsSep sep (mapAttrsToList f set);
  concatLines = concatMapStrings (line: "${line}\n");
  intersperse =
    sep: list:
    if length list < 2 then
      list
    else
      [ (head list) ]
      ++ builtins.concatMap (x: [
        sep
        x
      ]) (builtins.tail list);
  replicate = n: s: concatStrings (lib.lists.replicate n s);
  optionalString = condition: s: if condition then s else "";

  makeSearchPath =
    subDir: paths: concatMapStringsSep ":" (path: path + "/" + subDir) (filter (x: x != null) paths);
  makeSearchPathOutput =
    output: subDir: pkgs:
    makeSearchPath subDir (map (lib.getOutput output) pkgs);
  makeLibraryPath = makeSearchPathOutput "lib" "lib";
  makeIncludePath = makeSearchPathOutput "dev" "include";
  makeBinPath = makeSearchPathOutput "bin" "bin";

  hasPrefix = prefix: s: substring 0 (stringLength prefix) s == prefix;
  hasSuffix =
    suffix: s:
    let
      n = stringLength s;
      m = stringLength suffix;
    in
    n >= m && substring (n - m) n s == suffix;
  hasInfix = infix: s: length (split (lib.escapeRegex infix) "${s}") > 1;
  removePrefix =
    prefix: s: if hasPrefix prefix s then substring (stringLength prefix) (-1) s else s;
  removeSuffix =
    suffix: s: if hasSuffix suffix s then substring 0 (stringLength s - stringLength suffix) s else s;
  replaceString = from: to: replaceStrings [ from ] [ to ];

  stringToCharacters = s: genList (i: substring i 1 s) (stringLength s);
  stringAsChars = f: s: concatMapStrings f (stringToCharacters s);
  addContextFrom = from: to: substring 0 0 from + to;
  splitString =
    sep: s: map (addContextFrom s) (filter isString (split (lib.escapeRegex (toString sep)) (toString s)));
  splitStringBy =
    isSplit: keep: s:
    let
      n = stringLength s;
      char = i: if i < 0 then "" else substring i 1 s;
      starts = filter (i: isSplit (char (i - 1)) (char i)) (genList (i: i) n);
      froms = [ 0 ] ++ map (i: if keep then i else i + 1) starts;
      ends = starts ++ [ n ];
    in
    genList (
      k:
      let
        from = elemAt froms k;
      in
      addContextFrom s (substring from (elemAt ends k - from) s)
    ) (length ends);

  trim = trimWith {
    start = true;
    end = true;
  };
  trimWith =
    {
      start ? false,
      end ? false,
    }:
    let
      blank = "[ \t\r\n]*";
      body = if end then "(.*[^ \t\r\n])${blank}" else "(.*)";
      parts = match (if start then blank + body else body);
    in
    s:
    let
      found = parts s;
    in
    if found == null then "" else head found;
  # A slash at the end stays.
  normalizePath =
    s:
    let
      parts = splitString "/" s;
      end = length parts - 1;
      kept = filter (i: i == 0 || i == end || elemAt parts i != "") (genList (i: i) (end + 1));
    in
    concatMapStringsSep "/" (elemAt parts) kept;

  lowerChars = stringToCharacters "abcdefghijklmnopqrstuvwxyz";
  upperChars = stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  toLower = replaceStrings upperChars lowerChars;
  toUpper = replaceStrings lowerChars upperChars;
  toSentenceCase =
    s:
    if !isString s then
      throw "toSentenceCase does only accepts string values, but got ${builtins.typeOf s}"
    else
      addContextFrom s (toUpper (substring 0 1 s) + toLower (substring 1 (-1) s));
  toCamelCase =
    s:
    let
      words = builtins.concatMap (splitStringBy (
        before: char: match "[a-z]" before != null && match "[A-Z]" char != null
      ) true) (splitStringBy (_: char: match "[-_ ]" char != null) false s);
    in
    if !isString s then
      throw "toCamelCase does only accepts string values, but got ${builtins.typeOf s}"
    else
      addContextFrom s (toLower (head words) + concatMapStrings toSentenceCase (builtins.tail words));

  versionOlder = a: b: compareVersions a b < 0;
  versionAtLeast = a: b: !versionOlder a b;

  commonPrefixLength =
    a: b: lib.lists.commonPrefixLength (stringToCharacters a) (stringToCharacters b);
  commonSuffixLength =
    a: b:
    lib.lists.commonPrefixLength (lib.reverseList (stringToCharacters a)) (
      lib.reverseList (stringToCharacters b)
    );

  # The number of characters to insert, remove or replace to get from one to the other: one row of the table at a time.
  levenshtein =
    a: b:
    let
      bs = stringToCharacters b;
      n = length bs;
      row =
        previous: char:
        builtins.foldl' (
          cells: j:
          cells
          ++ [
            (lib.min (lib.min (elemAt cells (j - 1) + 1) (elemAt previous j + 1)) (
              elemAt previous (j - 1) + (if elemAt bs (j - 1) == char then 0 else 1)
            ))
          ]
        ) [ (head previous + 1) ] (genList (j: j + 1) n);
    in
    elemAt (builtins.foldl' row (genList (j: j) (n + 1)) (stringToCharacters a)) n;
  levenshteinAtMost =
    k: a: b:
    let
      apart = stringLength a - stringLength b;
    in
    apart <= k && -apart <= k && levenshtein a b <= k;
}
