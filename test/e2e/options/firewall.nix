# Firewalls inside, and what extra.* opens in them.
let
  container = number: options: {
    bindMounts."/peer.mjs".hostPath = toString ../harness/peer.mjs;
    privateNetwork = true;
    hostAddress = "10.231.6${number}.1";
    localAddress = "10.231.6${number}.2";
    config = {
      imports = [ options ];
      systemd.services.answer = {
        wantedBy = [ "multi-user.target" ];
        script = "exec /usr/bin/node /peer.mjs serve 8001 8002 8003 127.0.0.1:8004";
      };
    };
  };
in
{
  containers.test-fw-ports = container "1" {
    networking.firewall = {
      allowedTCPPorts = [ 8001 ];
      allowedUDPPorts = [ 8002 ];
      extraCommands = "iptables -A nixos-fw -p tcp --dport 8003 -j nixos-fw-accept";
    };
  };
  containers.test-fw-closed = container "2" { networking.firewall.allowPing = false; };
  containers.test-fw-off = container "3" { networking.firewall.enable = false; };
  containers.test-fw-host = container "4" { } // {
    extra.firewallAllowHost = true;
    extra.exposeLocalhost = true;
  };
}
