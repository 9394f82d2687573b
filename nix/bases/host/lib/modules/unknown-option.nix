# The error for a definition that no option takes, with the options that may have been meant.
{ lib }:
let
  inherit (builtins)
    attrNames
    concatStringsSep
    filter
    head
    length
    ;
  inherit (lib) init last;
  inherit (lib.options) showOption;
  inherit (lib.strings) escapeNixIdentifier levenshtein levenshteinAtMost;

  # Only the head of a value: what is inside may be meant for another base, and fail here in a way that would hide this
  # error, as `pkgs.NAME' does for a package that this base lacks.
  sketch =
    v:
    let
      names = attrNames v;
      shown = map (name: "${escapeNixIdentifier name} = ...; ") (lib.take 5 names);
    in
    if builtins.isList v then
      if v == [ ] then "[ ]" else "[ ... ]"
    else if !builtins.isAttrs v then
      lib.generators.toPretty { } v
    else if v ? _type && v ? content then
      sketch v.content
    else if v ? outPath then
      "<derivation>"
    else
      "{ ${concatStringsSep "" shown}${if length names > 5 then "... " else ""}}";
  showDefinition =
    def:
    let
      shown = builtins.tryEval (sketch def.value);
    in
    "\n- In `${def.file}'${if shown.success then ": ${shown.value}" else ""}";

  quote = path: "`${showOption path}'";

  # At most three names, nearest first, that differ in at most a third of the characters.
  nearest =
    name: names:
    let
      limit = lib.max 2 (builtins.stringLength name / 3);
      isNear = other: levenshteinAtMost limit (lib.toLower name) (lib.toLower other);
    in
    lib.take 3 (lib.sortOn (levenshtein name) (filter isNear names));

  didYouMean =
    paths:
    if paths == [ ] then
      ""
    else if length paths == 1 then
      "\n\nDid you mean ${quote (head paths)}?"
    else
      "\n\nDid you mean ${concatStringsSep ", " (map quote (init paths))} or ${quote (last paths)}?";
in
# prefix: where the evaluation stands; options: its options; def: the definition; hint: text to end with, or "".
{
  prefix,
  options,
  def,
  hint,
}:
let
  parent = init def.prefix;
  siblings = attrNames (lib.attrByPath parent { } options);
  candidates = if parent == [ ] then lib.remove "_module" siblings else siblings;
  suggestions = nearest (last def.prefix) candidates;
  path = showOption (prefix ++ def.prefix);
  nothingDeclared = attrNames options == [ "_module" ];
in
builtins.addErrorContext
  "while evaluating the error message for definitions for `${path}', which is an option that does not exist"
  (
    "The option `${path}' does not exist. Definition values:${showDefinition def}"
    + didYouMean (map (name: prefix ++ parent ++ [ name ]) suggestions)
    + (
      if !nothingDeclared then
        ""
      else if prefix == [ ] then
        "\n\nIt seems as if you're trying to declare an option by placing it into `config' rather than `options'!"
      else
        "\n\nHowever there are no options defined in ${quote prefix}. Are you sure you've declared your options properly? This can happen if you e.g. declared your options in `types.submodule' under `config' rather than `options'."
    )
    + (if hint == "" then "" else "\n\n${hint}")
  )
