# systemd.services, .sockets ...: the units of the system, in /etc/systemd/system.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.systemd;
  systemd = import ../../../../systemd { inherit lib pkgs; };
  upstream = import ./upstream-units.nix { inherit lib; };

  units =
    kind: default: example:
    lib.mkOption {
      type = systemd.types.${kind};
      inherit default example;
      description = "Units of systemd, see systemd.unit(5).";
    };

  # Units of packages, as `systemd.packages` lists them. A package that is the machine's own OS has its units in the list
  # of upstream units.
  packaged =
    package:
    lib.concatMap (
      folder:
      let
        path = "${package}/${folder}";
      in
      lib.optionals (toString package != "/usr" && builtins.pathExists path) (
        map (name: lib.nameValuePair name "${path}/${name}") (
          lib.filter (name: !(lib.hasSuffix ".wants" name)) (lib.attrNames (builtins.readDir path))
        )
      )
    ) [
      "etc/systemd/system"
      "lib/systemd/system"
    ];

  timed = lib.filterAttrs (_: service: service.enable && service.startAt != [ ]) cfg.services;

  files = systemd.files {
    units = systemd.render.units cfg;
    upstream = upstream.units // lib.listToAttrs (lib.concatMap packaged cfg.packages);
  };
in
{
  options.systemd = {
    services = units "services" { } { hello.script = "echo hello"; };
    sockets = units "sockets" { } { hello.listenStreams = [ "80" ]; };
    timers = units "timers" { } { hello.timerConfig.OnCalendar = "daily"; };
    paths = units "paths" { } { hello.pathConfig.PathChanged = "/var/lib/hello"; };
    targets = units "targets" { } { hello.wants = [ "web.service" ]; };
    slices = units "slices" { } { hello.sliceConfig.MemoryMax = "1G"; };
    mounts = units "mounts" [ ] [
      {
        what = "tmpfs";
        where = "/scratch";
        type = "tmpfs";
      }
    ];
    automounts = units "automounts" [ ] [ { where = "/scratch"; } ];
    units = units "units" { } { "hello.service".text = "[Service]\nExecStart=/bin/true\n"; };

    packages = lib.mkOption {
      type = lib.types.listOf lib.types.package;
      default = [ ];
      example = lib.literalExpression "[ pkgs.hello ]";
      description = "Packages whose units in `lib/systemd/system` belong to the system.";
    };

    globalEnvironment = lib.mkOption {
      type = lib.types.attrsOf (
        lib.types.nullOr (
          lib.types.oneOf [
            lib.types.str
            lib.types.path
            lib.types.package
          ]
        )
      );
      default = { };
      example = {
        TZ = "CET";
      };
      description = "Environment variables of all services.";
    };

    defaultUnit = lib.mkOption {
      type = lib.types.str;
      default = "multi-user.target";
      example = "rescue.target";
      description = "Unit that is started when the system boots.";
    };
  };

  config = {
    systemd.timers = lib.mapAttrs (_: service: {
      wantedBy = [ "timers.target" ];
      timerConfig.OnCalendar = service.startAt;
    }) timed;

    system.build.systemdUnits = upstream.links // files // { "default.target".link = "/etc/systemd/system/${cfg.defaultUnit}"; };
  };
}
