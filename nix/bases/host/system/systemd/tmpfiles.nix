# systemd.tmpfiles: rules, and the units that carry them out. Only the files of this list and the system's own rules are
# read: the machine's packages have rules for things that are not in the container.
{ config, lib, ... }:
let
  cfg = config.systemd.tmpfiles;

  upstream = lib.filter (name: builtins.pathExists "/usr/lib/tmpfiles.d/${name}") [
    "home.conf"
    "legacy.conf"
    "static-nodes-permissions.conf"
    "systemd.conf"
    "systemd-tmp.conf"
    "tmp.conf"
    "var.conf"
  ];

  fields = [
    "mode"
    "user"
    "group"
    "age"
    "argument"
  ];

  column = value: if value == "" then "-" else value;

  ruleOf =
    path: entry:
    lib.concatStringsSep " " (
      [
        entry.type
        "\"${lib.replaceStrings [ "\\" "\"" ] [ "\\\\" "\\\"" ] path}\""
      ]
      ++ map (field: if field == "argument" then entry.argument else column entry.${field}) fields
    );

  setting = lib.types.submodule (
    { name, ... }:
    {
      options = {
        type = lib.mkOption {
          type = lib.types.str;
          default = name;
          example = "d";
          description = "Type of the line, see tmpfiles.d(5).";
        };
      }
      // lib.genAttrs fields (
        field:
        lib.mkOption {
          type = lib.types.str;
          default = if field == "argument" then "" else "-";
          example = if field == "mode" then "0755" else "";
          description = "The line's ${field}, see tmpfiles.d(5).";
        }
      );
    }
  );

  settingsFile =
    paths: lib.concatStrings (lib.mapAttrsToList (path: entries: lib.concatMapStrings (e: ruleOf path e + "\n") (lib.attrValues entries)) paths);

  own = {
    "00-nixos.conf" = lib.concatMapStrings (rule: rule + "\n") cfg.rules;
  }
  // lib.mapAttrs' (name: paths: lib.nameValuePair "${name}.conf" (settingsFile paths)) cfg.settings;

  files = toString (lib.attrNames own ++ upstream);
in
{
  options.systemd.tmpfiles = {
    rules = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
      example = [ "d /var/lib/demo 0755 root root -" ];
      description = "Lines of tmpfiles.d(5).";
    };
    settings = lib.mkOption {
      type = lib.types.attrsOf (lib.types.attrsOf (lib.types.attrsOf setting));
      default = { };
      example = {
        "10-demo"."/var/lib/demo".d.mode = "0755";
      };
      description = "Files of tmpfiles.d(5): name of the file, path, type of the line, its other fields.";
    };
  };

  config = {
    environment.etc = lib.mapAttrs' (name: text: lib.nameValuePair "tmpfiles.d/${name}" { inherit text; }) own;

    systemd.units = {
      "systemd-tmpfiles-setup.service" = {
        wantedBy = [ "sysinit.target" ];
        text = ''
          [Unit]
          Description=Create System Files and Directories
          DefaultDependencies=no
          After=local-fs.target systemd-journald.service
          Before=sysinit.target shutdown.target
          Conflicts=shutdown.target
          RefuseManualStop=yes

          [Service]
          Type=oneshot
          RemainAfterExit=yes
          ExecStart=systemd-tmpfiles --create --remove --boot --exclude-prefix=/dev ${files}
          SuccessExitStatus=DATAERR CANTCREAT
          X-RestartIfChanged=false
        '';
      };

      # An update starts this one: rules that only apply to a boot are left out.
      "systemd-tmpfiles-resetup.service".text = ''
        [Unit]
        Description=Create System Files and Directories again
        DefaultDependencies=no
        After=systemd-tmpfiles-setup.service
        Before=shutdown.target
        Conflicts=shutdown.target

        [Service]
        Type=oneshot
        ExecStart=systemd-tmpfiles --create --remove --exclude-prefix=/dev ${files}
        SuccessExitStatus=DATAERR CANTCREAT
      '';

      "systemd-tmpfiles-clean.service".text = ''
        [Unit]
        Description=Cleanup of Temporary Directories
        DefaultDependencies=no
        After=local-fs.target time-set.target
        Before=shutdown.target
        Conflicts=shutdown.target

        [Service]
        Type=oneshot
        ExecStart=systemd-tmpfiles --clean ${files}
        SuccessExitStatus=DATAERR
        IOSchedulingClass=idle
      '';
    };
  };
}
