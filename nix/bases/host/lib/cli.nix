# Attribute sets as command lines.
{ lib }:
let
  inherit (builtins) concatLists isBool isList stringLength;
  asString = lib.generators.mkValueStringDefault { };
  dashes = name: if stringLength name == 1 then "-${name}" else "--${name}";
in
rec {
  # { X = "PUT"; url = [ "a" "b" ]; verbose = true; } -> [ "-X" "PUT" "--url" "a" "--url" "b" "--verbose" ]
  toGNUCommandLine =
    {
      mkOptionName ? dashes,
      mkBool ? name: v: lib.optional v (mkOptionName name),
      mkList ? name: lib.concatMap (mkOption name),
      mkOption ?
        name: v:
        if v == null then
          [ ]
        else if optionValueSeparator == null then
          [
            (mkOptionName name)
            (asString v)
          ]
        else
          [ "${mkOptionName name}${optionValueSeparator}${asString v}" ],
      optionValueSeparator ? null,
    }:
    set:
    concatLists (
      lib.mapAttrsToList (
        name: v:
        if isBool v then
          mkBool name v
        else if isList v then
          mkList name v
        else
          mkOption name v
      ) set
    );
  toGNUCommandLineShell = options: set: lib.escapeShellArgs (toGNUCommandLine options set);

  # formatOf: name -> { option, sep (null: two arguments), explicitBool, formatArg ? }
  toCommandLine =
    formatOf: set:
    let
      render =
        name: v:
        let
          format = formatOf name;
          arg = (format.formatArg or asString) v;
        in
        if v == null || (!format.explicitBool && v == false) then
          [ ]
        else if !format.explicitBool && v == true then
          [ format.option ]
        else if format.sep != null then
          [ "${format.option}${format.sep}${arg}" ]
        else
          [
            format.option
            arg
          ];
    in
    concatLists (
      lib.mapAttrsToList (
        name: v:
        if name == "" then
          throw "lib.cli.toCommandLine only accepts non-empty option names."
        else if isList v then
          lib.concatMap (render name) v
        else
          render name v
      ) set
    );
  toCommandLineShell = formatOf: set: lib.escapeShellArgs (toCommandLine formatOf set);
  toCommandLineGNU =
    {
      isLong ? name: stringLength name > 1,
      explicitBool ? false,
      formatArg ? asString,
    }:
    toCommandLine (name: {
      option = if isLong name then "--${name}" else "-${name}";
      sep = if isLong name then "=" else "";
      inherit explicitBool formatArg;
    });
  toCommandLineShellGNU = options: set: lib.escapeShellArgs (toCommandLineGNU options set);
}
