# Lua and Dhall from values.
{ lib }:
let
  inherit (builtins)
    concatStringsSep
    filter
    isAttrs
    isBool
    isFloat
    isInt
    isList
    isPath
    isString
    match
    toJSON
    ;
  inherit (lib) mapAttrsToList;
in
rec {
  # Text that toLua takes over as it is.
  mkLuaInline = expr: {
    _type = "lua-inline";
    inherit expr;
  };

  # asBindings: NAME = VALUE for each attribute, not one table.
  toLua =
    {
      multiline ? true,
      indent ? "",
      asBindings ? false,
    }:
    let
      table =
        indent: items:
        let
          open = if multiline then "\n${indent}  " else " ";
          close = if multiline then "\n${indent}" else " ";
        in
        if items == [ ] then "{}" else "{${open}${concatStringsSep ",${open}" items}${close}}";
      go =
        indent: v:
        let
          deeper = go "${indent}  ";
        in
        if v == null then
          "nil"
        else if isInt v || isFloat v || isString v || isBool v then
          toJSON v
        else if isPath v || lib.isDerivation v then
          toJSON "${v}"
        else if isList v then
          table indent (map deeper v)
        else if isAttrs v then
          if v._type or null == "lua-inline" then
            "(${v.expr})"
          else
            table indent (mapAttrsToList (name: value: "[${toJSON name}] = ${deeper value}") v)
        else
          abort "generators.toLua: type ${builtins.typeOf v} is unsupported";
      isName = name: match "[[:alpha:]_][[:alnum:]_]*(\\.[[:alpha:]_][[:alnum:]_]*)*" name != null;
      bindings =
        set:
        let
          bad = filter (name: !isName name) (builtins.attrNames set);
        in
        if bad != [ ] then
          throw "Bad Lua var names: ${lib.generators.toPretty { } bad}"
        else
          concatStringsSep "" (mapAttrsToList (name: value: "${indent}${name} = ${go indent value}\n") set);
    in
    if asBindings then bindings else go indent;

  toDhall =
    { }@args:
    v:
    if isAttrs v then
      "{ ${concatStringsSep ", " (mapAttrsToList (name: value: "${name} = ${toDhall args value}") v)} }"
    else if isList v then
      "[ ${lib.concatMapStringsSep ", " (toDhall args) v} ]"
    else if isInt v then
      if v < 0 then toString v else "+${toString v}"
    else if isBool v then
      if v then "True" else "False"
    else if lib.isFunction v then
      abort "generators.toDhall: cannot convert a function to Dhall"
    else if v == null then
      abort "generators.toDhall: cannot convert a null to Dhall"
    else
      toJSON v;
}
