# What a container needs of the machine, for the checks before it is installed or started: as data, from the options'
# own values.
{ facts, lib }:
name: cfg: service:
let
  credentials = import ../credentials/option.nix {
    inherit lib;
    shell = null;
  };
  addresses = [
    cfg.hostBridge
    cfg.hostAddress
    cfg.hostAddress6
    cfg.localAddress
    cfg.localAddress6
  ];
  veths = lib.optional cfg.privateNetwork cfg ++ lib.attrValues cfg.extraVeths;
in
{
  # What the definition calls it, and the prefix that the program chose for it.
  definedAs = name;
  autoPrefix = if cfg.extra.addressPrefix == "auto" && !cfg.extra.noNetwork then cfg.extra.usedPrefix else null;
  files = map (mount: if mount.hostPath == null then mount.mountPoint else mount.hostPath) (
    lib.attrValues cfg.bindMounts
  );
  credentials = credentials.files "containers.${name}.extra" cfg.extra.credentials;
  devices = map (device: device.node) cfg.allowedDevices ++ lib.optional cfg.enableTun "/dev/net/tun";
  bridges = lib.filter (bridge: bridge != null) (map (veth: veth.hostBridge) veths);
  inherit (cfg) interfaces macvlans;
  # Those that the kernel must know. Without an address or a bridge, privateNetwork gives no pair of interfaces.
  linkKinds =
    lib.optional (cfg.extraVeths != { } || cfg.privateNetwork && lib.any (value: value != null) addresses) "veth"
    ++ lib.optional (cfg.macvlans != [ ]) "macvlan";
  networkNamespace = cfg.networkNamespace or null;
  forwarded = map (port: "${port.protocol}//${toString port.hostPort}") (
    lib.optionals cfg.privateNetwork cfg.forwardPorts
  );
  published = lib.filter (word: word != "") (lib.splitString " " (service.environment.PUBLISH or ""));
  # Where sshd listens and which key of `cssh` root accepts; null without extra.enableSSH.
  ssh =
    if cfg.extra.enableSSH then
      {
        port = lib.head cfg.config.services.openssh.ports;
        key = facts.sshKey;
      }
    else
      null;
  # Setting -> the controller that carries it out.
  limits = import ./controllers.nix { inherit lib; } service;
}
