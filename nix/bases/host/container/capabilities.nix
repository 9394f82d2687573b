# The type of names of capabilities(7), as systemd-nspawn takes them.
{ lib }:
let
  names = [
    "audit_control"
    "audit_read"
    "audit_write"
    "block_suspend"
    "bpf"
    "checkpoint_restore"
    "chown"
    "dac_override"
    "dac_read_search"
    "fowner"
    "fsetid"
    "ipc_lock"
    "ipc_owner"
    "kill"
    "lease"
    "linux_immutable"
    "mac_admin"
    "mac_override"
    "mknod"
    "net_admin"
    "net_bind_service"
    "net_broadcast"
    "net_raw"
    "perfmon"
    "setfcap"
    "setgid"
    "setpcap"
    "setuid"
    "sys_admin"
    "sys_boot"
    "sys_chroot"
    "sys_module"
    "sys_nice"
    "sys_pacct"
    "sys_ptrace"
    "sys_rawio"
    "sys_resource"
    "sys_time"
    "sys_tty_config"
    "syslog"
    "wake_alarm"
  ];
in
lib.mkOptionType {
  name = "capability";
  description = "name of a capability, see capabilities(7)";
  check =
    value:
    lib.isString value
    && (value == "all" || (lib.hasPrefix "cap_" (lib.toLower value) && lib.elem (lib.removePrefix "cap_" (lib.toLower value)) names));
  merge = lib.mergeEqualOption;
}
