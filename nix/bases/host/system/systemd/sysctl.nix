# boot.kernel.sysctl: written at boot where the container may, which is: for a network of its own.
{ config, lib, ... }:
{
  config.systemd.units = lib.mkIf (config.boot.kernel.sysctl != { }) {
    "systemd-sysctl.service" = {
      wantedBy = [ "sysinit.target" ];
      text = ''
        [Unit]
        Description=Apply Kernel Variables
        DefaultDependencies=no
        ConditionPathIsReadWrite=/proc/sys/net
        Before=sysinit.target shutdown.target
        Conflicts=shutdown.target
        X-Restart-Triggers=${builtins.hashString "sha256" (builtins.toJSON config.boot.kernel.sysctl)}

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=/usr/lib/systemd/systemd-sysctl /etc/sysctl.d/60-nixos.conf
        # Variables of the host's kernel cannot be written. The journal says which.
        SuccessExitStatus=1
      '';
    };
  };
}
