# What every unit that changes the network carries: it only runs where the container has a network of its own.
#
# The capability alone does not tell: `additionalCapabilities = [ "CAP_NET_ADMIN" ]` gives it to a container that shares
# the host's network. The container's unit sets PRIVATE_NETWORK=1 for the first process where the network is its own.
{ lib }:
{
  unitConfig.ConditionCapability = "CAP_NET_ADMIN";
  serviceConfig.ExecCondition = lib.mkBefore [ "/usr/bin/grep -zqx PRIVATE_NETWORK=1 /proc/1/environ" ];
}
