# boot.kernel.sysctl: the option and its file. systemd/sysctl.nix has the unit that writes them.
{ config, lib, ... }:
let
  given = lib.filterAttrs (_: value: value != null) config.boot.kernel.sysctl;
  text = value: if lib.isBool value then (if value then "1" else "0") else toString value;
in
{
  options.boot.kernel.sysctl = lib.mkOption {
    type = lib.types.attrsOf (
      lib.types.nullOr (
        lib.types.oneOf [
          lib.types.bool
          lib.types.int
          lib.types.str
        ]
      )
    );
    default = { };
    example = {
      "net.ipv4.ip_forward" = true;
    };
    description = "Kernel parameters of the container's own namespaces, for sysctl.d(5). All others are the host's.";
  };

  config = lib.mkIf (given != { }) {
    environment.etc."sysctl.d/60-nixos.conf".text = lib.concatStrings (
      lib.mapAttrsToList (name: value: "${name}=${text value}\n") given
    );
  };
}
