# Flags of systemd-nspawn from the options of a container, the network's apart.
{ lib }:
cfg:
let
  bind = mount: [
    (if mount.isReadOnly then "bind-ro" else "bind")
    (if mount.hostPath == null then mount.mountPoint else mount.hostPath)
    mount.mountPoint
  ];

  capabilities = cfg.additionalCapabilities ++ lib.optional cfg.enableTun "CAP_NET_ADMIN";
in
# What mounts.sh makes flags of, and expects before all others.
lib.concatMap bind (lib.attrValues cfg.bindMounts)
++ map (path: "--tmpfs=${path}") cfg.tmpfs
++ lib.optional (capabilities != [ ]) "--capability=${lib.concatStringsSep "," capabilities}"
++ lib.optionals (cfg.privateUsers != "no") [
  "--private-users=${toString cfg.privateUsers}"
  # Only `-U` and `pick` imply it.
  "--private-users-ownership=auto"
]
