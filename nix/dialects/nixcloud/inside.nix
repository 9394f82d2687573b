# What the system inside is told about the network around it.
network:
{ lib, ... }:
{
  _file = "nixcloud-container";
  networking = {
    # LXC itself gives `hostonly` its address.
    useDHCP = lib.mkDefault false;
    useHostResolvConf = lib.mkOverride 900 false;
  }
  // lib.optionalAttrs network.enableNat {
    interfaces.internet.useDHCP = lib.mkDefault true;
    nameservers = lib.mkDefault [ "10.202.0.1" ];
  };
}
