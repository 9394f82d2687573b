# The units of the machine's own systemd and D-Bus that a container's systemd may see: those of this list that exist.
# Everything else that the machine's packages bring stays out of the container.
#
#   units  name -> path
#   links  name -> { link = path; }: their aliases, and in "*.wants/" what starts at boot
{ lib }:
let
  folders = [
    "/usr/lib/systemd/system"
    "/lib/systemd/system"
  ];

  find = name: lib.findFirst (path: builtins.pathExists path) null (map (folder: "${folder}/${name}") folders);

  existing = names: lib.filterAttrs (_: path: path != null) (lib.genAttrs names find);

  targets = map (name: "${name}.target") [
    "basic"
    "ctrl-alt-del"
    "emergency"
    "exit"
    "final"
    "getty"
    "getty-pre"
    "graphical"
    "halt"
    "kexec"
    "local-fs"
    "local-fs-pre"
    "machines"
    "multi-user"
    "network"
    "network-online"
    "network-pre"
    "nss-lookup"
    "nss-user-lookup"
    "paths"
    "poweroff"
    "reboot"
    "remote-fs"
    "remote-fs-pre"
    "rescue"
    "rpcbind"
    "shutdown"
    "sigpwr"
    "slices"
    "sockets"
    "soft-reboot"
    "swap"
    "sysinit"
    "time-set"
    "time-sync"
    "timers"
    "umount"
  ];

  others = [
    "emergency.service"
    "rescue.service"
    "systemd-exit.service"
    "systemd-halt.service"
    "systemd-poweroff.service"
    "systemd-reboot.service"
    "systemd-soft-reboot.service"

    "systemd-journald.service"
    "systemd-journald.socket"
    "systemd-journald-dev-log.socket"
    "systemd-journald-varlink@.socket"
    "systemd-journald@.service"
    "systemd-journald@.socket"
    "systemd-journal-flush.service"
    "systemd-tmpfiles-clean.timer"

    # Started on demand: by `machinectl login`, by D-Bus, or by a session.
    "console-getty.service"
    "container-getty@.service"
    "getty@.service"
    "dbus.socket"
    "systemd-hostnamed.service"
    "systemd-localed.service"
    "systemd-logind.service"
    "systemd-machined.service"
    "systemd-timedated.service"
    "user-.slice.d"
    "user-runtime-dir@.service"
    "user.slice"
    "user@.service"
    "user@.service.d"
    "user@0.service.d"

    # For containers in the container.
    "machine.slice"

    # For who enables them.
    "systemd-networkd.service"
    "systemd-networkd.socket"
    "systemd-networkd-wait-online.service"
    "systemd-networkd-wait-online@.service"
    "systemd-resolved.service"
    "systemd-resolved-monitor.socket"
    "systemd-resolved-varlink.socket"
  ];

  aliases = {
    "autovt@.service" = "getty@.service";
    "dbus-org.freedesktop.hostname1.service" = "systemd-hostnamed.service";
    "dbus-org.freedesktop.locale1.service" = "systemd-localed.service";
    "dbus-org.freedesktop.login1.service" = "systemd-logind.service";
    "dbus-org.freedesktop.machine1.service" = "systemd-machined.service";
    "dbus-org.freedesktop.timedate1.service" = "systemd-timedated.service";
  };

  bus = lib.findFirst (path: path != null) null (map find [ "dbus.service" "dbus-broker.service" ]);

  units = existing (targets ++ others) // lib.optionalAttrs (bus != null) { "dbus.service" = bus; };

  started = {
    "sysinit.target" = [
      "systemd-journald.service"
      "systemd-journal-flush.service"
    ];
    "sockets.target" = [
      "dbus.socket"
      "systemd-journald.socket"
      "systemd-journald-dev-log.socket"
    ];
    "timers.target" = [ "systemd-tmpfiles-clean.timer" ];
    "multi-user.target" = [
      "machines.target"
      "remote-fs.target"
    ];
  };
in
{
  inherit units;
  links = lib.mapAttrs (_: name: { link = "/etc/systemd/system/${name}"; }) (
    lib.filterAttrs (_: name: units ? ${name}) aliases
  )
  // lib.listToAttrs (
    lib.concatLists (
      lib.mapAttrsToList (
        by: names: map (name: lib.nameValuePair "${by}.wants/${name}" { link = units.${name}; }) (lib.filter (name: units ? ${name}) names)
      ) started
    )
  );
}
