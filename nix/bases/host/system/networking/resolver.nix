# /etc/resolv.conf: the host's, as it was when the container started, or one of the system's own name servers.
{ config, lib, ... }:
let
  cfg = config.networking;
  own = cfg.nameservers != [ ] || cfg.resolvconf.extraConfig != "";
in
{
  options.networking = {
    nameservers = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
      example = [ "192.0.2.53" ];
      description = "Addresses of name servers. Without one the host's /etc/resolv.conf is used.";
    };
    search = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
      example = [ "example.org" ];
      description = "Domains in which short host names are looked up. Used together with `nameservers`.";
    };
    useHostResolvConf = lib.mkOption {
      type = lib.types.bool;
      default = true;
      example = false;
      description = "Whether the host's /etc/resolv.conf is used where `nameservers` is empty.";
    };
    resolvconf = {
      enable = lib.mkOption {
        type = lib.types.bool;
        default = true;
        example = false;
        description = "Whether /etc/resolv.conf is written from `nameservers` and `search`.";
      };
      extraConfig = lib.mkOption {
        type = lib.types.lines;
        default = "";
        example = "options timeout:1";
        description = "Lines at the end of /etc/resolv.conf.";
      };
    };
  };

  options.services.resolved = {
    enable = lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      description = "Whether systemd-resolved answers name queries. The host must have it.";
    };
    llmnr = lib.mkOption {
      type = lib.types.enum [
        "true"
        "resolve"
        "false"
      ];
      default = "true";
      example = "false";
      description = "Whether names are looked up, and answered, by LLMNR.";
    };
    extraConfig = lib.mkOption {
      type = lib.types.lines;
      default = "";
      example = "DNSSEC=no";
      description = "Lines at the end of resolved.conf(5).";
    };
  };

  config = lib.mkMerge [
    (lib.mkIf (cfg.resolvconf.enable && !config.services.resolved.enable && (own || !cfg.useHostResolvConf)) {
      environment.etc."resolv.conf".text =
        lib.concatMapStrings (address: "nameserver ${address}\n") cfg.nameservers
        + lib.optionalString (cfg.search != [ ]) "search ${toString cfg.search}\n"
        + cfg.resolvconf.extraConfig;
    })

    (lib.mkIf config.services.resolved.enable {
      systemd.units."systemd-resolved.service" = {
        wantedBy =
          if builtins.pathExists "/usr/lib/systemd/system/systemd-resolved.service" then
            [ "multi-user.target" ]
          else
            throw "services.resolved.enable needs systemd-resolved on the host. Install the package systemd-resolved.";
        aliases = [ "dbus-org.freedesktop.resolve1.service" ];
      };
      users.users.systemd-resolve = {
        isSystemUser = true;
        group = "systemd-resolve";
      };
      users.groups.systemd-resolve = { };
      environment.etc."resolv.conf".source = "/run/systemd/resolve/stub-resolv.conf";
      # Not resolved.conf, which Debian's own file of this kind would win over.
      environment.etc."systemd/resolved.conf.d/50-system.conf".text =
        "[Resolve]\nDNS=${toString cfg.nameservers}\nDomains=${toString cfg.search}\n"
        + "LLMNR=${config.services.resolved.llmnr}\nMulticastDNS=true\n"
        + config.services.resolved.extraConfig;
    })
  ];
}
