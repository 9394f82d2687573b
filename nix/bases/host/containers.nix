# `containers.NAME` on the host base: the options of NixOS's module, and the unit and conf that carry them out.
{
  pkgs,
  evalSystem,
  stateDirectory,
  confDirectory,
  # A container's name in the definition -> the one it is installed under.
  renamed,
}:
{ lib, config, ... }:
let
  options = import ./container/options.nix { inherit lib evalSystem; };
  network = import ./container/network.nix { inherit lib; };
  flags = import ./container/flags.nix { inherit lib; };
  quote = import ../../systemd/quote.nix { inherit lib; };

  # Files without dependencies need no build: one store path each, the same for all containers.
  script = name: builtins.toFile "container-${name}" (builtins.readFile (./container + "/${name}.sh"));

  bash = name: args: lib.concatStringsSep " " ([ "/bin/bash" (script name) ] ++ args);

  unit =
    name: cfg:
    let
      instance = renamed name;
      net = network instance cfg;
      usesInterfaces = net.links != [ ] || cfg.interfaces != [ ];
      usersFlags = lib.filter (flag: builtins.match ".*(-U|--private-users=).*" flag != null) cfg.extraFlags;
      # Whether it has users of its own, with other numbers on the host.
      otherUsers = cfg.privateUsers != "no" && cfg.privateUsers != "identity" || usersFlags != [ ];
      root = if cfg.ephemeral then "/run/nixos-containers/%i" else "${stateDirectory}/%i";
      hostPaths = map (mount: if mount.hostPath == null then mount.mountPoint else mount.hostPath) (
        lib.attrValues cfg.bindMounts
      );
      devices = map (interface: "sys-subsystem-net-devices-${interface}.device") cfg.interfaces;
    in
    {
      description = "Container '%i'";
      wantedBy = lib.optional cfg.autoStart "machines.target";
      wants = lib.optionals cfg.autoStart ([ "network.target" ] ++ devices);
      after = lib.optionals cfg.autoStart ([ "network.target" ] ++ devices);
      inherit (cfg) restartIfChanged;
      unitConfig.RequiresMountsFor = lib.optional (!cfg.ephemeral) root ++ map quote.word (
        # systemd reads no escapes here.
        lib.filter (path: !lib.hasInfix "\n" path) hostPaths
      );
      path = [
        "/usr"
        ""
      ];
      environment = {
        inherit root;
        INSTANCE = "%i";
        HOST_ETC = lib.concatStringsSep " " cfg.hostEtc;
      }
      // lib.optionalAttrs (otherUsers || cfg.bindMounts != { }) { MOUNTS = script "mounts"; }
      # Not a RuntimeDirectory: systemd removes those only where /run is in memory.
      // lib.optionalAttrs cfg.ephemeral { EPHEMERAL = "1"; }
      // lib.optionalAttrs otherUsers { USER_NAMESPACE = "1"; }
      // lib.optionalAttrs (lib.hasInfix "_" instance) {
        # systemd takes no underscores in names of machines.
        MACHINE = lib.replaceStrings [ "_" ] [ "-" ] instance;
      }
      // lib.optionalAttrs usesInterfaces { HOST_NETWORK = script "network"; }
      // lib.optionalAttrs (net.links != [ ]) {
        HOST_LINKS = lib.concatStringsSep " " net.links;
        NETWORK_HOST = builtins.toFile "network-host" net.host;
        NETWORK_INSIDE = builtins.toFile "network-inside" net.inside;
        INSIDE_LINK = lib.head net.insideLinks;
        CONTAINER_INIT = script "init";
      };
      serviceConfig = {
        Type = "notify";
        SyslogIdentifier = "container %i";
        EnvironmentFile = "-/etc/${confDirectory}/%i.conf";
        ExecStart = bash "start" (map quote.argument (flags cfg ++ net.flags));
        ExecReload = bash "reload" [ ];
        TimeoutStartSec = cfg.timeoutStartSec;
        Restart = "on-failure";
        # What systemd-nspawn gives when the container reboots.
        RestartForceExitStatus = "133";
        SuccessExitStatus = "133";
        # What the start script gives where another attempt would fail too.
        RestartPreventExitStatus = "78";
        Slice = "machine.slice";
        Delegate = true;
        # systemd-nspawn turns SIGTERM into the container's orderly shutdown.
        KillMode = "mixed";
        KillSignal = "TERM";
        DevicePolicy = "closed";
        DeviceAllow = map (device: "${device.node} ${device.modifier}") (
          cfg.allowedDevices
          ++ lib.optional cfg.enableTun {
            node = "/dev/net/tun";
            modifier = "rw";
          }
          # systemd-nspawn 257 makes this node in a user namespace, and fails where it may not.
          ++ lib.optional (cfg.privateUsers != "no" || otherUsers) {
            node = "/dev/net/tun";
            modifier = "rwm";
          }
        );
      }
      // lib.optionalAttrs (cfg.ephemeral || usesInterfaces) {
        ExecStopPost = [ (bash "post-stop" [ ]) ];
      };
    };

  port = p: "${p.protocol}:${toString p.hostPort}:${toString (if p.containerPort == null then p.hostPort else p.containerPort)}";

  # What nixos-container and the CLI read. The bindings are not here: this file's flags are split at blanks.
  conf =
    cfg:
    let
      given =
        {
          SYSTEM_PATH = toString cfg.path;
          INTERFACES = toString cfg.interfaces;
          MACVLANS = toString cfg.macvlans;
          EXTRA_NSPAWN_FLAGS = toString cfg.extraFlags;
        }
        // lib.optionalAttrs cfg.autoStart { AUTO_START = "1"; }
        // lib.optionalAttrs cfg.privateNetwork {
          PRIVATE_NETWORK = "1";
          HOST_BRIDGE = cfg.hostBridge;
          HOST_PORT = if cfg.forwardPorts == [ ] then null else lib.concatMapStringsSep "," port cfg.forwardPorts;
          HOST_ADDRESS = cfg.hostAddress;
          HOST_ADDRESS6 = cfg.hostAddress6;
          LOCAL_ADDRESS = cfg.localAddress;
          LOCAL_ADDRESS6 = cfg.localAddress6;
        };
      plain = value: builtins.match "[-A-Za-z0-9_./:,+=@]+" value != null;
      line = name: value: "${name}=${if plain value then value else builtins.toJSON value}\n";
    in
    lib.concatStrings (lib.mapAttrsToList line (lib.filterAttrs (_: value: value != null) given));
in
{
  options.containers = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule options);
    default = { };
    example = lib.literalExpression "{ demo.config = { services.openssh.enable = true; }; }";
    description = "Containers: systems that run on this machine, each as the service `container@NAME`.";
  };

  config = {
    _module.args = { inherit pkgs; };

    systemd.services = lib.mapAttrs' (
      name: cfg: lib.nameValuePair "container@${name}" (unit name cfg.checked)
    ) config.containers;

    environment.etc = lib.mapAttrs' (
      name: cfg: lib.nameValuePair "${confDirectory}/${name}.conf" { text = conf cfg.checked; }
    ) config.containers;
  };
}
