# networking.firewall: NixOS's chains nixos-fw, nixos-fw-accept, nixos-fw-refuse and nixos-fw-log-refuse.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.networking.firewall;
  private = import ./private.nix { inherit lib; };
  iptables = import ./iptables.nix { inherit lib config; };

  extra = cfg.extraCommands != "";

  ifOf = interface: lib.optionalString (interface != null) " -i ${interface}";

  openPorts =
    interface: allowed:
    lib.concatLists (
      map
        (
          { protocol, ports, ranges }:
          map (port: "-A nixos-fw -p ${protocol} --dport ${port}${ifOf interface} -j nixos-fw-accept") (
            map toString ports ++ map (range: "${toString range.from}:${toString range.to}") ranges
          )
        )
        [
          {
            protocol = "tcp";
            ports = allowed.allowedTCPPorts;
            ranges = allowed.allowedTCPPortRanges;
          }
          {
            protocol = "udp";
            ports = allowed.allowedUDPPorts;
            ranges = allowed.allowedUDPPortRanges;
          }
        ]
    );

  pings =
    family:
    if family == 4 then
      lib.optional cfg.allowPing (
        "-A nixos-fw -p icmp --icmp-type echo-request "
        + lib.optionalString (cfg.pingLimit != null) "-m limit ${cfg.pingLimit} "
        + "-j nixos-fw-accept"
      )
    else
      [
        "-A nixos-fw -p icmpv6 --icmpv6-type redirect -j DROP"
        "-A nixos-fw -p icmpv6 --icmpv6-type 139 -j DROP"
        "-A nixos-fw -p icmpv6 -j nixos-fw-accept"
      ];

  refusals =
    if cfg.rejectPackets then
      [
        "-A nixos-fw-refuse -p tcp ! --syn -j REJECT --reject-with tcp-reset"
        "-A nixos-fw-refuse -j REJECT"
      ]
    else
      [ "-A nixos-fw-refuse -j DROP" ];

  # Loading these replaces the chains in one step: there is no moment without rules.
  chains =
    family:
    lib.concatStringsSep "\n" (
      [
        "*filter"
        ":nixos-fw - [0:0]"
        ":nixos-fw-accept - [0:0]"
        ":nixos-fw-refuse - [0:0]"
        ":nixos-fw-log-refuse - [0:0]"
        "-A nixos-fw-accept -j ACCEPT"
      ]
      ++ refusals
      ++ [ "-A nixos-fw-log-refuse -j nixos-fw-refuse" ]
      ++ map (i: "-A nixos-fw -i ${i} -j nixos-fw-accept") (lib.unique ([ "lo" ] ++ cfg.trustedInterfaces))
      ++ [ "-A nixos-fw -m conntrack --ctstate ESTABLISHED,RELATED -j nixos-fw-accept" ]
      ++ openPorts null cfg
      ++ lib.concatLists (lib.mapAttrsToList openPorts cfg.interfaces)
      ++ pings family
      ++ lib.optional (
        family == 6 && lib.any (interface: interface.useDHCP == true) (lib.attrValues config.networking.interfaces)
      ) "-A nixos-fw -d fe80::/64 -p udp --dport 546 -j nixos-fw-accept"
      ++ lib.optional (!extra) "-A nixos-fw -j nixos-fw-log-refuse"
      ++ [
        "COMMIT"
        ""
      ]
    );

  # Where commands add to the chain, it is open at its end until they are done. nixos-drop behind it closes that gap.
  start = ''
    ${iptables.helpers}
    ${lib.optionalString extra ''
      ${iptables.load (_: "*filter\n:nixos-drop - [0:0]\n-A nixos-drop -j DROP\nCOMMIT\n")}
      join -A INPUT -j nixos-drop
    ''}
    ${iptables.load chains}
    join -I INPUT -j nixos-fw
    ${lib.optionalString extra ''
      ${cfg.extraCommands}
      ip46tables -A nixos-fw -j nixos-fw-log-refuse
      leave INPUT -j nixos-drop
    ''}
  '';

  stop = ''
    ${iptables.helpers}
    leave INPUT -j nixos-drop
    leave INPUT -j nixos-fw
    ${cfg.extraStopCommands}
  '';
in
{
  options.networking.firewall = import ./firewall-options.nix { inherit lib; };

  config = lib.mkIf cfg.enable {
    systemd.services.firewall = lib.mkMerge [
      private
      {
        description = "Firewall";
        wantedBy = [ "sysinit.target" ];
        wants = [ "network-pre.target" ];
        before = [
          "network-pre.target"
          "shutdown.target"
        ];
        conflicts = [ "shutdown.target" ];
        unitConfig.DefaultDependencies = false;
        path = iptables.path ++ cfg.extraPackages;
        reloadIfChanged = true;
        script = start;
        reload = lib.optionalString (cfg.extraStopCommands != "") "(\n${iptables.helpers}\n${cfg.extraStopCommands}\n)\n" + start;
        preStop = stop;
        serviceConfig = {
          Type = "oneshot";
          RemainAfterExit = true;
        };
      }
    ];
  };
}
