# Names that are close to a mistyped one, for messages.
{ lib }:
let
  close =
    name: candidates:
    lib.filter (other: lib.strings.levenshteinAtMost 2 (lib.toLower name) (lib.toLower other)) candidates;
in
{
  inherit close;

  # " Did you mean ...?" where one is close, else what there is.
  hint =
    name: candidates:
    let
      found = close name candidates;
      shown = lib.take 10 candidates;
      more = lib.length candidates - lib.length shown;
    in
    if found != [ ] then
      " Did you mean ${lib.concatMapStringsSep " or " (other: "'${other}'") (lib.take 3 found)}?"
    else if candidates == [ ] then
      " It is empty."
    else
      " It has: ${lib.concatStringsSep ", " shown}${lib.optionalString (more > 0) " and ${toString more} more"}.";
}
