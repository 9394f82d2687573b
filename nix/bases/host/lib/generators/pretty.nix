# Values as Nix text, for messages and documentation.
{ lib }:
let
  inherit (builtins)
    concatStringsSep
    elem
    filter
    isAttrs
    isBool
    isFloat
    isInt
    isList
    isPath
    isString
    mapAttrs
    split
    ;
  inherit (lib) escape isFunction mapAttrsToList;

  special = [
    "__functor"
    "__functionArgs"
    "__toString"
    "__pretty"
  ];
in
{
  # v with all that is nested deeper than depthLimit replaced by "<unevaluated>", or an error where it is read.
  withRecursion =
    {
      depthLimit,
      throwOnDepthLimit ? true,
    }:
    let
      limit =
        depth: v:
        if depthLimit == null || depth <= depthLimit then
          v
        else if throwOnDepthLimit then
          throw "Exceeded maximum eval-depth limit of ${toString depthLimit} while trying to evaluate with `generators.withRecursion'!"
        else
          "<unevaluated>";
      go =
        depth: v:
        let
          next = v: go (depth + 1) (limit (depth + 1) v);
        in
        if isAttrs v then
          mapAttrs (name: v: if elem name special then v else next v) v
        else if isList v then
          map next v
        else
          limit (depth + 1) v;
    in
    go 0;

  toPretty =
    {
      allowPrettyValues ? false,
      multiline ? true,
      indent ? "",
    }:
    let
      escapeLine = escape [
        "\\"
        "\""
        "\${"
      ];
      escapeBlock = builtins.replaceStrings [ "\${" "''" ] [ "''\${" "'''" ];
      showString =
        open: close: s:
        let
          lines = filter isString (split "\n" s);
          block = map escapeBlock lines;
          end = lib.last block;
        in
        if multiline && builtins.length lines > 1 then
          "''" + open + concatStringsSep open (lib.init block) + (if end == "" then close else open + end) + "''"
        else
          "\"${concatStringsSep "\\n" (map escapeLine lines)}\"";
      showFunction =
        f:
        let
          args = mapAttrsToList (name: hasDefault: if hasDefault then "${name}?" else name) (lib.functionArgs f);
        in
        if args == [ ] then "<function>" else "<function, args: {${concatStringsSep ", " args}}>";
      go =
        indent: v:
        let
          open = if multiline then "\n${indent}  " else " ";
          close = if multiline then "\n${indent}" else " ";
          deeper = go "${indent}  ";
        in
        if isInt v || isPath v then
          toString v
        else if isString v then
          showString open close v
        else if isBool v then
          lib.boolToString v
        else if v == null then
          "null"
        else if isFloat v then
          builtins.toJSON v
        else if isList v then
          if v == [ ] then "[ ]" else "[${open}${lib.concatMapStringsSep open deeper v}${close}]"
        else if isFunction v then
          showFunction v
        else if allowPrettyValues && v ? __pretty && v ? val then
          v.__pretty v.val
        else if v == { } then
          "{ }"
        else if v.type or null == "derivation" then
          "<derivation ${v.name or "???"}>"
        else
          "{${open}${
            concatStringsSep open (
              mapAttrsToList (
                name: value:
                "${lib.strings.escapeNixIdentifier name} = ${
                  builtins.addErrorContext "while evaluating an attribute `${name}`" (deeper value)
                };"
              ) v
            )
          }${close}}";
    in
    go indent;
}
