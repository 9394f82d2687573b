# Whether a container's system is for us to configure: not where the definition sets `path`, since a module that then sets
# `config` would make two systems of it. Asked of the definitions, because asking the options would be a circle.
{ lib }:
option:
let
  setsPath =
    value:
    if !lib.isAttrs value then
      false
    else if value ? content then
      setsPath value.content
    else if value ? contents then
      lib.any setsPath value.contents
    else
      value ? path;
in
name: !lib.any (definition: lib.isAttrs definition && setsPath (definition.${name} or { })) option.definitions
