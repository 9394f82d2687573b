# A way out, and ports of the host that lead in, IPv4 and IPv6.
{
  containers.test-wan = {
    bindMounts."/peer.mjs".hostPath = toString ../harness/peer.mjs;
    privateNetwork = true;
    hostAddress = "10.231.20.1";
    localAddress = "10.231.20.2";
    hostAddress6 = "fd31:20::1";
    localAddress6 = "fd31:20::2";
    extra.enableWAN = true;
    forwardPorts = [
      {
        hostPort = 18080;
        containerPort = 80;
      }
      {
        protocol = "udp";
        hostPort = 18053;
        containerPort = 81;
      }
      { hostPort = 18082; }
    ];
    config = {
      # Rules inside are not what this is about, and need iptables.
      networking.firewall.enable = false;
      systemd.services.answer = {
        wantedBy = [ "multi-user.target" ];
        script = "exec /usr/bin/node /peer.mjs serve 80 81 18082";
      };
    };
  };
}
