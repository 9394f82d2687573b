# Options as data for documentation.
{ lib }:
let
  inherit (builtins) addErrorContext filter isBool;
  inherit (lib.options) literalExpression showOption unknownModule;

  render =
    name: what: value:
    addErrorContext "while evaluating the ${what} of option `${name}`" (
      if value ? _type && value ? text then
        value
      else
        literalExpression (
          lib.generators.toPretty {
            multiline = true;
            allowPrettyValues = true;
          } value
        )
    );

  describe =
    opt:
    let
      name = showOption opt.loc;
      visible = opt.visible or true;
      type = opt.type or { };
      hasEmptyValue = (type.emptyValue or { }) ? value && type.getSubModules or null == null;
      entry = {
        inherit (opt) loc;
        inherit name;
        description = opt.description or null;
        declarations = filter (file: file != unknownModule) opt.declarations;
        internal = opt.internal or false;
        visible = if isBool visible then visible else visible == "shallow";
        readOnly = opt.readOnly or false;
        type = type.description or "unspecified";
      }
      // lib.optionalAttrs (opt ? example) { example = render name "example" opt.example; }
      // lib.optionalAttrs (opt ? defaultText || opt ? default || hasEmptyValue) {
        default = render name "default" (opt.defaultText or opt.default or type.emptyValue.value);
      }
      // lib.optionalAttrs (opt.relatedPackages or null != null) { inherit (opt) relatedPackages; };
      showsParts = if isBool visible then visible else visible == "transparent";
    in
    [ entry ] ++ lib.optionals showsParts (docsOf (opt.type.getSubOptions opt.loc));

  docsOf = options: builtins.concatMap describe (lib.collect lib.isOption options);
in
rec {
  # A tree of options, as evalModules gives it -> a flat list of records, the parts of submodules included.
  optionAttrSetToDocList = docsOf;
  optionAttrSetToDocList' = _: docsOf;

  scrubOptionValue =
    v:
    if lib.isDerivation v then
      {
        type = "derivation";
        drvPath = v.name;
        outPath = v.name;
        inherit (v) name;
      }
    else if builtins.isList v then
      map scrubOptionValue v
    else if builtins.isAttrs v then
      builtins.mapAttrs (_: scrubOptionValue) (removeAttrs v [ "_args" ])
    else
      v;
}
