# The dialect of nixcloud-container: one container, from a NixOS configuration or from a set that has it as `configuration`,
# as the unit of an LXC container. The facts say what it is called (`nixcloud.name`), and the address that it gets where it
# asks for none (`nixcloud.ip`).
{
  base,
  facts,
  modules,
}:
let
  inherit (base) lib pkgs;
  inherit (facts.nixcloud) name;
  systemd = import ../systemd { inherit lib pkgs; defaultPath = [ ]; };

  given = if builtins.isPath modules || builtins.isString modules then import modules else modules;
  known = lib.attrNames (import ./nixcloud/options.nix { inherit lib facts; }).options;
  # No option of NixOS has one of these names.
  isSet = lib.isAttrs given && lib.any (option: given ? ${option}) known;

  evaluated = lib.evalModules {
    modules = [
      (import ./nixcloud/options.nix { inherit lib facts; })
      {
        _file = "the definition";
        config =
          if !isSet then
            { configuration = given; }
          else if given ? configuration then
            given
          else
            throw "The definition sets ${lib.concatStringsSep ", " (lib.attrNames given)} and no 'configuration', which is what runs in the container. Write: { configuration = { pkgs, ip, name, ... }: { }; }";
      }
    ];
  };
  cfg = evaluated.config;
  ip = if cfg.network.ip == null then facts.nixcloud.ip else cfg.network.ip;

  system = base.systemOf {
    inherit name;
    prefix = [ "configuration" ];
    modules = [ (import ./nixcloud/inside.nix cfg.network) ] ++ lib.toList cfg.configuration;
    specialArgs = {
      inherit ip;
      inherit (cfg) name;
    };
  };

  validIp = builtins.match "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])([.](25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}" ip != null;
  checked =
    value:
    if !validIp then
      throw "network.ip is ${builtins.toJSON ip}, which is no IPv4 address. Write it without a prefix length: \"10.101.0.2\"."
    else
      value;

  service = {
    options.systemd.services = lib.mkOption { type = systemd.types.services; };
    config.systemd.services."container@${name}" = import ../lxc/unit.nix { inherit lib; shell = base.shell pkgs; } {
      inherit name;
      inherit (cfg) autostart;
      nat = cfg.network.enableNat;
      hostFiles = base.hostFiles system;
      extraConfig = if cfg.lxcExtraConfig == "" then null else pkgs.writeText "lxc-extra-config" cfg.lxcExtraConfig;
    };
  };

  conf = {
    KIND = "lxc";
    SYSTEM_PATH = toString system.toplevel;
    HOST_BRIDGE = cfg.network.bridge;
    LOCAL_ADDRESS = ip;
  }
  // lib.optionalAttrs cfg.autostart { AUTO_START = "1"; }
  // lib.optionalAttrs cfg.network.enableNat { NAT = "1"; };

  needs = {
    definedAs = name;
    files = [ ];
    devices = [ ];
    interfaces = [ ];
    macvlans = [ ];
    linkKinds = [
      "veth"
      "bridge"
    ];
    networkNamespace = null;
    forwarded = [ ];
    published = [ ];
    ssh = null;
    limits = { };
    bridges = lib.optional (cfg.network.bridge != "brNC-hostonly") cfg.network.bridge;
    nixcloud = {
      inherit ip;
      fixed = cfg.network.ip != null;
      inherit (cfg.network) bridge;
      nat = cfg.network.enableNat;
    };
  };

  files = checked (
    {
      "etc/nixos-containers/${name}.conf".text = lib.concatStrings (
        lib.mapAttrsToList (key: value: "${key}=${value}\n") conf
      );
      "etc/extra-container/${name}.json".text = builtins.toJSON needs;
    }
    // lib.mapAttrs' (path: file: lib.nameValuePair "etc/systemd/system/${path}" file) (
      systemd.files {
        units = systemd.render.units { inherit ((lib.evalModules { modules = [ service ]; }).config.systemd) services; };
      }
    )
  );
in
{
  inherit files;
  inherit (evaluated) options;
  config = cfg;
  containers.${name} = cfg // {
    inherit (system) config;
  };
  etc = import ./etc.nix { inherit base; } files;
}
