# Declaring options, merging plain definitions, and showing options in messages.
{ lib }:
let
  inherit (builtins)
    all
    concatLists
    concatStringsSep
    filter
    foldl'
    head
    isAttrs
    isBool
    isInt
    isList
    isString
    length
    match
    split
    tail
    ;
  inherit (lib) isFunction;

  changePriority = "Use `lib.mkForce value` or `lib.mkDefault value` to change the priority on any of these definitions.\n";

  text =
    type: caller: text:
    if isString text then
      {
        _type = type;
        inherit text;
      }
    else
      throw "${caller} expects a string.";
in
rec {
  unknownModule = "<unknown-file>";
  isOption = v: v._type or null == "option";

  mkOption =
    {
      default ? null,
      defaultText ? null,
      example ? null,
      description ? null,
      relatedPackages ? null,
      type ? null,
      apply ? null,
      internal ? null,
      visible ? null,
      readOnly ? null,
    }@given:
    given // { _type = "option"; };

  mkEnableOption =
    name:
    mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      description = "Whether to enable ${name}.";
    };

  # name: path in pkgs as a name or a list of names.
  mkPackageOption =
    pkgs: name:
    {
      nullable ? false,
      default ? name,
      example ? null,
      extraDescription ? "",
      pkgsText ? "pkgs",
    }:
    let
      path = lib.toList default;
      shown = lib.showAttrPath path;
    in
    mkOption (
      {
        type = if nullable then lib.types.nullOr lib.types.package else lib.types.package;
        description =
          "The ${if isList name then lib.last name else name} package to use."
          + (if extraDescription == "" then "" else " ${extraDescription}");
      }
      // (
        if default != null then
          {
            default = lib.attrByPath path (throw "${shown} cannot be found in ${pkgsText}") pkgs;
            defaultText = literalExpression "${pkgsText}.${shown}";
          }
        else
          lib.optionalAttrs nullable { default = null; }
      )
      // lib.optionalAttrs (example != null) {
        example = literalExpression (
          if isList example then "${pkgsText}.${lib.showAttrPath example}" else example
        );
      }
    );

  # Swallows definitions; reading it is an error.
  mkSinkUndeclaredOptions =
    attrs:
    mkOption (
      {
        internal = true;
        visible = false;
        default = false;
        description = "Sink for option definitions.";
        type = lib.mkOptionType {
          name = "sink";
          check = _: true;
          merge = _: _: false;
        };
        apply = _: throw "Option value is not readable because the option is not declared.";
      }
      // attrs
    );

  literalExpression = text "literalExpression" "literalExpression";
  literalMD = text "literalMD" "literalMD";
  literalCode = language: code: literalMD "```${language}\n${code}\n```\n";

  getValues = map (def: def.value);
  getFiles = map (def: def.file);

  mergeDefaultOption =
    loc: defs:
    let
      values = getValues defs;
      first = head values;
    in
    if length values == 1 then
      first
    else if all isFunction values then
      x: mergeDefaultOption loc (map (def: def // { value = def.value x; }) defs)
    else if all isList values then
      concatLists values
    else if all isAttrs values then
      foldl' (a: b: a // b) { } values
    else if all isBool values then
      builtins.any (x: x) values
    else if all isString values then
      concatStringsSep "" values
    else if all isInt values && all (x: x == first) values then
      first
    else
      throw "Cannot merge definitions of `${showOption loc}'. Definition values:${showDefs defs}";

  mergeUniqueOption =
    {
      message,
      merge ? (_: defs: (head defs).value),
    }:
    loc: defs:
    if length defs == 1 then
      merge loc defs
    else
      throw "The option `${showOption loc}' is defined multiple times while it's expected to be unique.\n${message}\nDefinition values:${showDefs defs}\n${changePriority}";
  mergeOneOption = mergeUniqueOption { message = ""; };

  mergeEqualOption =
    loc: defs:
    let
      first = head defs;
      # A single definition is not compared: a function differs even from itself.
      others = filter (def: def.value != first.value) (tail defs);
    in
    if others == [ ] then
      first.value
    else
      throw "The option `${showOption loc}' has conflicting definition values:${
        showDefs [
          first
          (head others)
        ]
      }\n${changePriority}";

  # <name> and * stand for any name and are shown as they are.
  showOption =
    let
      show =
        part: if part == "*" || match "<(.*)>" part != null then part else lib.strings.escapeNixIdentifier part;
    in
    path: concatStringsSep "." (map show path);
  showFiles = files: concatStringsSep " and " (map (file: "`${file}'") files);
  showOptionWithDefLocs =
    opt:
    "${showOption opt.loc}, with values defined in:\n${lib.concatMapStringsSep "\n" (file: "  - ${file}") opt.files}\n";

  # One item a definition, with the first five lines of its value where that can be evaluated.
  showDefs = lib.concatMapStrings (
    def:
    let
      shown = builtins.tryEval (
        lib.generators.toPretty { } (
          lib.generators.withRecursion {
            depthLimit = 10;
            throwOnDepthLimit = false;
          } def.value
        )
      );
      lines = filter isString (split "\n" shown.value);
      value = concatStringsSep "\n    " (lib.take 5 lines ++ lib.optional (length lines > 5) "...");
    in
    "\n- In `${def.file}'"
    + (
      if !shown.success then
        ""
      else if length lines > 1 then
        ":\n    ${value}"
      else
        ": ${value}"
    )
  );
}
