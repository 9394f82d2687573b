{
  description = "Runs NixOS container definitions as systemd containers, without a rebuild of the host";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs, ... }:
    let
      library = import ./nix/flake-lib.nix { inherit nixpkgs; };
      forSystems = make: nixpkgs.lib.genAttrs library.supportedSystems (system: make nixpkgs.legacyPackages.${system});
      package = pkgs: pkgs.callPackage ./package.nix { };
    in
    {
      lib = library;

      overlays.default = final: _: { extra-container = package final; };

      packages = forSystems (pkgs: {
        default = package pkgs;
      });

      # Installs the command, and lets the host's systemd find containers.
      nixosModules.default =
        { pkgs, ... }:
        {
          environment.systemPackages = [ (package pkgs) ];
          boot.extraSystemdUnitPaths = [ "/etc/systemd-mutable/system" ];
        };

      # Runs the program of this checkout: npm install, npm run build, extra-container.
      devShells = forSystems (pkgs: {
        default = pkgs.mkShell {
          packages = [
            pkgs.nodejs
            pkgs.shellcheck
          ];
          shellHook = ''
            export PATH=$PWD/bin:$PATH NIX_PATH=nixpkgs=${nixpkgs}''${NIX_PATH:+:$NIX_PATH}
          '';
        };
      });
    };
}
