# networking.enableIPv6.
{ config, lib, ... }:
{
  options.networking.enableIPv6 = lib.mkOption {
    type = lib.types.bool;
    default = true;
    example = false;
    description = "Whether IPv6 is used. It can be switched off in a container with a private network.";
  };

  config.boot.kernel.sysctl = lib.mkIf (!config.networking.enableIPv6) {
    "net.ipv6.conf.all.disable_ipv6" = lib.mkDefault true;
    "net.ipv6.conf.default.disable_ipv6" = lib.mkDefault true;
  };
}
