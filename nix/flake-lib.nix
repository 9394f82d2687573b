# Functions for flakes that hold containers. docs/flake.md shows their use.
{ nixpkgs }:
let
  defaultNixpkgs = nixpkgs;
in
rec {
  supportedSystems = [
    "x86_64-linux"
    "i686-linux"
    "aarch64-linux"
  ];

  # (SYSTEM -> { packages.default = ...; }) -> { packages.SYSTEM.default = ...; }
  eachSupportedSystem =
    outputsOf:
    builtins.foldl' (
      outputs: system:
      outputs
      // builtins.mapAttrs (name: value: outputs.${name} or { } // { ${system} = value; }) (outputsOf system)
    ) { } supportedSystems;

  # What is evaluated of a definition: { etc, config, containers, options, files }.
  evalContainers =
    {
      # Of the host.
      system,
      # The definition: { containers.NAME = { ... }; }, or a module.
      config,
      nixpkgs ? defaultNixpkgs,
      # Whether the host is a NixOS with a system.stateVersion before 22.05.
      legacyInstallDirs ? false,
    }:
    import ./eval-config.nix {
      inherit nixpkgs;
      definition = config;
      facts = {
        base = "nixpkgs";
        inherit system legacyInstallDirs;
        stateDirectory = if legacyInstallDirs then "/var/lib/containers" else "/var/lib/nixos-containers";
        # A flake's result may go to any machine: the host's own Node is not known here.
        node = "${nixpkgs.legacyPackages.${system}.nodejs}/bin/node";
      };
    };

  # A package that `extra-container create` and the like take, and that runs them itself: bin/container.
  buildContainers =
    {
      system,
      config,
      nixpkgs ? defaultNixpkgs,
      legacyInstallDirs ? false,
      # Whether it has bin/container, for `nix run`.
      addRunner ? true,
    }:
    let
      evaluated = evalContainers {
        inherit
          system
          config
          nixpkgs
          legacyInstallDirs
          ;
      };
      inherit (evaluated) etc;
      withRunner = nixpkgs.legacyPackages.${system}.runCommand "container" { meta.mainProgram = "container"; } ''
        mkdir -p "$out/bin"
        ln -s ${etc}/etc "$out/etc"
        sed "s|@out@|$out|" ${./flake-runner.sh} >"$out/bin/container"
        chmod +x "$out/bin/container"
      '';
    in
    (if addRunner then withRunner else etc)
    // {
      inherit (evaluated) config containers;
    };
}
