# The service that runs a container of the nspawn dialect.
#
#   NAME CONTAINER CONFIG -> a value of systemd.services."container@NAME"
{
  base,
  facts,
  lib,
  pkgs,
  machineOf,
  linkOf,
}:
name: cfg: config:
let
  inherit (cfg.network) veth;
  inherit (import ./binds.nix { inherit lib; } cfg) all own;
  link = linkOf name veth;
  network = config.systemd.network.networks."10-${link}";
  # networkd's words for no.
  masquerades =
    veth.enable
    && !lib.elem (network.networkConfig.IPMasquerade or false) [
      false
      "no"
      "false"
    ];

  # What the other containers of its zone know it by: a definition's own names hold under other names too.
  zoneNames = lib.unique [
    (machineOf name)
    (import ./host-name.nix { inherit lib; } name)
  ];
  # Whether an address is sure to come, as it is by default.
  leases = !lib.elem ((veth.config.container.networkConfig or { }).DHCP or true) [
    false
    "no"
    "false"
    "ipv6"
  ];

  # Files without dependencies need no build: one store path each, the same for all containers.
  script = file: builtins.toFile "container-nspawn-${baseNameOf file}" (builtins.readFile file);
  bash = file: args: lib.concatStringsSep " " ([ (base.shell pkgs) (script file) ] ++ args);
  forwarding = "${base.shell pkgs} ${builtins.toFile "container-forwarding" (builtins.readFile ../../network/forwarding.sh)}";

  # Quotes for systemd, which expands % everywhere, and $ in commands.
  quotePath = path: lib.replaceStrings [ "%" ] [ "%%" ] (builtins.toJSON path);
  quoteArg = text: lib.replaceStrings [ "$" ] [ "$$" ] (quotePath text);

  flags = lib.concatMap (bind: [
    (if bind.readOnly then "bind-ro" else "bind")
    bind.hostPath
    bind.path
    (lib.concatStringsSep "," bind.options)
  ]) all;

  # Files beside the unit are part of what the container is started with; its system is not.
  stamp = builtins.hashString "sha256" (
    builtins.unsafeDiscardStringContext (
      import ./nspawn-file.nix { inherit lib; } (cfg // { path = ""; })
      + lib.optionalString veth.enable (builtins.toJSON (removeAttrs network [ "_module" ]))
    )
  );
in
{
  description = "Container '%i'";
  documentation = [ "man:systemd-nspawn(1)" ];
  wantedBy = lib.optional cfg.autoStart "machines.target";
  wants = lib.optional cfg.autoStart "network.target";
  after = [
    "network.target"
    "systemd-networkd.service"
  ];
  inherit (cfg) restartIfChanged;
  unitConfig = {
    RequiresMountsFor = [ "/var/lib/machines/%i" ] ++ map (bind: quotePath bind.hostPath) own;
    X-Files = stamp;
  };
  path =
    if base.servicePath != [ ] then
      base.servicePath
    else
      [
        (pkgs.iproute2 or pkgs.iproute)
        pkgs.nftables
      ]
      ++ base.tools pkgs;
  environment = {
    INSTANCE = "%i";
    MACHINE = machineOf name;
    root = "/var/lib/machines/%i";
    STOP = script ./stop.sh;
    NAMES = script ./names.sh;
  }
  // lib.optionalAttrs (lib.elem "/usr" cfg.hostFolders) { HOST_LINKS = "bin sbin lib lib32 lib64 libx32"; }
  // lib.optionalAttrs veth.enable {
    NETWORKD = script ./networkd.sh;
    NETWORK = "10-${link}.network";
    # An interface's name has 15 characters: systemd-nspawn ends a longer one with four of its own.
    NETWORKD_LINK = if lib.stringLength link > 15 then "${lib.substring 0 11 link}*" else link;
  }
  // lib.optionalAttrs (veth.zone != null) {
    ZONE = veth.zone;
    ZONE_SCRIPT = script ./zone.sh;
    ZONE_NAMES = toString (lib.concatMap (known: [ known "${known}.local" ]) zoneNames);
  }
  // lib.optionalAttrs (veth.zone != null && leases) { DHCP = "1"; };
  serviceConfig = {
    Type = "notify";
    SyslogIdentifier = "container %i";
    EnvironmentFile = "-/etc/${facts.confDirectory}/%i.conf";
    ExecStartPre = lib.optional veth.enable "${forwarding} link${lib.optionalString masquerades " ip ip6"}";
    ExecStart = bash ./start.sh (map quoteArg flags);
    ExecStartPost = [
      (bash ./names.sh [ "show" ])
    ]
    ++ lib.optional (veth.zone != null) (bash ./zone.sh [ "show" ])
    # systemd-nspawn cuts such a name and adds the whole one when networkd has seen the interface already.
    ++ lib.optional (veth.enable && veth.zone == null && lib.stringLength link > 15) (
      "-${bash ./networkd.sh [ "again" link ]}"
    );
    ExecReload =
      lib.optional (veth.zone != null) (bash ./zone.sh [ "update" ])
      ++ [ (bash ../../bases/host/container/reload.sh [ ]) ];
    ExecStopPost = [
      (bash ./stop.sh [ ])
    ]
    ++ lib.optional veth.enable "${forwarding} remove";
    TimeoutStartSec = "1min";
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
    # systemd-nspawn makes this node in a user namespace, and fails where it may not.
    DeviceAllow = [
      "/dev/net/tun rwm"
      "char-pts rw"
    ];
  };
}
