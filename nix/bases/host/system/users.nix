# users.*: the options. What is done with them is in user-files.nix and activate.sh.
{
  config,
  lib,
  ...
}:
let
  ids = import ./base-ids.nix;

  nullable =
    type: example: description:
    lib.mkOption {
      type = lib.types.nullOr type;
      default = null;
      inherit example description;
    };

  bool =
    description:
    lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      inherit description;
    };

  list =
    type: example: description:
    lib.mkOption {
      type = lib.types.listOf type;
      default = [ ];
      inherit example description;
    };

  # What stands in one field of passwd(5).
  field = lib.types.addCheck lib.types.str (value: builtins.match "[^:\n]*" value != null) // {
    description = "string without colons and newlines";
  };

  user = lib.types.submodule (
    { name, config, ... }:
    {
      options = {
        enable = lib.mkOption {
          type = lib.types.bool;
          default = true;
          example = false;
          description = "Whether the user exists.";
        };
        name = lib.mkOption {
          type = field;
          default = name;
          defaultText = lib.literalExpression "the attribute's name";
          example = "alice";
          description = "Name of the user.";
        };
        isNormalUser = bool "Whether this is a person's account: with a home, a shell and the group users.";
        isSystemUser = bool "Whether this is a service's account.";
        uid = lib.mkOption {
          type = lib.types.nullOr lib.types.int;
          default = ids.users.${name}.uid or null;
          defaultText = lib.literalExpression "null: a free one, from 1000 up for normal users, from 999 down for others";
          example = 1000;
          description = "Number of the user.";
        };
        group = lib.mkOption {
          type = lib.types.str;
          default = ids.users.${name}.group or (if config.isNormalUser then "users" else "");
          defaultText = lib.literalExpression ''"users" for normal users'';
          example = "www";
          description = "Primary group.";
        };
        extraGroups = list lib.types.str [ "wheel" ] "Other groups of the user.";
        home = lib.mkOption {
          type = field;
          default = ids.users.${name}.home or (if config.isNormalUser then "/home/${config.name}" else "/var/empty");
          defaultText = lib.literalExpression ''"/home/NAME" for normal users, else "/var/empty"'';
          example = "/home/alice";
          description = "Home folder.";
        };
        createHome = lib.mkOption {
          type = lib.types.bool;
          default = config.isNormalUser;
          defaultText = lib.literalExpression "isNormalUser";
          example = true;
          description = "Whether the home folder is made.";
        };
        homeMode = lib.mkOption {
          type = lib.types.strMatching "[0-7]{1,5}";
          default = "700";
          example = "750";
          description = "Mode of the home folder that is made.";
        };
        shell = lib.mkOption {
          type = lib.types.nullOr (lib.types.either lib.types.shellPackage field);
          default =
            if config.isNormalUser || name == "root" then
              cfg.defaultUserShell
            else
              "/usr/sbin/nologin";
          defaultText = lib.literalExpression "users.defaultUserShell for normal users, else nologin";
          example = "/usr/bin/zsh";
          description = "Login shell.";
        };
        useDefaultShell = bool "Whether the shell is users.defaultUserShell.";
        ignoreShellProgramCheck = bool "Accepted for NixOS's sake: shells are the machine's.";
        linger = bool "Whether the user's services run without a login.";
        description = lib.mkOption {
          type = field;
          default = "";
          example = "Alice";
          description = "The user's full name.";
        };
        password = nullable lib.types.str "secret" "Password in clear text. It can be read by all users of the host.";
        hashedPassword = nullable field "$y$..." "Password as `mkpasswd` hashes it; empty for none, `!` for a locked one.";
        hashedPasswordFile = nullable lib.types.str "/run/secrets/alice" "File in the container with the hashed password.";
        passwordFile = nullable lib.types.str "/run/secrets/alice" "Older name of hashedPasswordFile.";
        initialPassword = nullable lib.types.str "secret" "Password in clear text that a new user gets.";
        initialHashedPassword = nullable field "$y$..." "Hashed password that a new user gets.";
        expires = nullable lib.types.str "2030-01-31" "Date when the account expires.";
        packages = list lib.types.package [ ] "Packages in this user's PATH.";
        autoSubUidGidRange = bool "Accepted for NixOS's sake: a container has no numbers to give away.";
        subUidRanges = list lib.types.anything [ ] "Accepted for NixOS's sake, see autoSubUidGidRange.";
        subGidRanges = list lib.types.anything [ ] "Accepted for NixOS's sake, see autoSubUidGidRange.";
      };

      config.shell = lib.mkIf config.useDefaultShell (lib.mkDefault cfg.defaultUserShell);
    }
  );

  group = lib.types.submodule (
    { name, ... }:
    {
      options = {
        name = lib.mkOption {
          type = field;
          default = name;
          defaultText = lib.literalExpression "the attribute's name";
          example = "www";
          description = "Name of the group.";
        };
        gid = lib.mkOption {
          type = lib.types.nullOr lib.types.int;
          default = ids.groups.${name} or null;
          defaultText = lib.literalExpression "null: a free one";
          example = 800;
          description = "Number of the group.";
        };
        members = list field [ "alice" ] "Users of the group, beside those that name it in extraGroups.";
      };
    }
  );

  cfg = config.users;
in
{
  imports = [
    (lib.mkAliasOptionModule [ "users" "extraUsers" ] [ "users" "users" ])
    (lib.mkAliasOptionModule [ "users" "extraGroups" ] [ "users" "groups" ])
  ];

  options.users = {
    mutableUsers = lib.mkOption {
      type = lib.types.bool;
      default = true;
      example = false;
      description = "Whether users and passwords that were made inside are kept. Otherwise only what is declared is there.";
    };
    enforceIdUniqueness = lib.mkOption {
      type = lib.types.bool;
      default = true;
      example = false;
      description = "Whether two users, or two groups, with the same number are an error.";
    };
    allowNoPasswordLogin = bool "Accepted for NixOS's sake: the host's root can always enter a container.";
    motd = nullable lib.types.lines "Welcome" "Message after a login.";
    defaultUserShell = lib.mkOption {
      type = lib.types.either lib.types.path lib.types.shellPackage;
      default = "/bin/bash";
      example = "/usr/bin/zsh";
      description = "Login shell of normal users.";
    };
    users = lib.mkOption {
      type = lib.types.attrsOf user;
      default = { };
      example = {
        alice.isNormalUser = true;
      };
      description = "Users of the system, by name.";
    };
    groups = lib.mkOption {
      type = lib.types.attrsOf group;
      default = { };
      example = {
        www = { };
      };
      description = "Groups of the system, by name.";
    };
  };
}
