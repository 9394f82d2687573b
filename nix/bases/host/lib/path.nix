# Path values: joining and comparing by components.
{ lib }:
let
  inherit (builtins) filter isPath isString substring;
  parts = path: filter (s: isString s && s != "") (builtins.split "/" (toString path));
  isSubpath =
    s:
    isString s
    && s != ""
    && substring 0 1 s != "/"
    && !builtins.elem ".." (lib.splitString "/" s);
in
{
  append =
    path: subpath:
    assert lib.assertMsg (isPath path) "lib.path.append: The first argument is not a path value: ${toString path}";
    assert lib.assertMsg (isSubpath subpath)
      "lib.path.append: The second argument is not a subpath: ${lib.generators.toPretty { } subpath}";
    path + "/${subpath}";
  hasPrefix = a: b: lib.lists.hasPrefix (parts a) (parts b);
  removePrefix =
    a: b: "./" + builtins.concatStringsSep "/" (lib.lists.removePrefix (parts a) (parts b));
  # STORE/HASH-NAME or below.
  hasStorePathPrefix =
    path:
    builtins.match "${lib.escapeRegex builtins.storeDir}/[0-9a-z]{32}-[^/]+(/.*)?" (
      builtins.unsafeDiscardStringContext (toString path)
    ) != null;
  subpath.isValid = isSubpath;
}
