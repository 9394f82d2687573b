# Property lists (XML) from values.
{ lib }:
let
  inherit (builtins)
    isAttrs
    isBool
    isFloat
    isInt
    isList
    isPath
    isString
    ;
  inherit (lib) concatMapStrings mapAttrsToList;
in
{
  toPlist =
    {
      escape ? false,
    }:
    let
      text = if escape then lib.escapeXML else s: s;
      line = indent: s: "${indent}${s}\n";
      block =
        indent: tag: content:
        line indent "<${tag}>" + (if content == "" then "\n" else content) + line indent "</${tag}>";
      go =
        indent: v:
        let
          inner = "\t${indent}";
        in
        if v == null then
          ""
        else if isBool v then
          line indent (if v then "<true/>" else "<false/>")
        else if isInt v then
          line indent "<integer>${toString v}</integer>"
        else if isString v || isPath v then
          line indent "<string>${text (toString v)}</string>"
        else if isFloat v then
          line indent "<real>${toString v}</real>"
        else if isList v then
          block indent "array" (concatMapStrings (go inner) v)
        else if isAttrs v then
          block indent "dict" (
            lib.concatStrings (
              mapAttrsToList (
                name: value:
                lib.optionalString (name != "_module" && value != null) (
                  line inner "<key>${text name}</key>" + go inner value
                )
              ) v
            )
          )
        else
          abort "generators.toPlist: type ${builtins.typeOf v} is unsupported";
    in
    v:
    ''
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE plist PUBLIC "-//Apple Computer//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
      <plist version="1.0">
    ''
    + go "" v
    + "</plist>";
}
