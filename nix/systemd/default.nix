# The systemd part that both sides use: option types of units, and their rendering to unit files.
#
#   lib          nixpkgs's lib, or one with the same functions
#   pkgs         gives `writeShellScriptBin`, and the packages of `defaultPath`
#   defaultPath  packages at the end of every service's PATH
#   searchPath   from packages to the text of PATH
{
  lib,
  pkgs,
  defaultPath ? [
    pkgs.coreutils
    pkgs.findutils
    pkgs.gnugrep
    pkgs.gnused
    pkgs.systemd
  ],
  # On the host base most packages are /usr: each folder once.
  searchPath ?
    packages: lib.concatStringsSep ":" (lib.unique (map (p: "${p}/bin") packages ++ map (p: "${p}/sbin") packages)),
}:
{
  types = import ./options.nix {
    inherit
      lib
      pkgs
      defaultPath
      searchPath
      ;
  };
  render = import ./render.nix { inherit lib; };
  files = import ./files.nix { inherit lib; };
}
