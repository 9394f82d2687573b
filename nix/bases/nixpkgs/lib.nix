# nixpkgs's own lib, with what an older one lacks from the host base's, which has the same names and meanings.
{ genuine }:
let
  own = import ../host/lib;
in
own
// genuine
// {
  strings = own.strings // genuine.strings;
  types = own.types // genuine.types;
}
