# Types of strings.
{ lib }:
let
  inherit (builtins) isString match toJSON;
  inherit (lib.options) getValues mergeEqualOption;
  inherit (lib.types) addCheck mkOptionType phrase;

  string =
    given:
    mkOptionType (
      {
        descriptionClass = "noun";
        check = isString;
        merge = mergeEqualOption;
      }
      // given
    );
in
rec {
  str = string {
    name = "str";
    description = "string";
  };
  nonEmptyStr = string {
    name = "nonEmptyStr";
    description = "non-empty string";
    check = v: isString v && match "[ \t\n]*" v == null;
  };
  strMatching =
    pattern:
    string {
      name = "strMatching ${lib.strings.escapeNixString pattern}";
      description = "string matching the pattern ${pattern}";
      check = v: isString v && match pattern v != null;
      functor = lib.defaultFunctor "strMatching" // {
        type = payload: strMatching payload.pattern;
        payload = { inherit pattern; };
        binOp = a: b: if a == b then a else null;
      };
    };
  # A newline at the end is allowed and dropped.
  singleLineStr = string {
    name = "singleLineStr";
    description = "(optionally newline-terminated) single-line string";
    check = v: isString v && match "[^\n\r]*\n?" v != null;
    merge = loc: defs: lib.removeSuffix "\n" (mergeEqualOption loc defs);
  };
  # Several definitions are joined.
  separatedString =
    sep:
    string {
      name = "separatedString";
      description = "strings concatenated with ${toJSON sep}";
      merge = _: defs: builtins.concatStringsSep sep (getValues defs);
      functor = lib.defaultFunctor "separatedString" // {
        payload = { inherit sep; };
        type = payload: separatedString payload.sep;
        binOp = a: b: if a == b then a else null;
      };
    };
  lines = separatedString "\n";
  commas = separatedString ",";
  envVar = separatedString ":";
  passwdEntry =
    type:
    addCheck type (v: match "[^:\n]*" v != null)
    // {
      name = "passwdEntry ${type.name}";
      description = "${phrase [ "noun" ] type}, not containing newlines or colons";
      descriptionClass = "nonRestrictiveClause";
    };
}
