# The package: `pkgs.callPackage ./package.nix { }`. Needs the nixpkgs of 24.05 or later (importNpmLock).
{
  lib,
  buildNpmPackage,
  importNpmLock,
  nodejs,
  makeWrapper,
  bash,
  coreutils,
  findutils,
  gawk,
  gnugrep,
  gnused,
  iproute2,
  procps,
  util-linux,
  pkgSrc ? lib.cleanSourceWith {
    src = ./.;
    filter = path: _: !(lib.elem (baseNameOf path) [ ".git" "dist" "node_modules" ]);
  },
}:
let
  manifest = lib.trivial.importJSON (pkgSrc + "/package.json");
  lock = lib.trivial.importJSON (pkgSrc + "/package-lock.json");

  # The rest of devDependencies are for tests.
  builds = name: name == "esbuild";
  dependencies = manifest: manifest // { devDependencies = lib.filterAttrs (name: _: builds name) manifest.devDependencies; };
  isNeeded = path: entry: !(entry.dev or false) || builtins.match "node_modules/(esbuild|@esbuild/.*)" path != null;

  # The lock file leaves out where npm has a package: it follows from name and version.
  addressOf =
    path: entry:
    let
      name = entry.name or (lib.last (lib.splitString "node_modules/" path));
    in
    "https://registry.npmjs.org/${name}/-/${baseNameOf name}-${entry.version}.tgz";
in
buildNpmPackage {
  pname = "extra-container";
  inherit (manifest) version;
  src = pkgSrc;
  inherit nodejs;

  npmDeps = importNpmLock {
    package = dependencies manifest;
    packageLock = lock // {
      packages = lib.mapAttrs (
        path: entry: if path == "" then dependencies entry else { resolved = addressOf path entry; } // entry
      ) (lib.filterAttrs isNeeded lock.packages);
    };
  };
  inherit (importNpmLock) npmConfigHook;

  nativeBuildInputs = [ makeWrapper ];
  # For the shebangs of scripts.
  buildInputs = [
    bash
    nodejs
  ];

  # The host's systemd, Nix and sudo are used. Programs that a host may lack come after its own.
  installPhase = ''
    runHook preInstall
    lib=$out/lib/extra-container
    mkdir -p "$lib" "$out/bin"
    cp -r bin dist nix src package.json "$lib/"
    makeWrapper "$lib/bin/extra-container" "$out/bin/extra-container" --suffix PATH : ${
      lib.makeBinPath [
        bash
        coreutils
        findutils
        gawk
        gnugrep
        gnused
        iproute2
        procps
        util-linux
      ]
    }
    runHook postInstall
  '';

  meta = {
    inherit (manifest) description;
    license = lib.licenses.mit;
    platforms = lib.platforms.linux;
    mainProgram = "extra-container";
  };
}
