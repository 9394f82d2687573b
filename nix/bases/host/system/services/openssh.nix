# services.openssh: the host's sshd, with host keys of the container's own.
{
  config,
  lib,
  ...
}:
let
  cfg = config.services.openssh;

  firstExisting = lib.findFirst builtins.pathExists null;

  sshd =
    let
      found = firstExisting [
        "/usr/sbin/sshd"
        "/usr/bin/sshd"
      ];
    in
    if found == null then
      throw "services.openssh needs sshd, which the host does not have. Install the package openssh-server."
    else
      found;

  # Some distributions' sshd tells systemd when it listens, and their unit says so.
  upstreamUnit = firstExisting [
    "/usr/lib/systemd/system/ssh.service"
    "/usr/lib/systemd/system/sshd.service"
  ];
  notifies = upstreamUnit != null && lib.hasInfix "Type=notify" (builtins.readFile upstreamUnit);

  word =
    v:
    if lib.isBool v then
      (if v then "yes" else "no")
    else
      toString v;

  commaSeparated = [
    "Ciphers"
    "KexAlgorithms"
    "Macs"
  ];

  setting =
    name: v:
    "${name} ${if lib.isList v && lib.elem name commaSeparated then lib.concatStringsSep "," v else word v}\n";

  lines = prefix: values: lib.concatMapStrings (v: "${prefix} ${v}\n") values;

  # sshd takes the first value of a setting that it meets.
  text =
    lines "Port" (map toString cfg.ports)
    + "AddressFamily ${if config.networking.enableIPv6 then "any" else "inet"}\n"
    + lines "ListenAddress" (
      map (a: a.addr + lib.optionalString (a.port != null) ":${toString a.port}") cfg.listenAddresses
    )
    + lines "HostKey" (map (key: key.path) cfg.hostKeys)
    + "AuthorizedKeysFile ${toString cfg.authorizedKeysFiles}\n"
    + lib.optionalString cfg.allowSFTP "Subsystem sftp ${toString ([ cfg.sftpServerExecutable ] ++ cfg.sftpFlags)}\n"
    + lib.optionalString (cfg.banner != null) "Banner /etc/ssh/banner\n"
    + lib.concatStrings (lib.mapAttrsToList setting (lib.filterAttrs (_: v: v != null) cfg.settings))
    + cfg.extraConfig;

  makeKey =
    key:
    let
      path = lib.escapeShellArg key.path;
      arguments = lib.escapeShellArgs (
        [
          "-q"
          "-N"
          ""
          "-t"
          key.type
        ]
        ++ lib.optionals (key.bits != null) [
          "-b"
          (toString key.bits)
        ]
        ++ lib.optionals (key.rounds != null) [
          "-a"
          (toString key.rounds)
        ]
        ++ lib.optionals (key.comment != null) [
          "-C"
          key.comment
        ]
        ++ [
          "-f"
          key.path
        ]
      );
    in
    ''
      if ! [ -s ${path} ]; then
        rm -f ${path}
        mkdir -p "$(dirname ${path})"
        ssh-keygen ${arguments}
      fi
    '';

  keysOf =
    user:
    map (key: key + "\n") user.openssh.authorizedKeys.keys
    ++ map (file: builtins.readFile file + "\n") user.openssh.authorizedKeys.keyFiles;

  # Copies, not links: with StrictModes sshd refuses a file in the store where its group may write to that.
  keyFiles = lib.mapAttrs' (
    _: user:
    lib.nameValuePair "ssh/authorized_keys.d/${user.name}" {
      mode = "0444";
      text = lib.concatStrings (keysOf user);
    }
  ) (lib.filterAttrs (_: user: keysOf user != [ ]) config.users.users);

  userOptions.options.openssh.authorizedKeys = {
    keys = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
      example = [ "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI... me@example" ];
      description = "Public keys that may log in as this user.";
    };
    keyFiles = lib.mkOption {
      type = lib.types.listOf lib.types.path;
      default = [ ];
      example = lib.literalExpression "[ ./id_ed25519.pub ]";
      description = "Files of public keys that may log in as this user.";
    };
  };

  renamed =
    old: new:
    lib.mkRenamedOptionModule [ "services" "openssh" old ] [ "services" "openssh" "settings" new ];
in
{
  imports = [
    (renamed "permitRootLogin" "PermitRootLogin")
    (renamed "passwordAuthentication" "PasswordAuthentication")
    (renamed "kbdInteractiveAuthentication" "KbdInteractiveAuthentication")
    (renamed "challengeResponseAuthentication" "KbdInteractiveAuthentication")
    (renamed "forwardX11" "X11Forwarding")
    (renamed "gatewayPorts" "GatewayPorts")
    (renamed "logLevel" "LogLevel")
    (renamed "useDns" "UseDns")
  ];

  options.services.openssh = import ./openssh-options.nix { inherit lib; };

  options.users.users = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule userOptions); };

  config = lib.mkIf cfg.enable {
    services.openssh.authorizedKeysFiles =
      lib.optional cfg.authorizedKeysInHomedir "%h/.ssh/authorized_keys"
      ++ [ "/etc/ssh/authorized_keys.d/%u" ];

    users.users.sshd = {
      isSystemUser = true;
      group = "sshd";
      description = "SSH privilege separation user";
    };
    users.groups.sshd = { };

    environment.etc = keyFiles // {
      "ssh/sshd_config".text = text;
      "ssh/banner" = lib.mkIf (cfg.banner != null) { text = cfg.banner; };
    };

    security.pam.services.sshd.unixAuth = lib.mkIf (cfg.settings.PasswordAuthentication == false) false;

    systemd.services.sshd = {
      description = "SSH Daemon";
      wantedBy = [ "multi-user.target" ];
      after = [ "network.target" ];
      stopIfChanged = false;
      restartTriggers = [ text ];
      preStart = lib.concatMapStrings makeKey cfg.hostKeys;
      serviceConfig = {
        Type = if notifies then "notify" else "simple";
        ExecStart = "${sshd} -D -f /etc/ssh/sshd_config";
        ExecReload = "/bin/kill -HUP $MAINPID";
        KillMode = "process";
        Restart = "always";
        RuntimeDirectory = "sshd";
        RuntimeDirectoryMode = "0755";
        RuntimeDirectoryPreserve = true;
      };
    };

    networking.firewall.allowedTCPPorts = lib.mkIf cfg.openFirewall cfg.ports;
  };
}
