# Option types of systemd units, under NixOS's names. Each is the `type` of one option:
# `systemd.services = lib.mkOption { type = types.services; }`.
{
  lib,
  pkgs,
  defaultPath,
  searchPath,
}:
let
  common = import ./unit-options.nix { inherit lib; };
  service = import ./service-options.nix { inherit lib pkgs defaultPath searchPath; };

  section =
    name: example: manual:
    lib.mkOption {
      type = lib.types.attrsOf common.unitOption;
      default = { };
      inherit example;
      description = "Settings of the unit's [${name}] section, see ${manual}(5).";
    };

  listen =
    example: what:
    lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
      inherit example;
      description = "${what} the socket unit listens on.";
    };

  unitOf = modules: lib.types.submodule (common.modules ++ modules);
  namedBy = modules: lib.types.attrsOf (unitOf modules);

  where = lib.mkOption {
    type = lib.types.str;
    example = "/srv/data";
    description = "Absolute path of the mount point. It is created where it is missing.";
  };
in
{
  inherit (common) unitOption;

  services = namedBy [ service ];

  targets = namedBy [ ];

  sockets = namedBy [
    {
      options = {
        listenStreams = listen [ "0.0.0.0:993" "/run/my-socket" ] "Stream sockets";
        listenDatagrams = listen [ "0.0.0.0:993" "/run/my-socket" ] "Datagram sockets";
        socketConfig = section "Socket" { Accept = true; } "systemd.socket";
      };
    }
  ];

  timers = namedBy [
    { options.timerConfig = section "Timer" { OnCalendar = "Sun 14:00:00"; } "systemd.timer"; }
  ];

  paths = namedBy [
    { options.pathConfig = section "Path" { PathChanged = "/some/path"; } "systemd.path"; }
  ];

  slices = namedBy [
    { options.sliceConfig = section "Slice" { MemoryMax = "2G"; } "systemd.slice"; }
  ];

  mounts = lib.types.listOf (unitOf [
    {
      options = {
        inherit where;
        what = lib.mkOption {
          type = lib.types.str;
          example = "/dev/sda1";
          description = "Device, file or other resource to mount.";
        };
        type = lib.mkOption {
          type = lib.types.str;
          default = "";
          example = "tmpfs";
          description = "File system type.";
        };
        options = lib.mkOption {
          type = lib.types.commas;
          default = "";
          example = "noatime";
          description = "Options of the mount.";
        };
        mountConfig = section "Mount" { DirectoryMode = "0775"; } "systemd.mount";
      };
    }
  ]);

  automounts = lib.types.listOf (unitOf [
    {
      options = {
        inherit where;
        automountConfig = section "Automount" { DirectoryMode = "0775"; } "systemd.automount";
      };
    }
  ]);

  units = lib.types.attrsOf (lib.types.submodule {
    options = common.fileOptions // {
      text = lib.mkOption {
        type = lib.types.nullOr lib.types.lines;
        default = null;
        example = "[Service]\nExecStart=/bin/true\n";
        description = "Text of the unit file.";
      };
    };
  });
}
