# The unit of a nixcloud container: lxc-start in the foreground, as container@NAME.service.
#
#   unit { name, autostart, nat, hostFiles, extraConfig } -> a service of systemd.services
{
  lib,
  shell,
}:
{
  name,
  autostart,
  nat,
  hostFiles,
  # A file, or null.
  extraConfig,
}:
let
  scripts = builtins.path {
    name = "container-lxc";
    path = ./scripts;
  };
  script = file: "${shell} ${scripts}/${file}.sh";

  # An interface's name has at most 15 characters.
  link =
    prefix:
    if lib.stringLength name <= 12 then
      prefix + name
    else
      prefix + lib.substring 0 5 name + "-" + lib.substring 0 6 (builtins.hashString "sha256" name);

  # Of the range that everybody may choose from; the same each time, by which DHCP knows the container.
  mac =
    kind:
    let
      hash = builtins.hashString "sha256" "${kind} ${name}";
    in
    lib.concatStringsSep ":" ([ "02" ] ++ map (i: lib.substring (2 * i) 2 hash) (lib.range 0 4));
in
{
  description = "Container '%i'";
  wantedBy = lib.optional autostart "machines.target";
  # The target is what starts them after the network, at a restart of it too.
  partOf = lib.optional autostart "machines.target";
  wants = lib.optional autostart "network.target";
  after = lib.optional autostart "network.target";
  unitConfig.RequiresMountsFor = [ "/var/lib/lxc/%i" ];
  environment = {
    # LXC is the host's own.
    PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/wrappers/bin:/run/current-system/sw/bin";
    INSTANCE = "%i";
    HOST_FILES = toString hostFiles;
    LINK = link "nc-";
    MAC = mac "hostonly";
    FORWARDING = builtins.toFile "container-forwarding" (builtins.readFile ../network/forwarding.sh);
  }
  // lib.optionalAttrs (extraConfig != null) { EXTRA_CONFIG = "${extraConfig}"; }
  // lib.optionalAttrs nat {
    NAT_LINK = link "ni-";
    NAT_MAC = mac "internet";
  };
  serviceConfig = {
    Type = "notify";
    # Sent by ready.sh.
    NotifyAccess = "all";
    SyslogIdentifier = "container %i";
    EnvironmentFile = [
      "-/etc/nixos-containers/%i.conf"
      "-/etc/extra-container/nixcloud.conf"
      "-/run/extra-container/lxc/%i.env"
    ];
    ExecStart = script "start";
    ExecReload = script "reload";
    ExecStopPost = [ (script "stop") ];
    TimeoutStartSec = "1min";
    Restart = "on-failure";
    # What the start script gives where another attempt would fail too.
    RestartPreventExitStatus = "78";
    Slice = "machine.slice";
    Delegate = true;
    # lxc-start passes signals on to the container's systemd, for which this one means an orderly shutdown.
    KillMode = "mixed";
    KillSignal = "SIGRTMIN+3";
    DevicePolicy = "closed";
  };
}
