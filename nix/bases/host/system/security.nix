# security.sudo: /etc/sudoers.
{ config, lib, ... }:
let
  cfg = config.security.sudo;

  list =
    description: example:
    lib.mkOption {
      type = lib.types.listOf (lib.types.either lib.types.str lib.types.int);
      default = [ ];
      inherit description example;
    };

  rule = lib.types.submodule {
    options = {
      users = list "Users that the rule is for; a number is an id." [ "alice" ];
      groups = list "Groups that the rule is for; a number is an id." [ "wheel" ];
      host = lib.mkOption {
        type = lib.types.str;
        default = "ALL";
        example = "web";
        description = "Host that the rule holds on.";
      };
      runAs = lib.mkOption {
        type = lib.types.str;
        default = "ALL:ALL";
        example = "root:root";
        description = "User and group that commands may be run as.";
      };
      commands = lib.mkOption {
        type = lib.types.listOf (
          lib.types.either lib.types.str (
            lib.types.submodule {
              options = {
                command = lib.mkOption {
                  type = lib.types.str;
                  example = "ALL";
                  description = "The command, see sudoers(5).";
                };
                options = lib.mkOption {
                  type = lib.types.listOf lib.types.str;
                  default = [ ];
                  example = [ "NOPASSWD" ];
                  description = "Tags of the command.";
                };
              };
            }
          )
        );
        default = [ ];
        example = [ "ALL" ];
        description = "Commands that may be run.";
      };
    };
  };

  name = prefix: it: "${prefix}${lib.optionalString (lib.isInt it) "#"}${toString it}";

  command = it: if lib.isString it then it else lib.concatMapStrings (tag: "${tag}:") it.options + it.command;

  lines =
    rule:
    lib.optionals (rule.commands != [ ]) (
      map (who: "${who} ${rule.host}=(${rule.runAs}) ${lib.concatMapStringsSep ", " command rule.commands}\n") (
        map (name "") rule.users ++ map (name "%") rule.groups
      )
    );
in
{
  options.security.sudo = {
    enable = lib.mkOption {
      type = lib.types.bool;
      default = true;
      example = false;
      description = "Whether /etc/sudoers is made. The machine must have sudo.";
    };
    wheelNeedsPassword = lib.mkOption {
      type = lib.types.bool;
      default = true;
      example = false;
      description = "Whether users of the group wheel give their password.";
    };
    execWheelOnly = lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      description = "Accepted for NixOS's sake: the mode of sudo is the machine's.";
    };
    extraRules = lib.mkOption {
      type = lib.types.listOf rule;
      default = [ ];
      example = [
        {
          users = [ "alice" ];
          commands = [ "ALL" ];
        }
      ];
      description = "Rules of sudoers(5), in this order.";
    };
    extraConfig = lib.mkOption {
      type = lib.types.lines;
      default = "";
      example = "Defaults timestamp_timeout=5";
      description = "Lines at the end of /etc/sudoers.";
    };
  };

  config = lib.mkIf cfg.enable {
    security.sudo.extraRules = lib.mkBefore [
      {
        users = [ "root" ];
        commands = [ "ALL" ];
      }
      {
        groups = [ "wheel" ];
        commands = [
          {
            command = "ALL";
            options = lib.optional (!cfg.wheelNeedsPassword) "NOPASSWD";
          }
        ];
      }
    ];

    environment.etc.sudoers = {
      mode = "0440";
      text = ''
        Defaults secure_path="${config.system.path}"
        Defaults env_keep+="SSH_CONNECTION SSH_CLIENT SSH_TTY TERMINFO_DIRS"
        ${lib.concatStrings (lib.concatMap lines cfg.extraRules)}${cfg.extraConfig}
      '';
    };
  };
}
