# Builders of trees of links, and of whatever a command makes, under nixpkgs's names.
{
  lib,
  build,
  commandBuild,
}:
let
  # Shell code that links what is in a package into $out: of a package of this machine its programs.
  linkInto =
    pathsToLink: package:
    if package.isHostPackage or false then
      ''
        mkdir -p $out/bin
        ln -sf ${lib.escapeShellArgs package.programPaths} $out/bin
      ''
    else
      lib.concatMapStrings (path: "link_tree ${package}${path} $out${path}\n") pathsToLink;

  # Not `cp -rs`: it gives folders the store's mode, in which a builder that is not root cannot write.
  linkTree = ''
    link_tree() {
      [ -d "$1" ] || return 0
      mkdir -p "$2"
      (cd "$1" && find -L . -type d) | while read -r folder; do mkdir -p "$2/$folder"; done
      (cd "$1" && find -L . ! -type d) | while read -r file; do ln -sf "$1/''${file#./}" "$2/$file"; done
    }
  '';

  # Shell code that makes $out the union of packages. The package listed first wins, as the last one linked.
  union = pathsToLink: packages: linkTree + lib.concatMapStrings (linkInto pathsToLink) (lib.reverseList packages);

  # nixpkgs's buildEnv.
  buildEnv =
    {
      name,
      paths,
      pathsToLink ? [ "/" ],
      postBuild ? "",
      meta ? { },
      passthru ? { },
      ...
    }:
    build {
      inherit name meta passthru;
      script = ''
        mkdir -p $out
        ${union (map (path: if path == "/" then "" else path) pathsToLink) paths}
        ${postBuild}
      '';
    };

  runCommand =
    name: env: command:
    commandBuild (
      {
        inherit name;
        buildCommand = command;
      }
      // env
    );
in
{
  inherit buildEnv runCommand union;
  runCommandLocal = runCommand;
  runCommandCC = runCommand;

  symlinkJoin =
    args: buildEnv (args // { name = args.name or "${args.pname}-${args.version}"; });

  # `entries`: path in the result -> target, or nixpkgs's list of { name, path }.
  linkFarm =
    name: entries:
    let
      links = if lib.isAttrs entries then lib.mapAttrsToList (name: path: { inherit name path; }) entries else entries;
    in
    build {
      inherit name;
      script =
        "mkdir -p $out\n"
        + lib.concatMapStrings (link: ''
          mkdir -p "$(dirname $out/${lib.escapeShellArg link.name})"
          ln -s ${lib.escapeShellArg "${link.path}"} $out/${lib.escapeShellArg link.name}
        '') links;
    };

  emptyDirectory = build {
    name = "empty-directory";
    script = "mkdir $out";
  };
}
