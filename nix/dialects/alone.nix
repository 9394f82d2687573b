# A definition that has one of its containers alone: what that is evaluated from does not depend on the files of the others then.
#
#   { lib } -> MODULES -> { names, of }
#
#   names  of containers, perhaps; null where a definition cannot be taken apart
#   of     NAME -> modules, or null
#
# Only of a plain set can it be told that its containers do not know each other: a module that is a function may ask `config` for
# others, and one with imports may hold such a function.
{ lib }:
modules:
let
  given = if builtins.isList modules && builtins.length modules == 1 then builtins.head modules else modules;
  isFile = builtins.isPath given || (builtins.isString given && lib.hasPrefix "/" given);
  module = if isFile then import given else given;

  isSet = value: builtins.isAttrs value && !(value ? _type);
  isPlain =
    isSet module
    && isSet (module.containers or null)
    && !(lib.any (name: module ? ${name}) [
      "config"
      "imports"
      "require"
      "options"
      "disabledModules"
      "freeformType"
    ]);
in
{
  names = if isPlain then builtins.attrNames module.containers else null;

  of =
    name:
    if isPlain && module.containers ? ${name} then
      lib.optionalAttrs isFile { _file = toString given; }
      // module
      // {
        containers = { ${name} = module.containers.${name}; };
      }
    else
      null;
}
