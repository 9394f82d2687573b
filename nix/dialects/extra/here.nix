# `extra.here` and `extra.noNetwork`: a folder of the caller's to work in, apart from all else of the machine.
{ lib, options, ... }:
let
  hasConfig = import ../has-config.nix { inherit lib; } options.containers;

  # A setting of `extra.here`.
  part =
    type: example: description:
    lib.mkOption {
      internal = true;
      inherit type example description;
    };

  here = lib.types.submodule {
    options = {
      path = part lib.types.str "/home/alice/project" "The folder. It has the same path inside, and can be written.";
      user = part lib.types.str "alice" "Name of the user to whom it belongs; the container has that user.";
      uid = part lib.types.ints.unsigned 1000 "The user's number, here and inside.";
      group = part lib.types.str "alice" "Name of the user's group.";
      gid = part lib.types.ints.unsigned 1000 "The group's number.";
      home = part lib.types.str "/home/alice" "The user's home folder inside, which is empty but for the folder.";
    };
  };

  container =
    {
      name,
      config,
      options,
      ...
    }:
    let
      inherit (config) extra;
    in
    {
      options.extra = {
        here = lib.mkOption {
          internal = true;
          type = lib.types.nullOr here;
          default = null;
          defaultText = lib.literalExpression "the caller's with `shell --here`, else null";
          example = {
            path = "/home/alice/project";
            user = "alice";
            uid = 1000;
            group = "alice";
            gid = 1000;
            home = "/home/alice";
          };
          description = "A folder of a user of this machine in which that user works inside too.";
        };
        noNetwork = lib.mkOption {
          type = lib.types.bool;
          default = false;
          defaultText = lib.literalExpression "true with --no-network, else false";
          example = true;
          description = ''
            Whether the container has no network but its own localhost, whatever the definition says about addresses,
            bridges and interfaces.
          '';
        };
      };

      config = lib.mkMerge [
        # NixOS has it since 24.11.
        (lib.mkIf extra.noNetwork (
          lib.optionalAttrs (options ? networkNamespace) { networkNamespace = lib.mkForce null; }
        ))
        (lib.mkIf extra.noNetwork {
          privateNetwork = lib.mkForce true;
          hostBridge = lib.mkForce null;
          hostAddress = lib.mkForce null;
          hostAddress6 = lib.mkForce null;
          localAddress = lib.mkForce null;
          localAddress6 = lib.mkForce null;
          forwardPorts = lib.mkForce [ ];
          interfaces = lib.mkForce [ ];
          macvlans = lib.mkForce [ ];
          extraVeths = lib.mkForce { };
          extra = {
            enableWAN = lib.mkForce false;
            exposeLocalhost = lib.mkForce false;
            firewallAllowHost = lib.mkForce false;
          };
        })
        (lib.mkIf (extra.here != null) {
          bindMounts.${extra.here.path} = {
            hostPath = extra.here.path;
            isReadOnly = false;
          };
        })
        {
          config = lib.mkIf (extra.here != null && extra.here.uid != 0 && hasConfig name) {
            users.users.${extra.here.user} = {
              isNormalUser = true;
              inherit (extra.here) uid group home;
            };
            users.groups.${extra.here.group}.gid = extra.here.gid;
          };
        }
      ];
    };
in
{
  options.containers = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule container);
  };
}
