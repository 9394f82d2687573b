# A definition for the bash tool. It evaluates a host's systemd.nix, etc.nix and top-level.nix with stand-ins for the options
# that these read, which its release has for the nixpkgs of its day. Here are those that newer ones read.
file:
{ lib, ... }:
let
  value = default: lib.mkOption { inherit default; };
in
{
  imports = [ file ];

  options = {
    i18n = value {
      glibcLocales = "/none";
      imperativeLocale = true;
    };
    services.openssh = value { enable = false; };
    system.nixos-init = value {
      enable = false;
      package = "/none";
    };
    time = value { timeZone = null; };
    users.groups.utmp = value { name = "utmp"; };
  };

  # Options that are set and not read.
  config._module.check = false;
}
