# The options of a nixcloud container.
{ lib, facts }:
{
  options = {
    configuration = lib.mkOption {
      type = lib.types.unspecified;
      example = lib.literalExpression "{ pkgs, ip, name, ... }: { environment.systemPackages = [ pkgs.vim ]; }";
      description = ''
        The NixOS configuration of the system inside. Beside the usual arguments it gets `ip`, the container's address,
        and `name`.
      '';
    };
    name = lib.mkOption {
      type = lib.types.str;
      default = facts.nixcloud.name;
      defaultText = lib.literalExpression "the name that the container is created under";
      example = "web";
      description = "What `configuration` gets as `name`. The container itself is called what it is created as.";
    };
    autostart = lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      description = "Whether the container starts when this machine boots, and after its network.";
    };
    lxcExtraConfig = lib.mkOption {
      type = lib.types.lines;
      default = "";
      example = "lxc.prlimit.nofile = 1024";
      description = "Lines at the end of LXC's configuration, see lxc.container.conf(5).";
    };
    network = {
      bridge = lib.mkOption {
        type = lib.types.strMatching "[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}";
        default = "brNC-hostonly";
        example = "br0";
        description = "The bridge that the container's interface `hostonly` joins. One of another name must be there when it starts.";
      };
      ip = lib.mkOption {
        type = lib.types.nullOr lib.types.str;
        default = null;
        example = "10.101.0.20";
        description = "The IPv4 address of `hostonly`, of the bridge's network. Without one it gets the lowest that is free.";
      };
      enableNat = lib.mkOption {
        type = lib.types.bool;
        default = false;
        example = true;
        description = ''
          Whether the container has an interface `internet` on the bridge brNC-internet: with an address by DHCP, the way
          out with this machine's address, and this machine's DNS.
        '';
      };
    };
  };
}
