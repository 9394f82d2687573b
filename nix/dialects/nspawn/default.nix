# The nspawn dialect: `nixos-nspawn.containers.NAME`, later named `virtualisation.nspawn.containers.NAME`.
#
#   { base, facts, pkgs } -> { module, parts }
#
# `module` declares the options. `parts CONFIG` is what ../containers.nix installs of each container:
# NAME -> { conf, needs, files }, where files are those beside unit and conf, by their paths in /etc.
{
  base,
  facts,
  pkgs,
}:
let
  inherit (base) lib;
  networks = import ./networks.nix { inherit lib; };
  networkFiles = import ../../systemd/networks.nix { inherit lib; };
  nspawnFile = import ./nspawn-file.nix { inherit lib; };
  conf = import ./conf.nix { inherit lib; };
  extra = import ./extra.nix { inherit base facts pkgs; };

  # systemd takes no underscores in names of machines.
  machineOf = name: lib.replaceStrings [ "_" ] [ "-" ] (facts.renamed name);

  # The name of the .network file of the host, and of the interface.
  linkOf =
    name: veth: if veth.zone == null then "ve-${machineOf name}" else "vz-${veth.zone}";

  module =
    {
      lib,
      config,
      ...
    }:
    let
      cfg = config.virtualisation.nspawn;
      service = import ./service.nix {
        inherit
          base
          facts
          lib
          pkgs
          machineOf
          linkOf
          ;
      };
    in
    {
      imports = [
        extra.module
      ]
      ++ map
        (option: lib.mkAliasOptionModule ([ "nixos-nspawn" ] ++ option) ([ "virtualisation" "nspawn" ] ++ option))
        [
          [ "containers" ]
          [ "imports" ]
        ];

      options = {
        virtualisation.nspawn = {
          containers = lib.mkOption {
            type = lib.types.attrsOf (
              lib.types.submodule (
                import ./options.nix {
                  inherit lib base;
                  inherit (cfg) imports;
                }
              )
            );
            default = { };
            example = lib.literalExpression "{ webserver.config = { services.openssh.enable = true; }; }";
            description = ''
              Containers without a state, with users of their own, and with systemd-networkd on both sides of their link.
              Each is the service `container@NAME`, also called `systemd-nspawn@NAME`.
            '';
          };
          imports = lib.mkOption {
            type = lib.types.listOf lib.types.unspecified;
            default = [ ];
            example = lib.literalExpression ''[ { services.openssh.enable = true; } ]'';
            description = "Modules of the system of every one of these containers that has a `config`.";
          };
        };
      }
      // lib.optionalAttrs (!base.wholeHost) {
        systemd.network.networks = lib.mkOption {
          inherit (networkFiles) type;
          default = { };
          example = {
            "10-ve-demo".networkConfig.DHCPServer = false;
          };
          description = "Networks of the host. Those of containers count, named `10-ve-NAME`, or `10-vz-ZONE` for zones.";
        };
      };

      config = {
        systemd.services = lib.mapAttrs' (
          name: container: lib.nameValuePair "container@${name}" (service name container.checked config)
        ) cfg.containers;

        systemd.network.networks =
          let
            linked = lib.filterAttrs (_: container: container.checked.network.veth.enable) cfg.containers;
            # Those of a zone have one in common.
            byLink = lib.groupBy (name: linkOf name linked.${name}.network.veth) (lib.attrNames linked);
          in
          lib.mapAttrs' (
            link: names:
            lib.nameValuePair "10-${link}" (
              lib.mkMerge (
                [ (networks.host (if lib.hasPrefix "vz-" link then "bridge" else "veth") link) ]
                ++ map (name: linked.${name}.network.veth.config.host) (
                  lib.filter (name: linked.${name}.network.veth.config.host != null) names
                )
              )
            )
          ) byLink;
      };
    };

  parts =
    config:
    lib.mapAttrs (
      name: container:
      let
        cfg = container.checked;
        inherit (cfg.network) veth;
        network = "systemd/network/10-${linkOf name veth}.network";
      in
      {
        conf = conf cfg;
        needs = {
          files = map (bind: bind.hostPath) (import ./binds.nix { inherit lib; } cfg).own;
          credentials = extra.needs config name;
          linkKinds = lib.optional veth.enable "veth" ++ lib.optional (veth.enable && veth.zone != null) "bridge";
        };
        files = {
          "systemd/nspawn/${machineOf name}.nspawn".text = nspawnFile cfg;
          "systemd/system/systemd-nspawn@${machineOf name}.service".link = "container@${facts.renamed name}.service";
        }
        // lib.optionalAttrs veth.enable {
          ${network}.text =
            if base.wholeHost then
              config.systemd.network.units.${baseNameOf network}.text
            else
              networkFiles.render config.systemd.network.networks."10-${linkOf name veth}";
        };
      }
    ) config.virtualisation.nspawn.containers;
in
{
  inherit module parts;
}
