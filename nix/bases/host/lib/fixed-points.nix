# Fixed points of functions, and overlays over them.
{ ... }:
rec {
  fix =
    f:
    let
      x = f x;
    in
    x;

  fix' =
    f:
    let
      x = f x // {
        __unfix__ = f;
      };
    in
    x;

  converge =
    f: x:
    let
      x' = f x;
    in
    if x' == x then x else converge f x';

  extends =
    overlay: f: final:
    let
      prev = f final;
    in
    prev // overlay final prev;

  composeExtensions =
    f: g: final: prev:
    let
      first = f final prev;
    in
    first // g final (prev // first);

  composeManyExtensions = builtins.foldl' (a: b: composeExtensions a b) (_final: _prev: { });

  makeExtensible = makeExtensibleWithCustomName "extend";

  makeExtensibleWithCustomName =
    name: f:
    fix' (
      self:
      f self
      // {
        ${name} = overlay: makeExtensibleWithCustomName name (extends overlay f);
      }
    );

  toExtension =
    f:
    if builtins.isFunction f || f ? __functor then
      final: prev:
      let
        once = f final;
      in
      if builtins.isFunction once || once ? __functor then f final prev else f prev
    else
      _final: _prev: f;

  # makeExtensible for the library itself: a record without __unfix__.
  extendable =
    f:
    fix (
      self:
      f self
      // {
        extend = overlay: extendable (extends overlay f);
      }
    );
}
