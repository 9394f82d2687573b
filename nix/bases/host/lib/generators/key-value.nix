# Lines of keys and values, with and without sections: KEY=VALUE, INI, git.
{ lib }:
let
  inherit (builtins)
    concatStringsSep
    isAttrs
    isBool
    isFloat
    isInt
    isList
    isString
    length
    replaceStrings
    ;
  inherit (lib) escape isDerivation mapAttrsToList;

  noValueString =
    what: v: abort "generators.mkValueStringDefault: ${what} not supported: ${lib.generators.toPretty { } v}";

  # "a.b.c" -> a "b.c", as git writes subsections.
  gitSectionName =
    name:
    let
      parts = lib.splitString "." name;
    in
    if lib.hasInfix "\"" name || length parts == 1 then
      name
    else
      ''${builtins.head parts} "${concatStringsSep "." (builtins.tail parts)}"'';
  gitValue =
    v:
    mkValueStringDefault { } (
      if isString v then ''"${replaceStrings [ "\n" "\t" "\"" "\\" ] [ "\\n" "\\t" "\\\"" "\\\\" ] v}"'' else v
    );
  gitLine = mkKeyValueDefault { mkValueString = gitValue; } " = ";

  isSection = v: isAttrs v && !isDerivation v;
  # Nested sets become sections with dotted names.
  gitSections =
    path: set:
    let
      plain = lib.filterAttrs (_: v: !isSection v) set;
    in
    lib.optionalAttrs (plain != { }) { ${concatStringsSep "." path} = plain; }
    // lib.concatMapAttrs (name: gitSections (path ++ [ name ])) (lib.filterAttrs (_: isSection) set);

  mkValueStringDefault =
    { }:
    v:
    if isInt v then
      toString v
    else if isDerivation v then
      toString v
    else if isString v then
      v
    else if isBool v then
      lib.boolToString v
    else if v == null then
      "null"
    else if isFloat v then
      lib.strings.floatToString v
    else if isList v then
      noValueString "lists" v
    else if isAttrs v then
      noValueString "attrsets" v
    else if lib.isFunction v then
      noValueString "functions" v
    else
      noValueString "this value is" (toString v);

  mkKeyValueDefault =
    {
      mkValueString ? mkValueStringDefault { },
    }:
    sep: key: value:
    "${escape [ sep ] key}${sep}${mkValueString value}";
in
rec {
  inherit mkValueStringDefault mkKeyValueDefault;

  toKeyValue =
    {
      mkKeyValue ? mkKeyValueDefault { } "=",
      listsAsDuplicateKeys ? false,
      indent ? "",
    }:
    let
      line = key: value: "${indent}${mkKeyValue key value}\n";
      lines =
        key: value:
        if listsAsDuplicateKeys then lib.concatMapStrings (line key) (lib.toList value) else line key value;
    in
    set: concatStringsSep "" (mapAttrsToList lines set);

  toINI =
    {
      mkSectionName ? escape [
        "["
        "]"
      ],
      mkKeyValue ? mkKeyValueDefault { } "=",
      listsAsDuplicateKeys ? false,
    }:
    sections:
    concatStringsSep "\n" (
      mapAttrsToList (
        name: values: "[${mkSectionName name}]\n${toKeyValue { inherit mkKeyValue listsAsDuplicateKeys; } values}"
      ) sections
    );

  toINIWithGlobalSection =
    {
      mkSectionName ? escape [
        "["
        "]"
      ],
      mkKeyValue ? mkKeyValueDefault { } "=",
      listsAsDuplicateKeys ? false,
    }:
    {
      globalSection,
      sections ? { },
    }:
    lib.optionalString (globalSection != { }) (
      toKeyValue { inherit mkKeyValue listsAsDuplicateKeys; } globalSection + "\n"
    )
    + toINI { inherit mkSectionName mkKeyValue listsAsDuplicateKeys; } sections;

  toGitINI =
    set:
    toINI {
      mkSectionName = gitSectionName;
      mkKeyValue =
        key: value: lib.concatMapStringsSep "\n" (v: "\t${gitLine key v}") (lib.toList value);
    } (lib.concatMapAttrs (name: v: if isSection v then gitSections [ name ] v else { ${name} = v; }) set);
}
