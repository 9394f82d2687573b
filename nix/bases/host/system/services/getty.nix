# services.getty: what `machinectl login` shows.
{ config, lib, ... }:
let
  cfg = config.services.getty;
in
{
  options.services.getty.autologinUser = lib.mkOption {
    type = lib.types.nullOr lib.types.str;
    default = null;
    example = "root";
    description = "User that is logged in on consoles without a password.";
  };

  config = lib.mkIf (cfg.autologinUser != null) {
    systemd.services."container-getty@".serviceConfig.ExecStart = [
      ""
      "-/sbin/agetty --autologin ${cfg.autologinUser} --noclear --keep-baud - $TERM"
    ];
    systemd.services."console-getty".serviceConfig.ExecStart = [
      ""
      "-/sbin/agetty --autologin ${cfg.autologinUser} --noclear --keep-baud - $TERM"
    ];
  };
}
