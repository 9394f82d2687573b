# The options of `containers.NAME`: NixOS's names, types and defaults. What this base cannot carry out is an error.
{ lib, evalSystem }:
{
  name,
  config,
  options,
  ...
}:
let
  network = import ./network-options.nix { inherit lib; };

  flag =
    description:
    lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      inherit description;
    };

  strings =
    example: description:
    lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
      inherit example description;
    };

  needsNixpkgs = lib.mkOption {
    type = lib.types.nullOr lib.types.unspecified;
    default = null;
    example = null;
    description = "Not available on the host base, which evaluates no nixpkgs: setting it is an error.";
  };

  # A host name has at most 63 characters, and no dots; systemd drops underscores from it.
  hostName = lib.removeSuffix "-" (lib.substring 0 63 (lib.replaceStrings [ "_" ] [ "-" ] name));
  # systemd would start a process to unmount each when the container stops, 2 ms apiece; they go with its namespace.
  mountsOfTheHost = lib.genAttrs [ "systemd/system/etc-.mount.d/host.conf" "systemd/system/nix-.mount.d/host.conf" ] (_: {
    text = "[Unit]\nDefaultDependencies=no\n";
  });
in
{
  options = network.options // {
    checked = lib.mkOption {
      type = lib.types.unspecified;
      internal = true;
      readOnly = true;
      default = import ./checks.nix { inherit lib; } name options config;
      example = { };
      description = "The container's options, or an error where they do not go together.";
    };

    config = lib.mkOption {
      type = lib.mkOptionType {
        name = "system configuration";
        description = "system configuration: a module";
        merge =
          loc: defs:
          (evalSystem {
            inherit name;
            inherit (config) specialArgs;
            modules = [
              {
                _file = "the options of containers.${name}";
                boot.isContainer = true;
                # Before the default of a system, which has the name as it is.
                networking.hostName = lib.mkOverride 990 hostName;
                networking.useDHCP = false;
                environment.etc = mountsOfTheHost;
              }
            ]
            ++ map (def: lib.setDefaultModuleLocation def.file def.value) defs;
          }).config;
      };
      example = lib.literalExpression "{ pkgs, ... }: { services.openssh.enable = true; }";
      description = "The container's system, as a module.";
    };

    path = lib.mkOption {
      type = lib.types.path;
      example = "/nix/var/nix/profiles/per-container/web/system";
      description = "The container's built system, instead of `config`: a store path, or a profile.";
    };

    hostEtc = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      internal = true;
      default = (if options.config.isDefined then config.config else (evalSystem { inherit name; modules = [ ]; }).config).system.build.hostEtc;
      example = [ "/etc/ssl" ];
      description = "Files of the host's /etc that the container has too, where the host has them.";
    };

    specialArgs = lib.mkOption {
      type = lib.types.attrsOf lib.types.unspecified;
      default = { };
      example = {
        domain = "example.org";
      };
      description = "More arguments for the modules of `config`. They can be used in `imports`.";
    };

    nixpkgs = needsNixpkgs;
    flake = needsNixpkgs;

    autoStart = flag "Whether the container starts when this machine boots.";
    ephemeral = flag "Whether the container starts with an empty root folder each time, which is removed when it stops.";
    enableTun = flag "Whether the container may make tunnel interfaces: CAP_NET_ADMIN and /dev/net/tun.";

    restartIfChanged = flag "Whether an update restarts the container where its options changed." // {
      default = true;
      example = false;
    };

    timeoutStartSec = lib.mkOption {
      type = lib.types.str;
      default = "1min";
      example = "5min";
      description = "How long a start may take, see systemd.time(7). The container is killed afterwards.";
    };

    bindMounts = lib.mkOption {
      type = lib.types.attrsOf (
        lib.types.submodule (
          { name, ... }:
          {
            options = {
              mountPoint = lib.mkOption {
                type = lib.types.str;
                default = name;
                defaultText = lib.literalExpression "the attribute's name";
                example = "/mnt/usb";
                description = "Where it is in the container.";
              };
              hostPath = lib.mkOption {
                type = lib.types.nullOr lib.types.str;
                default = null;
                example = "/home/alice";
                description = "The file or folder of the host. Null: the same path as `mountPoint`.";
              };
              isReadOnly = lib.mkOption {
                type = lib.types.bool;
                default = true;
                example = false;
                description = "Whether the container may only read it.";
              };
            };
          }
        )
      );
      default = { };
      example = {
        "/home" = {
          hostPath = "/home/alice";
          isReadOnly = false;
        };
      };
      description = "Files and folders of the host that are in the container too.";
    };

    allowedDevices = lib.mkOption {
      type = lib.types.listOf (
        lib.types.submodule {
          options = {
            node = lib.mkOption {
              type = lib.types.str;
              example = "/dev/net/tun";
              description = "The device's path.";
            };
            modifier = lib.mkOption {
              type = lib.types.strMatching "[rwm]+";
              example = "rw";
              description = "What is allowed: r (read), w (write), m (mknod), or several of them.";
            };
          };
        }
      );
      default = [ ];
      example = [
        {
          node = "/dev/net/tun";
          modifier = "rw";
        }
      ];
      description = "Devices that processes in the container may use.";
    };

    tmpfs = strings [ "/var" ] "Folders of the container that are in memory, as in systemd-nspawn's --tmpfs.";
    additionalCapabilities =
      strings [ "CAP_MKNOD" ] "Capabilities that the container gets beyond systemd-nspawn's own set."
      // {
        type = lib.types.listOf (import ./capabilities.nix { inherit lib; });
      };
    extraFlags = strings [ "--drop-capability=CAP_SYS_CHROOT" ] ''
      More flags for systemd-nspawn. Each is split at blanks, so a flag may hold its value; a value with blanks is not possible.
    '';

    privateUsers = lib.mkOption {
      type = lib.types.either lib.types.ints.u32 (
        lib.types.enum [
          "no"
          "identity"
          "pick"
        ]
      );
      default = "no";
      example = "pick";
      description = "The user namespace, as in systemd-nspawn's --private-users: its first user on the host, or `pick`.";
    };
  };

  config.path = lib.mkIf options.config.isDefined config.config.system.build.toplevel;
}
