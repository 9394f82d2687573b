# What the types of single options cannot say about a container of the nspawn dialect: its options, or an error.
{ lib }:
name: options: cfg:
let
  option = "virtualisation.nspawn.containers.${name}";
  inherit (cfg.network) veth;

  badPath = path: !lib.hasPrefix "/" path || lib.hasInfix "\n" path;
  paths = lib.concatMap (
    { name, value }:
    map (path: { inherit name path; }) ([ name ] ++ lib.optional (value.hostPath != null) value.hostPath)
  ) (lib.attrsToList cfg.binds);
  wrong = lib.filter (entry: badPath entry.path) paths;

  failed = lib.filter (rule: rule.fails) [
    {
      fails = !options.config.isDefined && !options.path.isDefined;
      text = "${option} has no system. Set ${option}.config = { }; or ${option}.path.";
    }
    {
      fails = wrong != [ ];
      text = "${option}.binds.${builtins.toJSON (lib.head wrong).name}: ${builtins.toJSON (lib.head wrong).path} is no path. A path begins with '/'.";
    }
    {
      fails = !veth.enable && (veth.zone != null || veth.config.host != null || veth.config.container != null);
      text = "${option}.network.veth: zone and config have no effect without a link. Set enable = true, or remove them.";
    }
    {
      fails = !options.config.isDefined && veth.config.container != null;
      text = "${option}.network.veth.config.container is part of the container's system, which is built apart (path). Set it there: systemd.network.networks.\"10-container-host0\".";
    }
  ];
in
if failed == [ ] then cfg else throw (lib.head failed).text
