# `extra.loginSocket` and `extra.rootShellSocket`: ways into a container through its root folder, without a network.
{ pkgs }:
{ lib, ... }:
let
  flag =
    description:
    lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      inherit description;
    };

  # A service for each connection, which ends with it.
  way = name: mode: command: {
    systemd.sockets.${name} = {
      description = "Socket for ${name}";
      wantedBy = [ "sockets.target" ];
      socketConfig = {
        ListenStream = "/var/lib/${name}.socket";
        SocketMode = mode;
        Accept = true;
      };
    };
    systemd.services."${name}@" = {
      description = "Connection to the socket for ${name}";
      restartIfChanged = false;
      environment.TERM = "linux";
      serviceConfig = {
        ExecStart = command;
        StandardInput = "socket";
        StandardOutput = "socket";
        StandardError = "socket";
        TimeoutStopSec = 1;
      };
    };
  };

  container =
    { config, ... }:
    let
      inherit (config) extra;
    in
    {
      options.extra = {
        loginSocket = flag ''
          Whether `socat unix:ROOT/var/lib/login.socket -,echo=0,raw` gives a login prompt, where ROOT is the container's
          root folder. Every user of this machine can connect.
        '';
        rootShellSocket = flag ''
          Whether `socat unix:ROOT/var/lib/root-shell.socket -` gives a root shell without a terminal, where ROOT is the
          container's root folder. Only root of this machine can connect.
        '';
      };

      config.config = lib.mkMerge [
        # script(1) gives login the terminal that a socket is not. Without exec it would be no session leader and be stopped.
        (lib.mkIf extra.loginSocket (
          way "login" "0666"
            "${pkgs.util-linux}/bin/script --quiet --echo always --command \"exec ${pkgs.shadow}/bin/login\" /dev/null"
        ))
        (lib.mkIf extra.rootShellSocket (way "root-shell" "0600" "${pkgs.bash}/bin/bash --login"))
      ];
    };
in
{
  options.containers = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule container);
  };
}
