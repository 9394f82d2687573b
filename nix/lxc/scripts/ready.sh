#!/bin/bash
# LXC's hook right before the container's init starts: tells the unit in the background when the system inside is up.
# systemd inside must not have the unit's own socket for that: it would also tell of its reloads and of a reboot, which
# lxc-start carries out without ending.
watch() {
  local state pause
  # A pipe that nobody writes to: reading it is a pause without a process.
  exec {pause}<> <(:)
  while [[ -e /proc/$LXC_PID ]]; do
    if [[ -e /proc/$LXC_PID/root/run/systemd/private ]]; then
      # An orphan, which the init inside reaps: nsenter stops itself when systemd-shutdown stops what it waits for, and a
      # system that goes down while it boots would wait for its dead command until a timeout of 90 seconds.
      state=$(env -i PATH=/run/current-system/sw/bin:/usr/bin:/bin \
        nsenter --target "$LXC_PID" --all -- sh -c 'systemctl is-system-running --wait &' 2>/dev/null)
      case $state in
        stopping) return ;;
        running | degraded | maintenance)
          systemd-notify --ready
          return
          ;;
      esac
    fi
    read -rt 0.01 -u "$pause" || true
  done
}
watch </dev/null >/dev/null 2>&1 &
