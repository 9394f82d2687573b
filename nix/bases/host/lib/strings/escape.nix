# Quoting for shells, Nix, regular expressions, XML and URLs.
{ lib }:
let
  inherit (builtins)
    elem
    isAttrs
    isList
    match
    replaceStrings
    toJSON
    ;
  inherit (lib) concatMapStringsSep mapAttrsToList stringToCharacters;

  # The characters 0x01 to 0x7f with their codes.
  ascii = builtins.listToAttrs (
    builtins.genList (i: {
      name = builtins.fromJSON ''"\u00${hexByte (i + 1)}"'';
      value = i + 1;
    }) 127
  );
  hexByte = n: lib.fixedWidthString 2 "0" (lib.toHexString n);
  unreserved = stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  reserved = builtins.removeAttrs ascii unreserved;
in
rec {
  escape = chars: replaceStrings chars (map (c: "\\${c}") chars);
  charToInt = c: ascii.${c};
  escapeC = chars: replaceStrings chars (map (c: "\\x${lib.toLower (hexByte (charToInt c))}") chars);
  escapeURL = replaceStrings (builtins.attrNames reserved) (
    map (n: "%${hexByte n}") (builtins.attrValues reserved)
  );
  escapeXML =
    replaceStrings
      [ "\"" "'" "<" ">" "&" ]
      [ "&quot;" "&apos;" "&lt;" "&gt;" "&amp;" ];
  escapeRegex = escape (stringToCharacters "\\[{()^$?*+|.");

  escapeShellArg =
    arg:
    let
      s = toString arg;
    in
    if match "[[:alnum:],._+:@%/-]+" s == null then "'${replaceStrings [ "'" ] [ "'\\''" ] s}'" else s;
  escapeShellArgs = concatMapStringsSep " " escapeShellArg;
  isValidPosixName = name: match "[a-zA-Z_][a-zA-Z0-9_]*" name != null;
  toShellVar =
    name: value:
    if !isValidPosixName name then
      throw "toShellVar: ${name} is not a valid shell variable name"
    else if isAttrs value && !lib.isStringLike value then
      "declare -A ${name}=(${
        lib.concatStringsSep " " (mapAttrsToList (k: v: "[${escapeShellArg k}]=${escapeShellArg v}") value)
      })"
    else if isList value then
      "declare -a ${name}=(${escapeShellArgs value})"
    else
      "${name}=${escapeShellArg value}";
  toShellVars = vars: lib.concatStringsSep "\n" (mapAttrsToList toShellVar vars);

  escapeNixString = s: escape [ "$" ] (toJSON s);
  escapeNixIdentifier =
    s:
    if
      match "[a-zA-Z_][a-zA-Z0-9_'-]*" s != null
      && !elem s [
        "assert"
        "else"
        "if"
        "in"
        "inherit"
        "let"
        "or"
        "rec"
        "then"
        "with"
      ]
    then
      s
    else
      escapeNixString s;
}
