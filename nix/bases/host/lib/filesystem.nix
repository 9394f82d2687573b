# Files and folders at evaluation time.
{ lib }:
let
  inherit (builtins) pathExists readDir;
in
rec {
  inherit (builtins)
    baseNameOf
    dirOf
    hashFile
    isPath
    readDir
    ;
  # Nix before 2.14 has no readFileType.
  readFileType =
    builtins.readFileType or (
      path: if toString path == "/" then "directory" else (readDir (dirOf path)).${baseNameOf path}
    );
  pathType = readFileType;
  pathIsDirectory = path: pathExists path && pathType path == "directory";
  pathIsRegularFile = path: pathExists path && pathType path == "regular";

  listFilesRecursive =
    dir:
    builtins.concatLists (
      lib.mapAttrsToList (
        name: type: if type == "directory" then listFilesRecursive (dir + "/${name}") else [ (dir + "/${name}") ]
      ) (readDir dir)
    );
  # The nearest folder above that holds a name matching the pattern: { path, matches }, or null.
  locateDominatingFile =
    pattern: file:
    let
      go =
        path:
        let
          matches = builtins.filter (m: m != null) (
            map (builtins.match pattern) (builtins.attrNames (readDir path))
          );
        in
        if matches != [ ] then
          { inherit path matches; }
        else if toString path == "/" then
          null
        else
          go (dirOf path);
    in
    go (if pathIsDirectory file then file else dirOf file);
  resolveDefaultNix =
    path:
    if pathIsDirectory path then
      path + "/default.nix"
    else if builtins.isString path && lib.hasSuffix "/" path then
      path + "default.nix"
    else
      path;

  # NAME.nix and NAME/package.nix become packages, other folders sets of them.
  packagesFromDirectoryRecursive =
    {
      callPackage,
      directory,
      ...
    }@args:
    let
      package = directory + "/package.nix";
      entry =
        name: type:
        let
          path = directory + "/${name}";
        in
        if type == "directory" then
          { ${name} = packagesFromDirectoryRecursive (args // { directory = path; }); }
        else if type == "regular" then
          lib.optionalAttrs (lib.hasSuffix ".nix" name) {
            ${lib.removeSuffix ".nix" name} = callPackage path { };
          }
        else
          throw "lib.filesystem.packagesFromDirectoryRecursive: Unsupported file type ${type} at path ${toString path}";
    in
    if pathExists package then callPackage package { } else lib.concatMapAttrs entry (readDir directory);
}
