# `extra.lab`: containers of a definition that know each other by name, and may connect to each other.
{ facts }:
{
  lib,
  config,
  options,
  ...
}:
let
  hasConfig = import ../has-config.nix { inherit lib; } options.containers;

  members = lib.filterAttrs (_: cfg: cfg.extra.lab) config.containers;
  others = name: if members ? ${name} then removeAttrs members [ name ] else { };

  bare = address: lib.head (lib.splitString "/" address);
  given = addresses: map bare (lib.filter (address: address != null) addresses);
  own = cfg: given [ cfg.localAddress cfg.localAddress6 ];

  # Where CFG finds OTHER, which may share the host's network.
  seen =
    cfg: other:
    if other.privateNetwork then
      own other
    else if other.networkNamespace != null then
      [ ]
    else if cfg.privateNetwork then
      given [ cfg.hostAddress cfg.hostAddress6 ]
    else
      [ "127.0.0.1" ];

  names = name: lib.unique [ (facts.renamed name) name ];

  hostsFor =
    name: cfg:
    lib.foldl' (hosts: entry: hosts // { ${entry.address} = hosts.${entry.address} or [ ] ++ entry.names; }) { } (
      lib.concatLists (
        lib.mapAttrsToList (
          other: otherCfg:
          map (address: {
            inherit address;
            names = names other;
          }) (seen cfg otherCfg)
        ) (others name)
      )
      ++ lib.optional (facts.renamed name != name) {
        address = "127.0.0.2";
        names = [ name ];
      }
    );

  routed = cfg: cfg.privateNetwork && cfg.hostBridge == null;

  container =
    { name, config, ... }:
    {
      options.extra = {
        lab = lib.mkOption {
          type = lib.types.bool;
          default = facts.lab;
          defaultText = lib.literalExpression "true in `shell`, else false";
          example = true;
          description = ''
            Whether the container and the others of the definition that set this know each other by name (/etc/hosts),
            and may connect to each other.
          '';
        };
        peers = lib.mkOption {
          type = lib.types.listOf lib.types.str;
          internal = true;
          readOnly = true;
          default = lib.optionals (routed config && own config != [ ]) (
            lib.concatMap own (lib.filter routed (lib.attrValues (others name)))
          );
          example = [ "10.250.1.2" ];
          description = "Addresses of the containers to which the host forwards.";
        };
      };

      config.config = lib.mkIf (others name != { } && hasConfig name) {
        # The first name of an address is what it is called.
        networking.hosts = lib.mapAttrs (_: lib.mkAfter) (hostsFor name config);
      };
    };
in
{
  options.containers = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule container);
  };
}
