# services.dbus: the host's message bus, started by its socket with the first client.
{ config, lib, ... }:
let
  cfg = config.services.dbus;

  # The bus runs as the user that the host's configuration names.
  busConfig = "/usr/share/dbus-1/system.conf";
  named =
    if builtins.pathExists busConfig then
      builtins.match ".*<user>([a-z_-]+)</user>.*" (lib.replaceStrings [ "\n" ] [ " " ] (builtins.readFile busConfig))
    else
      null;
  user = if named == null then "messagebus" else lib.head named;

  packages = lib.unique (lib.filter (path: path != "/usr") (map toString cfg.packages));

  folders = lib.concatMapStrings (path: ''
    <includedir>${path}/etc/dbus-1/system.d</includedir>
    <includedir>${path}/share/dbus-1/system.d</includedir>
    <servicedir>${path}/share/dbus-1/system-services</servicedir>
  '') packages;
in
{
  options.services.dbus = {
    enable = lib.mkOption {
      type = lib.types.bool;
      default = true;
      example = false;
      description = "Whether there is a system message bus. `machinectl` needs it.";
    };
    packages = lib.mkOption {
      type = lib.types.listOf lib.types.path;
      default = [ ];
      example = lib.literalExpression "[ pkgs.hello ]";
      description = "Packages with policies and services of the bus.";
    };
  };

  config = lib.mkMerge [
    (lib.mkIf cfg.enable {
      users.users.${user} = {
        isSystemUser = true;
        group = user;
        description = "D-Bus system message bus";
      };
      users.groups.${user} = { };
    })
    (lib.mkIf (packages != [ ]) {
      environment.etc."dbus-1/system-local.conf".text = "<busconfig>\n${folders}</busconfig>\n";
    })
    (lib.mkIf (!cfg.enable) { systemd.units."dbus.socket".enable = false; })
  ];
}
