# Options of a service, and what its scripts, path and environment add to [Service].
{
  lib,
  pkgs,
  defaultPath,
  searchPath,
}:
{ name, config, ... }:
let
  inherit (import ./unit-options.nix { inherit lib; }) unitOption;

  scripts = {
    script = {
      suffix = "start";
      setting = "ExecStart";
      when = "as the service's main process";
    };
    preStart = {
      suffix = "pre-start";
      setting = "ExecStartPre";
      when = "before the main process starts";
    };
    postStart = {
      suffix = "post-start";
      setting = "ExecStartPost";
      when = "after the main process has started";
    };
    reload = {
      suffix = "reload";
      setting = "ExecReload";
      when = "to reload the service";
    };
    preStop = {
      suffix = "pre-stop";
      setting = "ExecStop";
      when = "to stop the service";
    };
    postStop = {
      suffix = "post-stop";
      setting = "ExecStopPost";
      when = "after the service has stopped";
    };
  };

  # A store path of its own for each script, so that a unit's text changes only with its own scripts. The file's
  # base name is what the journal shows.
  scriptPath =
    suffix: text:
    let
      file = "${lib.replaceStrings [ "@" ":" "\\" ] [ "_" "_" "-" ] name}-${suffix}";
    in
    "${pkgs.writeShellScriptBin file "set -e\n${text}"}/bin/${file}";

  flag =
    default: description:
    lib.mkOption {
      type = lib.types.bool;
      inherit default description;
      example = !default;
    };
in
{
  options =
    lib.mapAttrs (
      _: script:
      lib.mkOption {
        type = lib.types.lines;
        default = "";
        example = "echo hello";
        description = "Shell commands that run ${script.when}.";
      }
    ) scripts
    // {
      scriptArgs = lib.mkOption {
        type = lib.types.str;
        default = "";
        example = "%i";
        description = "Arguments of `script`, with systemd's specifiers.";
      };
      environment = lib.mkOption {
        type = lib.types.attrsOf (
          lib.types.nullOr (
            lib.types.oneOf [
              lib.types.str
              lib.types.path
              lib.types.package
            ]
          )
        );
        default = { };
        example = {
          LANG = "nl_NL.UTF-8";
        };
        description = "Environment variables of the service's processes. Null leaves one out.";
      };
      path = lib.mkOption {
        type = lib.types.listOf (
          lib.types.oneOf [
            lib.types.package
            lib.types.str
          ]
        );
        default = [ ];
        example = (lib.literalExpression or lib.literalExample) "[ pkgs.iproute2 ]";
        description = "Packages whose `bin` and `sbin` are in the PATH of the service's processes.";
      };
      serviceConfig = lib.mkOption {
        type = lib.types.attrsOf unitOption;
        default = { };
        example = {
          RestartSec = 5;
        };
        description = "Settings of the unit's [Service] section, see systemd.service(5).";
      };
      startAt = lib.mkOption {
        type = lib.types.either lib.types.str (lib.types.listOf lib.types.str);
        default = [ ];
        apply = lib.toList;
        example = "Sun 14:00:00";
        description = "Times at which a timer starts the service, see systemd.time(7).";
      };
      restartIfChanged = flag true "Whether an update restarts the service where its unit changed.";
      reloadIfChanged = flag false "Whether an update reloads the service, instead of restarting it, where its unit changed.";
      stopIfChanged = flag true ''
        Whether an update stops a changed service before, and starts it after the system is switched, so that the old
        unit's stop commands run. With false it is restarted in one step afterwards.
      '';
      notSocketActivated = flag false "Whether an update restarts a changed service even where a socket unit of its name exists.";
      enableStrictShellChecks = flag false "Accepted for NixOS's sake: scripts are not checked here.";
    };

  config = lib.mkMerge (
    [
      {
        path = lib.mkAfter defaultPath;
        environment.PATH = lib.mkIf (config.path != [ ]) (searchPath config.path);
      }
    ]
    ++ lib.mapAttrsToList (
      option: script:
      lib.mkIf (config.${option} != "") {
        serviceConfig.${script.setting} =
          let
            command = scriptPath script.suffix config.${option};
          in
          if option == "script" then
            command + lib.optionalString (config.scriptArgs != "") " ${config.scriptArgs}"
          else if option == "reload" then
            command
          else
            [ command ];
      }
    ) scripts
  );
}
