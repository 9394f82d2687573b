# system.*: the system's name and release, /etc/os-release.
{ config, lib, ... }:
let
  cfg = config.system;
  release = "26.11";
  string =
    default: example: description:
    lib.mkOption {
      type = lib.types.str;
      inherit default example description;
    };
in
{
  options.system = {
    name = string (if config.networking.hostName == "" then "unnamed" else config.networking.hostName) "web" "Name of the system, in its store path.";
    stateVersion = string release "23.05" "NixOS release that the state of the system was first made with.";
    nixos = {
      release = string release release "NixOS release whose options these are.";
      version = string "${release}-host" "26.11-host" "Version of the system.";
      label = string "host" "host" "Name of the version.";
      tags = lib.mkOption {
        type = lib.types.listOf lib.types.str;
        default = [ ];
        example = [ "test" ];
        description = "Words that name the version.";
      };
      distroId = string "nixos" "nixos" "ID in /etc/os-release.";
      distroName = string "Host" "Host" "NAME in /etc/os-release.";
    };
    extraDependencies = lib.mkOption {
      type = lib.types.listOf lib.types.pathInStore;
      default = [ ];
      example = lib.literalExpression "[ pkgs.hello ]";
      description = "Store paths that are kept as long as the system is.";
    };
  };

  # The programs are the machine's own: so is what they are told about the release.
  config.environment.etc."os-release".source = "/usr/lib/os-release";
}
