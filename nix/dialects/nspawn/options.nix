# The options of a container of the nspawn dialect: nixos-nspawn's names and types.
#
#   { lib, base, imports } -> submodule; `imports` are modules of every container
{
  lib,
  base,
  imports,
}:
{
  name,
  config,
  options,
  ...
}:
let
  networks = import ./networks.nix { inherit lib; };

  flag =
    default: description:
    lib.mkOption {
      type = lib.types.bool;
      inherit default description;
      example = !default;
    };

  networkConfig =
    side: number:
    lib.mkOption {
      type = lib.types.nullOr lib.types.attrs;
      default = null;
      example = {
        networkConfig.Address = [
          "fd42::${number}/64"
          "10.23.42.${number}/28"
        ];
      };
      description = ''
        What the ${side}'s end of the link is set up with, as in systemd.network.networks.NAME. It is merged with what
        there is without it, and wins.
      '';
    };

  bind =
    { ... }:
    {
      options = {
        hostPath = lib.mkOption {
          type = lib.types.nullOr lib.types.str;
          default = null;
          example = "/mnt/data/postgresql";
          description = "The file or folder of the host. Null: the same path as in the container.";
        };
        options = lib.mkOption {
          type = lib.types.listOf (lib.types.strMatching "[A-Za-z0-9_=,-]+");
          default = [ ];
          example = [ "idmap" ];
          description = ''
            Options of the mount, as in systemd-nspawn's --bind. Where none says how owners are mapped (idmap,
            rootidmap, owneridmap, noidmap), it is idmap if the file system of the host can do that.
          '';
        };
        readOnly = flag false "Whether the container may only read it.";
      };
    };
in
{
  options = {
    config = lib.mkOption {
      type = lib.mkOptionType {
        name = "system configuration";
        description = "system configuration: a module";
        merge =
          loc: defs:
          (base.systemOf {
            inherit name;
            prefix = lib.take (lib.length loc - 1) loc;
            modules = [
              (import ./system.nix {
                inherit lib name;
                linked = config.network.veth.enable;
              })
              {
                _file = "the options of ${lib.concatStringsSep "." loc}";
                # Not below the name: that would be an empty file, for all interfaces.
                systemd.network.networks = lib.mkIf config.network.veth.enable {
                  "10-container-host0" = lib.mkMerge [
                    networks.inside
                    (if config.network.veth.config.container == null then { } else config.network.veth.config.container)
                  ];
                };
              }
            ]
            ++ imports
            ++ map (def: lib.setDefaultModuleLocation def.file def.value) defs;
          }).config;
      };
      example = lib.literalExpression "{ pkgs, ... }: { services.openssh.enable = true; }";
      description = "The container's system, as a module.";
    };

    path = lib.mkOption {
      type = lib.types.path;
      example = "/nix/var/nix/profiles/my-container";
      description = "The container's built system, instead of `config`: a store path, or a profile.";
    };

    autoStart = flag true "Whether the container starts when this machine boots.";

    restartIfChanged = flag true ''
      Whether an update restarts the container where anything of it changed, its system too. With false it goes on as it
      is. `--update-changed` changes the system in place, either way.
    '';

    network.veth = {
      enable = flag true "Whether the container has a link to the host: `host0` inside, `ve-NAME` on the host.";

      zone = lib.mkOption {
        type = lib.types.nullOr (lib.types.strMatching "[A-Za-z0-9_][A-Za-z0-9_-]{0,11}");
        default = null;
        example = "internal";
        description = ''
          Name of a zone: its containers are in one network, on the host's bridge `vz-ZONE`, and know each other by name.
          At most 12 characters.
        '';
      };

      config = {
        host = networkConfig "host" "1";
        container = networkConfig "container" "2";
      };
    };

    binds = lib.mkOption {
      type = lib.types.attrsOf (lib.types.submodule bind);
      default = { };
      example = {
        "/var/lib/example" = { };
        "/var/lib/postgresql" = {
          hostPath = "/mnt/data/postgresql";
          options = [ "idmap" ];
        };
      };
      description = "Files and folders of the host that are in the container too, by their path in the container.";
    };

    hostFolders = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      internal = true;
      default = base.hostFolders (
        if options.config.isDefined then
          config.config
        else
          (base.systemOf {
            inherit name;
            modules = [ ];
          }).config
      );
      example = [ "/usr" ];
      description = "Files and folders of this machine that the base needs in the container.";
    };

    checked = lib.mkOption {
      type = lib.types.unspecified;
      internal = true;
      readOnly = true;
      default = import ./checks.nix { inherit lib; } name options config;
      example = { };
      description = "The container's options, or an error where they do not go together.";
    };
  };

  config.path = lib.mkIf options.config.isDefined config.config.system.build.toplevel;
}
