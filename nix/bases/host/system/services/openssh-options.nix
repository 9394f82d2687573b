# Options of services.openssh.
{ lib }:
let
  option =
    type: default: example: description:
    lib.mkOption {
      inherit
        type
        default
        example
        description
        ;
    };

  value = lib.types.nullOr (
    lib.types.oneOf [
      lib.types.bool
      lib.types.int
      lib.types.str
      (lib.types.listOf lib.types.str)
    ]
  );

  hostKey = lib.types.submodule {
    options = {
      type = option lib.types.str "ed25519" "rsa" "Type of the key.";
      path = lib.mkOption {
        type = lib.types.str;
        example = "/etc/ssh/ssh_host_ed25519_key";
        description = "File of the private key. It is made where it is missing.";
      };
      bits = option (lib.types.nullOr lib.types.int) null 4096 "Length of the key.";
      comment = option (lib.types.nullOr lib.types.str) null "web" "Comment of the key.";
      rounds = option (lib.types.nullOr lib.types.int) null 100 "Rounds of the key derivation.";
      openSSHFormat = option lib.types.bool true true "Accepted for NixOS's sake: keys have OpenSSH's format.";
    };
  };

  listenAddress = lib.types.submodule {
    options = {
      addr = lib.mkOption {
        type = lib.types.str;
        example = "10.0.0.2";
        description = "Address or host name.";
      };
      port = option (lib.types.nullOr lib.types.port) null 2222 "Port. Null stands for all of `ports`.";
    };
  };
in
{
  enable = option lib.types.bool false true "Whether the SSH daemon of the host's openssh-server runs.";
  ports = option (lib.types.listOf lib.types.port) [ 22 ] [ 2222 ] "Ports of the daemon.";
  openFirewall = option lib.types.bool true false "Whether the firewall lets `ports` through.";
  startWhenNeeded = option lib.types.bool false true "Accepted for NixOS's sake: the daemon always runs.";
  listenAddresses = option (lib.types.listOf listenAddress) [ ] [ { addr = "10.0.0.2"; } ] "Addresses of the daemon. Without one it listens on all.";
  hostKeys = option (lib.types.listOf hostKey) [
    {
      type = "ed25519";
      path = "/etc/ssh/ssh_host_ed25519_key";
    }
  ] [ { type = "rsa"; bits = 4096; path = "/etc/ssh/ssh_host_rsa_key"; } ] "Host keys. They are kept with the container.";
  authorizedKeysInHomedir = option lib.types.bool true false "Whether ~/.ssh/authorized_keys is read.";
  authorizedKeysFiles = option (lib.types.listOf lib.types.str) [ ] [ "/etc/keys/%u" ] "More files of authorized keys.";
  banner = option (lib.types.nullOr lib.types.lines) null "Hello" "Text that is shown before a login.";
  allowSFTP = option lib.types.bool true false "Whether sftp works.";
  sftpFlags = option (lib.types.listOf lib.types.str) [ ] [ "-l INFO" ] "Arguments of the sftp server.";
  sftpServerExecutable = option lib.types.str "internal-sftp" "/usr/lib/openssh/sftp-server" "The sftp server.";
  extraConfig = option lib.types.lines "" "MaxSessions 20" "Lines at the end of sshd_config(5).";

  settings = lib.mkOption {
    default = { };
    example = {
      PasswordAuthentication = false;
    };
    description = "Settings of sshd_config(5).";
    type = lib.types.submodule {
      freeformType = lib.types.attrsOf value;
      options = lib.mapAttrs (_: default: option value default default "See sshd_config(5).") {
        PermitRootLogin = "prohibit-password";
        PasswordAuthentication = true;
        KbdInteractiveAuthentication = true;
        GatewayPorts = "no";
        LogLevel = "INFO";
        PrintMotd = false;
        StrictModes = true;
        UseDns = false;
        UsePAM = true;
        X11Forwarding = false;
      };
    };
  };
}
