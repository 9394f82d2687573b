# What a container's unit does to the host's packet rules: `extra.enableWAN` and `forwardPorts`.
{
  pkgs,
  shell,
  tools,
  # Whether systemd-nspawn is not told of forwardPorts.
  forwardsPorts,
}:
{ lib, config, ... }:
let
  script = builtins.toFile "container-forwarding" (builtins.readFile ./forwarding.sh);

  # Without an address there is nothing to translate to.
  needsAddress =
    name: cfg:
    let
      option = if cfg.extra.enableWAN then "extra.enableWAN" else "forwardPorts";
    in
    if cfg.localAddress == null && cfg.localAddress6 == null then
      throw "container '${name}': option ${option} requires localAddress. Set it, or extra.addressPrefix."
    else
      cfg;

  # The same command for every container: addresses and ports come from the conf.
  forwarding = cfg: {
    path = [ pkgs.nftables ] ++ tools pkgs;
    serviceConfig = {
      ExecStartPre = [ "${shell pkgs} ${script} add${lib.optionalString cfg.extra.enableWAN " wan"}" ];
      ExecStopPost = [ "${shell pkgs} ${script} remove" ];
    };
  };
in
{
  config.systemd.services = lib.mapAttrs' (
    name: cfg:
    lib.nameValuePair "container@${name}" (
      lib.mkIf (
        cfg.privateNetwork
        && (cfg.extra.enableWAN || forwardsPorts && cfg.forwardPorts != [ ] || cfg.extra.peers != [ ])
      ) (forwarding (needsAddress name cfg))
    )
  ) config.containers;
}
