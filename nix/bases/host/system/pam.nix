# /etc/pam.d: one stack for every service, with the machine's PAM modules.
{ config, lib, ... }:
let
  service = lib.types.submodule (
    { name, config, ... }:
    {
      options = {
        rootOK = lib.mkOption {
          type = lib.types.bool;
          default = false;
          example = true;
          description = "Whether root need not give a password.";
        };
        unixAuth = lib.mkOption {
          type = lib.types.bool;
          default = true;
          example = false;
          description = "Whether users can give their password.";
        };
        allowNullPassword = lib.mkOption {
          type = lib.types.bool;
          default = false;
          example = true;
          description = "Whether users without a password can log in.";
        };
        startSession = lib.mkOption {
          type = lib.types.bool;
          default = false;
          example = true;
          description = "Whether a session is registered with systemd-logind.";
        };
        text = lib.mkOption {
          type = lib.types.lines;
          example = "auth required pam_deny.so";
          description = "The whole stack, see pam.d(5).";
        };
      };

      config.text = lib.mkDefault (
        lib.optionalString config.rootOK "auth sufficient pam_rootok.so\n"
        + lib.optionalString config.unixAuth "auth sufficient pam_unix.so${lib.optionalString config.allowNullPassword " nullok"}\n"
        + ''
          auth required pam_deny.so
          account required pam_unix.so
          password required pam_unix.so nullok yescrypt
          session required pam_env.so conffile=/etc/pam/environment readenv=0
          session required pam_unix.so
          session optional pam_keyinit.so force revoke
        ''
        + lib.optionalString config.startSession "-session optional pam_systemd.so\n"
      );
    }
  );

  # In pam_env's files a value is in quotes, and @ and $ have a meaning.
  quote = value: "\"${lib.replaceStrings [ "\\" "\"" "$" "@" ] [ "\\\\" "\\\"" "\\$" "\\@" ] value}\"";
in
{
  options.security.pam.services = lib.mkOption {
    type = lib.types.attrsOf service;
    default = { };
    example = {
      login.allowNullPassword = true;
    };
    description = "Services that let users in, by name of the file in /etc/pam.d.";
  };

  config = {
    security.pam.services = {
      login = {
        rootOK = false;
        allowNullPassword = true;
        startSession = true;
      };
      su.rootOK = true;
      su-l.rootOK = true;
      runuser.rootOK = true;
      runuser-l.rootOK = true;
      sudo = { };
      sudo-i = { };
      passwd = { };
      chpasswd.rootOK = true;
      chfn.rootOK = true;
      chsh.rootOK = true;
      sshd.startSession = true;
      systemd-user = {
        unixAuth = false;
        startSession = true;
      };
      systemd-run0.rootOK = true;
      polkit-1 = { };
      cron = { };
      other.text = ''
        auth required pam_deny.so
        account required pam_deny.so
        password required pam_deny.so
        session required pam_deny.so
      '';
    };

    environment.etc =
      lib.mapAttrs' (name: stack: lib.nameValuePair "pam.d/${name}" { inherit (stack) text; }) config.security.pam.services
      // {
        "pam/environment".text = lib.concatStrings (
          lib.mapAttrsToList (name: value: "${name} DEFAULT=${quote value}\n") (
            { PATH = config.system.path; } // config.environment.sessionVariables
          )
        );
      };
  };
}
