{
  network.enableNat = true;
  configuration =
    { ip, name, ... }:
    {
      networking.firewall.allowedTCPPorts = [ 8080 ];
      systemd.services.answer = {
        wantedBy = [ "multi-user.target" ];
        script = "while :; do echo 'I am ${name} at ${ip}' | nc -lN 8080; done";
      };
      users.users.alice.isNormalUser = true;
    };
}
