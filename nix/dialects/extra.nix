# The options `containers.NAME.extra.*`: shortcuts for containers with a private network.
{ facts, pkgs }:
{ lib, config, ... }:
let
  flag =
    description:
    lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      inherit description;
    };

  refuse = name: text: throw "container '${name}': ${text}";

  # VALUE, or an error where the option that VALUE depends on is null.
  needs =
    name: option: cfg: needed: value:
    if cfg.${needed} == null then
      refuse name "option extra.${option} requires ${needed}. Set it, or extra.addressPrefix."
    else
      value;

  prefixOf = import ./address-prefix.nix facts;

  bare = address: lib.head (lib.splitString "/" address);

  container =
    { name, config, ... }:
    let
      cfg = config;
      inherit (cfg) extra;
    in
    {
      options.extra = {
        addressPrefix = lib.mkOption {
          type = lib.types.nullOr (
            lib.types.either (lib.types.enum [ "auto" ]) (lib.types.strMatching "[0-9]{1,3}([.][0-9]{1,3}){2}")
          );
          default = null;
          example = "10.250.0";
          description = ''
            Gives the container a private network: sets privateNetwork, hostAddress to PREFIX.1 and localAddress to
            PREFIX.2. With "auto" the prefix is one that no interface, route or other container of the machine has; it
            stays the same for as long as the container is installed.
          '';
        };
        usedPrefix = lib.mkOption {
          type = lib.types.nullOr lib.types.str;
          internal = true;
          readOnly = true;
          default = if extra.addressPrefix == "auto" then prefixOf (facts.renamed name) else extra.addressPrefix;
          example = "10.250.0";
          description = "The prefix that addressPrefix stands for.";
        };
        enableWAN = flag ''
          Whether the container with a private network reaches the internet, with the host's address (NAT).
          Forwarding that is off on the host is on while a container needs it, unless other rules of the host translate
          addresses by then.
        '';
        exposeLocalhost = flag ''
          Whether TCP services that listen only on the container's localhost are reached by its localAddress. Everyone
          who reaches the container can use them then.
        '';
        firewallAllowHost = flag "Whether the container's firewall accepts everything from hostAddress.";
        enableSSH = lib.mkOption {
          type = lib.types.bool;
          default = facts.sshKey != null;
          defaultText = lib.literalExpression "true with --ssh";
          example = true;
          description = "Whether root of the container accepts the key of `cssh`. Requires privateNetwork.";
        };
      };

      config = lib.mkMerge [
        (lib.mkIf (extra.addressPrefix != null) {
          privateNetwork = true;
          hostAddress = lib.mkDefault "${extra.usedPrefix}.1";
          localAddress = lib.mkDefault "${extra.usedPrefix}.2";
          # These options alone are a container: its system needs no setting.
          config = { };
        })
        {
          config = lib.mkMerge [
            (lib.mkIf (extra.exposeLocalhost && cfg.privateNetwork) {
              systemd.services.forward-to-localhost =
                needs name "exposeLocalhost" cfg "localAddress"
                  {
                    description = "Forward connections to localhost";
                    wantedBy = [ "multi-user.target" ];
                    path = [ pkgs.iptables ];
                    serviceConfig.Type = "oneshot";
                    serviceConfig.RemainAfterExit = true;
                    script = ''
                      echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet
                      rule="PREROUTING -p tcp -d ${bare cfg.localAddress} -j DNAT --to-destination 127.0.0.1"
                      iptables -w -t nat -C $rule 2>/dev/null || iptables -w -t nat -I $rule
                    '';
                  };
            })
            (lib.mkIf (extra.firewallAllowHost && cfg.privateNetwork) {
              networking.firewall.extraCommands = needs name "firewallAllowHost" cfg "hostAddress" ''
                iptables -w -A nixos-fw -s ${bare cfg.hostAddress} -j ACCEPT
              '';
            })
            (lib.mkIf extra.enableSSH {
              services.openssh.enable =
                if cfg.privateNetwork then
                  true
                else
                  refuse name "option extra.enableSSH (--ssh) requires privateNetwork. Set it, or extra.addressPrefix.";
              users.users.root.openssh.authorizedKeys.keys = lib.optional (facts.sshKey != null) facts.sshKey;
            })
          ];
        }
      ];
    };
in
{
  options.containers = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule container);
  };
}
