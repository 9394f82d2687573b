# The package set of the host base: this machine's programs under nixpkgs's names, and builders.
#
#   import ./pkgs { lib; system; } -> pkgs
#
# A name is, in this order: a builder, a name of nixpkgs (names.nix), a program of this machine, a package of this machine.
{ lib, system }:
let
  machine = import ./machine.nix { inherit lib; };
  busybox = import ./busybox.nix { inherit lib machine; };
  build = import ./build.nix { inherit busybox system; };
  hostPackage = import ./package.nix { inherit lib machine build; };
  names = import ./names.nix;
  hostPlatform = import ./platform.nix { inherit lib system; };
  runtimeShell = "/usr/bin/bash";

  std = import ./std-env.nix {
    inherit
      lib
      busybox
      build
      system
      hostPlatform
      ;
  };
  text = import ./text.nix { inherit lib build runtimeShell; };
  trees = import ./trees.nix {
    inherit lib build;
    inherit (std) commandBuild;
  };

  programs = lib.mapAttrs (name: _: hostPackage { inherit name; }) (machine.sbin // machine.bin);

  # Packages without a program of their name: they stand for /usr.
  packages = lib.mapAttrs (name: _: {
    type = "derivation";
    inherit name;
    pname = name;
    version = "";
    outPath = "/usr";
    outputName = "out";
    outputs = [ "out" ];
    meta = { };
    passthru = { };
    isHostPackage = true;
    programPaths = [ ];
  }) machine.packages;

  known =
    lib.genAttrs names.same (name: hostPackage { inherit name; })
    // lib.mapAttrs (name: args: hostPackage ({ inherit name; } // args)) names.program;

  builders =
    removeAttrs trees [ "union" ]
    // text
    // {
      inherit
        lib
        system
        runtimeShell
        hostPackage
        ;
      inherit (std) stdenv;
      stdenvNoCC = std.stdenv;
      # For the system's own files.
      hostBuild = build;
      hostUnion = trees.union;
      formats = import ./formats.nix {
        inherit lib;
        inherit (text) writeText;
      };
      config = { };
      runtimeShellPackage = pkgs.bash;
      buildPackages = pkgs;
      pkgsBuildBuild = pkgs;
      hostname = hostPackage { name = "hostname"; };
      cacert = build {
        name = "cacert";
        script = ''
          mkdir -p $out/etc/ssl/certs
          ln -s /etc/ssl/certs/ca-certificates.crt $out/etc/ssl/certs/ca-bundle.crt
          ln -s /etc/ssl/certs/ca-certificates.crt $out/etc/ssl/certs/ca-certificates.crt
        '';
      };
      tzdata = packages.tzdata or (throw "pkgs.tzdata: ${machine.install "tzdata"}");
      fetchurl =
        args:
        throw "pkgs.fetchurl: the host base fetches nothing at build time. Use builtins.fetchurl { url = \"${args.url or "..."}\"; sha256 = \"...\"; }.";

      # A function, or a file with one, called with the packages that its arguments name.
      callPackage =
        function: args:
        let
          called = if lib.isFunction function then function else import function;
        in
        called (builtins.intersectAttrs (lib.functionArgs called) pkgs // args);
    };

  pkgs = packages // programs // known // builders // { inherit pkgs; };
in
pkgs
