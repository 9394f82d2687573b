# The script that writes files (path -> { text } or { link }) below $out. Of Nix's own functions only: ../join.nix has no base.
files:
let
  quote = text: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] text}'";
  at = path: "\"$out\"/${quote path}";

  paths = builtins.attrNames files;
  # Each folder once.
  folders = builtins.attrNames (
    builtins.listToAttrs (
      map (path: {
        name = dirOf path;
        value = null;
      }) paths
    )
  );

  write =
    path:
    let
      file = files.${path};
    in
    if file ? link then "ln -s ${quote file.link} ${at path}\n" else "printf %s ${quote file.text} >${at path}\n";
in
"mkdir -p ${builtins.concatStringsSep " " (map at folders)}\n${builtins.concatStringsSep "" (map write paths)}"
