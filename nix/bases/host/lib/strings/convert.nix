# Strings from and to numbers, names, files and flags; what kind of string a value is.
{ lib }:
let
  inherit (builtins)
    elem
    fromJSON
    head
    isInt
    isList
    isPath
    isString
    match
    parseDrvName
    stringLength
    substring
    typeOf
    ;
  inherit (lib) boolToString optionalString;
  inherit (lib.strings) escapeNixString;

  number =
    caller: pattern: s:
    let
      parts = match pattern s;
      n = fromJSON (head parts);
    in
    if parts == null || !isInt n then throw "${caller}: Could not convert ${escapeNixString s} to int." else n;

  flag =
    yes: no: condition: name:
    assert isString name;
    "--${if condition then yes else no}-${name}";
in
rec {
  inherit (builtins) appendContext unsafeDiscardStringContext;

  toInt =
    s:
    let
      n = number "toInt" "[[:space:]]*(-?(0|[1-9][[:digit:]]*))[[:space:]]*" s;
    in
    if match "[[:space:]]*0[[:digit:]]+[[:space:]]*" s != null then
      throw "toInt: Ambiguity in interpretation of ${escapeNixString s} between octal and zero padded integer."
    else
      n;
  toIntBase10 = number "toIntBase10" "[[:space:]]*0*(0|-?[1-9][[:digit:]]*)[[:space:]]*";
  fixedWidthString =
    width: filler: s:
    let
      missing = width - stringLength s;
    in
    if missing < 0 then
      throw "fixedWidthString: requested string length (${toString width}) must not be shorter than actual length (${toString (stringLength s)})"
    else
      substring 0 missing (lib.strings.replicate missing filler) + s;
  fixedWidthNumber = width: n: fixedWidthString width "0" (toString n);
  floatToString =
    x:
    let
      s = toString x;
    in
    lib.warnIf (fromJSON s != x) "Imprecise conversion from float to string ${s}" s;

  isStringLike = x: isString x || isPath x || x ? outPath || x ? __toString;
  isConvertibleWithToString =
    x:
    isStringLike x
    || elem (typeOf x) [
      "null"
      "int"
      "float"
      "bool"
    ]
    || (isList x && builtins.all isConvertibleWithToString x);
  isStorePath =
    x:
    isStringLike x
    && (
      let
        s = toString x;
      in
      substring 0 1 s == "/"
      && (builtins.dirOf s == builtins.storeDir || match "/[0-9a-z]{52}" s != null)
    );

  getName = x: if isString x then (parseDrvName x).name else x.pname or (parseDrvName x.name).name;
  getVersion =
    x: if isString x then (parseDrvName x).version else x.version or (parseDrvName x.name).version;
  nameFromURL =
    url: sep:
    let
      file = lib.last (lib.splitString "/" url);
      name = head (lib.splitString sep file);
    in
    assert name != file;
    name;
  sanitizeDerivationName =
    s:
    let
      plain = builtins.unsafeDiscardStringContext s;
      clean = lib.concatMapStrings (x: if isList x then "-" else x) (
        builtins.split "[^[:alnum:]+._?=-]+" (head (match "\\.*(.*)" plain))
      );
      short = substring (lib.max 0 (stringLength clean - 207)) (-1) clean;
    in
    if stringLength plain <= 207 && match "[[:alnum:]+_?=-][[:alnum:]+._?=-]*" plain != null then
      plain
    else if short == "" then
      "unknown"
    else
      short;
  fileContents = file: lib.removeSuffix "\n" (builtins.readFile file);

  cmakeOptionType =
    type: name: value:
    assert elem (lib.toUpper type) [
      "BOOL"
      "FILEPATH"
      "PATH"
      "STRING"
      "INTERNAL"
      "LIST"
    ];
    "-D${name}:${lib.toUpper type}=${value}";
  cmakeBool = name: value: cmakeOptionType "bool" name (lib.toUpper (boolToString value));
  cmakeFeature = cmakeOptionType "string";
  mesonOption = name: value: "-D${name}=${value}";
  mesonBool = name: value: mesonOption name (boolToString value);
  mesonEnable = name: value: mesonOption name (if value then "enabled" else "disabled");
  enableFeature = flag "enable" "disable";
  enableFeatureAs =
    condition: name: value:
    enableFeature condition name + optionalString condition "=${value}";
  withFeature = flag "with" "without";
  withFeatureAs =
    condition: name: value:
    withFeature condition name + optionalString condition "=${value}";
}
