# Services that listen on localhost only, in a container without any interface but lo.
{
  containers.test-publish = {
    bindMounts."/peer.mjs".hostPath = toString ../harness/peer.mjs;
    privateNetwork = true;
    extra.publish = [
      "28080:8080"
      "28080:8080/udp"
      "127.0.0.1:28081:8081"
      "[::1]:28082:8081"
    ];
    config.systemd.services.peer = {
      wantedBy = [ "multi-user.target" ];
      serviceConfig.ExecStart = "/usr/bin/node /peer.mjs serve 127.0.0.1:8080 127.0.0.1:8081";
    };
  };
}
