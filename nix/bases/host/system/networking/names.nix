# networking.hostName, domain, hosts: /etc/hostname and /etc/hosts.
{ config, lib, ... }:
let
  cfg = config.networking;

  label = "[[:alnum:]]([[:alnum:]_-]{0,62}[[:alnum:]])?";

  names = lib.unique (
    lib.optional (cfg.hostName != "" && cfg.domain != null) cfg.fqdn ++ lib.optional (cfg.hostName != "") cfg.hostName
  );
in
{
  options.networking = {
    hostName = lib.mkOption {
      type = lib.types.either (lib.types.strMatching label) (lib.types.enum [ "" ]);
      default = "nixos";
      example = "web";
      description = "The container's host name, without a domain.";
    };
    domain = lib.mkOption {
      type = lib.types.nullOr lib.types.str;
      default = null;
      example = "example.org";
      description = "The container's domain.";
    };
    fqdn = lib.mkOption {
      type = lib.types.str;
      default =
        if cfg.domain == null then
          throw "networking.fqdn is not known: networking.domain is not set. Set it, or networking.fqdn itself."
        else
          "${cfg.hostName}.${cfg.domain}";
      defaultText = lib.literalExpression ''"''${networking.hostName}.''${networking.domain}"'';
      example = "web.example.org";
      description = "Host name with domain.";
    };
    fqdnOrHostName = lib.mkOption {
      type = lib.types.str;
      readOnly = true;
      default = if cfg.domain == null then cfg.hostName else cfg.fqdn;
      defaultText = lib.literalExpression "networking.fqdn, or networking.hostName without a domain";
      example = "web";
      description = "Host name, with the domain where there is one.";
    };
    hosts = lib.mkOption {
      type = lib.types.attrsOf (lib.types.listOf lib.types.str);
      default = { };
      example = {
        "192.0.2.1" = [ "db.example.org" ];
      };
      description = "Host names by address, for /etc/hosts.";
    };
    extraHosts = lib.mkOption {
      type = lib.types.lines;
      default = "";
      example = "192.0.2.1 db.example.org";
      description = "Lines at the end of /etc/hosts.";
    };
  };

  config = {
    networking.hosts = {
      "127.0.0.1" = [ "localhost" ];
      "::1" = lib.mkIf cfg.enableIPv6 [ "localhost" ];
      "127.0.0.2" = lib.mkIf (names != [ ]) names;
    };

    environment.etc.hostname = lib.mkIf (cfg.hostName != "") { text = cfg.hostName + "\n"; };
    environment.etc.hosts.text =
      lib.concatStrings (
        lib.mapAttrsToList (address: hosts: "${address} ${toString hosts}\n") (
          lib.filterAttrs (_: hosts: hosts != [ ]) cfg.hosts
        )
      )
      + cfg.extraHosts;
  };
}
