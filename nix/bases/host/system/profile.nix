# What shells read: /etc/set-environment, /etc/profile, /etc/bashrc.
{ config, lib, ... }:
let
  cfg = config.environment;

  path = lib.concatStringsSep ":" (
    lib.optional cfg.homeBinInPath "$HOME/bin"
    ++ lib.optional cfg.localBinInPath "$HOME/.local/bin"
    ++ [
      "/etc/profiles/per-user/$USER/bin"
      config.system.path
    ]
  );

  aliases = lib.concatStrings (
    lib.mapAttrsToList (name: value: "alias -- ${name}=${lib.escapeShellArg (toString value)}\n") (
      lib.filterAttrs (_: value: value != null) cfg.shellAliases
    )
  );
in
{
  options.system.path = lib.mkOption {
    type = lib.types.str;
    internal = true;
    readOnly = true;
    default = "/run/wrappers/bin:/run/current-system/sw/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    example = "/usr/bin:/bin";
    description = "PATH of every user, but for the user's own packages.";
  };

  config.environment.etc = {
    "set-environment".text = ''
      export __NIXOS_SET_ENVIRONMENT_DONE=1
      export PATH="${path}"
      export XDG_DATA_DIRS="/run/current-system/sw/share:/usr/local/share:/usr/share"
      ${lib.concatStrings (
        lib.mapAttrsToList (name: value: "export ${name}=\"${lib.replaceStrings [ "\"" ] [ "\\\"" ] value}\"\n") cfg.variables
      )}${cfg.extraInit}
    '';

    profile.text = ''
      [ -n "''${__NIXOS_SET_ENVIRONMENT_DONE-}" ] || . /etc/set-environment
      ${cfg.shellInit}
      ${cfg.loginShellInit}
      for file in /etc/profile.d/*.sh; do [ ! -r "$file" ] || . "$file"; done
      unset file
      if [ -n "$BASH_VERSION" ]; then . /etc/bashrc; fi
    '';

    bashrc.text = ''
      [ -n "''${__NIXOS_SET_ENVIRONMENT_DONE-}" ] || . /etc/set-environment
      ${cfg.shellInit}
      case $- in
        *i*) ;;
        *) return 0 ;;
      esac
      PS1=${lib.escapeShellArg config.programs.bash.promptInit}
      ${aliases}${cfg.interactiveShellInit}
      ${config.programs.bash.interactiveShellInit}
    '';

    # Debian's bash reads this one.
    "bash.bashrc".source = "/etc/bashrc";
  };
}
