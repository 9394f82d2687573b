# networking.nat: NixOS's chains nixos-nat-pre, nixos-nat-post and nixos-nat-out.
{
  config,
  lib,
  ...
}:
let
  cfg = config.networking.nat;
  private = import ./private.nix { inherit lib; };
  iptables = import ./iptables.nix { inherit lib config; };

  isIPv6 = address: lib.length (lib.splitString ":" address) > 2;

  out = lib.optionalString (cfg.externalInterface != null) " -o ${cfg.externalInterface}";

  target = address: if address == null then "-j MASQUERADE" else "-j SNAT --to-source ${address}";

  # "10.0.0.2:80" or "[fd00::2]:80" or a range of ports "10.0.0.2:80-90".
  split =
    destination:
    let
      parts = builtins.match "\\[?([0-9a-fA-F.:]+)]?:([0-9-]+)" destination;
    in
    if parts == null then
      throw "networking.nat.forwardPorts: the destination '${destination}' is not ADDRESS:PORT. Write for instance 10.0.0.2:80."
    else
      {
        address = lib.elemAt parts 0;
        ports = lib.replaceStrings [ "-" ] [ ":" ] (lib.elemAt parts 1);
      };

  forward =
    fwd:
    let
      port = lib.replaceStrings [ "-" ] [ ":" ] (toString fwd.sourcePort);
      incoming = lib.optionalString (cfg.externalInterface != null) " -i ${cfg.externalInterface}";
      to = split fwd.destination;
      dnat = "-p ${fwd.proto} --dport ${port} -j DNAT --to-destination ${fwd.destination}";
    in
    [ "-A nixos-nat-pre${incoming} ${dnat}" ]
    ++ lib.concatMap (ip: [
      "-A nixos-nat-out -d ${ip} ${dnat}"
      "-A nixos-nat-pre -d ${ip} ${dnat}"
      "-A nixos-nat-post -d ${to.address} -p ${fwd.proto} --dport ${to.ports} -j SNAT --to-source ${ip}"
    ]) fwd.loopbackIPs;

  rules =
    family:
    let
      six = family == 6;
      to = target (if six then cfg.externalIPv6 else cfg.externalIP);
      used = !six || cfg.enableIPv6;
    in
    lib.concatStringsSep "\n" (
      [
        "*nat"
        ":nixos-nat-pre - [0:0]"
        ":nixos-nat-post - [0:0]"
        ":nixos-nat-out - [0:0]"
      ]
      ++ lib.optionals used (
        map (i: "-A nixos-nat-pre -i ${i} -j MARK --set-mark 1") cfg.internalInterfaces
        ++ lib.optional (cfg.internalInterfaces != [ ]) "-A nixos-nat-post -m mark --mark 1${out} ${to}"
        ++ map (range: "-A nixos-nat-post -s ${range}${out} ${to}") (if six then cfg.internalIPv6s else cfg.internalIPs)
        ++ lib.concatMap forward (lib.filter (fwd: isIPv6 fwd.destination == six) cfg.forwardPorts)
        ++ lib.optional (!six && cfg.dmzHost != null) "-A nixos-nat-pre -i ${toString cfg.externalInterface} -j DNAT --to-destination ${cfg.dmzHost}"
      )
      ++ [
        "COMMIT"
        ""
      ]
    );

  start = ''
    ${iptables.helpers}
    ${iptables.load rules}
    ${cfg.extraCommands}
    join -A PREROUTING -t nat -j nixos-nat-pre
    join -A POSTROUTING -t nat -j nixos-nat-post
    join -A OUTPUT -t nat -j nixos-nat-out
    echo 1 > /proc/sys/net/ipv4/ip_forward
    ${lib.optionalString cfg.enableIPv6 "! ip6 || echo 1 > /proc/sys/net/ipv6/conf/all/forwarding"}
  '';

  stop = ''
    ${iptables.helpers}
    leave PREROUTING -t nat -j nixos-nat-pre
    leave POSTROUTING -t nat -j nixos-nat-post
    leave OUTPUT -t nat -j nixos-nat-out
    ${cfg.extraStopCommands}
  '';
in
{
  options.networking.nat = import ./nat-options.nix { inherit lib; };

  config.systemd.services = lib.mkIf cfg.enable {
    nat = lib.mkMerge [
      private
      {
        description = "Network Address Translation";
        wantedBy = [ "multi-user.target" ];
        wants = [ "network.target" ];
        before = [ "network.target" ];
        after = [
          "network-pre.target"
          "firewall.service"
        ];
        path = iptables.path;
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
