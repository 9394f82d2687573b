# Types of paths, store paths and packages.
{ lib }:
let
  inherit (builtins)
    isPath
    isString
    substring
    ;
  inherit (lib) isDerivation isStorePath isStringLike;
  inherit (lib.options) mergeEqualOption mergeOneOption;
  inherit (lib.types) addCheck mkOptionType;
in
rec {
  # null: either will do.
  pathWith =
    {
      inStore ? null,
      absolute ? null,
    }:
    if inStore == true && absolute == false then
      throw "In pathWith, inStore means the path must be absolute"
    else
      mkOptionType {
        name = "path";
        description =
          (
            if absolute == null then
              ""
            else if absolute then
              "absolute "
            else
              "relative "
          )
          + "path"
          + (
            if inStore == null then
              ""
            else if inStore then
              " in the Nix store"
            else
              " not in the Nix store"
          );
        descriptionClass = "noun";
        # A path value would be copied into the store when it is used.
        check =
          v:
          (if inStore == false then isString v else isStringLike v)
          && (inStore == null || inStore == lib.path.hasStorePathPrefix v)
          && (absolute == null || absolute == (substring 0 1 (toString v) == "/"));
        merge = mergeEqualOption;
        functor = lib.defaultFunctor "path" // {
          type = pathWith;
          payload = { inherit inStore absolute; };
          binOp = a: b: if a == b then a else null;
        };
      };
  path = pathWith { absolute = true; };
  pathInStore = pathWith { inStore = true; };
  externalPath = pathWith {
    absolute = true;
    inStore = false;
  };

  package = mkOptionType {
    name = "package";
    descriptionClass = "noun";
    check = v: isDerivation v || isStorePath v;
    merge =
      loc: defs:
      let
        v = mergeOneOption loc defs;
      in
      if isPath v || (isString v && !builtins.hasContext v) then lib.toDerivation v else v;
  };
  shellPackage = package // {
    check = v: isDerivation v && v ? shellPath;
  };
  pkgs =
    addCheck (lib.types.unique {
      message = "A Nixpkgs pkgs set can not be merged with another pkgs set.";
    } lib.types.attrs) (v: v._type or null == "pkgs")
    // {
      name = "pkgs";
      descriptionClass = "noun";
      description = "Nixpkgs package set";
    };
}
