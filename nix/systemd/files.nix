# From rendered units to the content of a unit folder, as data.
#
#   files { units, upstream ? { }, folder ? "/etc/systemd/system" } -> { "web.service" = { text = ...; }; "a.wants/web.service" = { link = ...; }; }
#
# `upstream` are units that packages have, name -> path: a unit of the same name becomes a drop-in of theirs.
{ lib }:
{
  units,
  upstream ? { },
  folder ? "/etc/systemd/system",
}:
let
  entry =
    name: unit:
    if !unit.enable then
      { ${name}.link = "/dev/null"; }
    else if unit.text == null then
      { }
    else if unit.overrideStrategy == "asDropin" || upstream ? ${name} then
      { "${name}.d/overrides.conf".text = unit.text; }
    else
      { ${name}.text = unit.text; };

  to = name: { link = "${folder}/${name}"; };

  links =
    name: unit:
    lib.listToAttrs (
      map (alias: lib.nameValuePair alias (to name)) unit.aliases
      ++ map (by: lib.nameValuePair "${by}.wants/${name}" (to name)) unit.wantedBy
      ++ map (by: lib.nameValuePair "${by}.requires/${name}" (to name)) unit.requiredBy
      ++ map (by: lib.nameValuePair "${by}.upholds/${name}" (to name)) unit.upheldBy
    );
in
lib.foldl' (all: files: all // files) (lib.mapAttrs (_: path: { link = path; }) upstream) (
  lib.mapAttrsToList (name: unit: links name unit // entry name unit) units
)
