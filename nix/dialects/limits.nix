# A container's service, with what carries out its limits where systemd cannot: on machines whose controllers are bound
# to cgroup v1. Whoever set them: `extra.*` or the definition itself.
{
  lib,
  pkgs,
  shell,
  tools,
}:
service:
let
  script = builtins.toFile "container-limits" (builtins.readFile ./limits.sh);

  # Of several values systemd takes the last.
  value = setting: toString (lib.last (lib.toList service.serviceConfig.${setting}));

  limits = lib.filter (setting: service.serviceConfig ? ${setting}) [
    "MemoryMax"
    "CPUQuota"
    "TasksMax"
  ];
  show = setting: "${setting}=${lib.replaceStrings [ "%" ] [ "%%" ] (value setting)}";
in
if limits == [ ] then
  service
else
  service
  // {
    environment = service.environment // {
      LIMITS = lib.concatMapStringsSep " " show limits;
      LIMITS_SCRIPT = script;
    }
    // lib.optionalAttrs (tools pkgs != [ ]) { PATH = "${service.environment.PATH}:${lib.makeBinPath (tools pkgs)}"; };
    serviceConfig = service.serviceConfig // {
      ExecStopPost = lib.toList (service.serviceConfig.ExecStopPost or [ ]) ++ [ "${shell pkgs} ${script} leave" ];
    };
  }
