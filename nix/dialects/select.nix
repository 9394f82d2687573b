# Selects what `--attr` names in a definition.
#
#   select [ "x" "y" ] DEFINITION
#
# On the way, paths are imported and functions called whose arguments all have defaults.
{ lib }:
let
  near = import ./near.nix { inherit lib; };

  open =
    value:
    if builtins.isPath value || (builtins.isString value && lib.hasPrefix "/" value) then
      open (import value)
    else if builtins.isFunction value && lib.all lib.id (lib.attrValues (builtins.functionArgs value)) then
      if builtins.functionArgs value == { } then value else open (value { })
    else
      value;

  show = path: lib.concatMapStringsSep "." (part: if builtins.match "[A-Za-z_][A-Za-z0-9_'-]*" part != null then part else builtins.toJSON part) path;

  step =
    walked: value: name:
    let
      opened = open value;
      where = if walked == [ ] then "The definition" else "Attribute '${show walked}' of the definition";
    in
    if !builtins.isAttrs opened then
      throw "${where} is of type ${builtins.typeOf opened}, so there is no '${show (walked ++ [ name ])}' in it."
    else
      opened.${name} or (throw "${where} has no attribute '${name}'.${near.hint name (builtins.attrNames opened)}");
in
path: definition:
(lib.foldl' (state: name: {
  walked = state.walked ++ [ name ];
  value = step state.walked state.value name;
}) { walked = [ ]; value = definition; } path).value
