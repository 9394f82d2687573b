# Values as JSON can hold them, and back, with the derivations and paths that their strings depend on.
rec {
  # What a derivation is made of, and texts: no functions. Paths are copied to the store, derivations are their outputs.
  from =
    value:
    if builtins.isAttrs value && !(value ? outPath) && !(value ? __toString) then
      { set = builtins.mapAttrs (_: from) value; }
    else if builtins.isList value then
      { list = map from value; }
    else if builtins.isAttrs value || builtins.isPath value || builtins.isString value then
      {
        text = builtins.unsafeDiscardStringContext "${value}";
        context = builtins.getContext "${value}";
      }
    else
      { plain = value; };

  to =
    data:
    if data ? set then
      builtins.mapAttrs (_: to) data.set
    else if data ? list then
      map to data.list
    else if data ? text then
      builtins.appendContext data.text data.context
    else
      data.plain;
}
