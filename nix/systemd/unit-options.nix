# Options that every kind of unit has: how its file is placed, and its [Unit] section.
{ lib }:
let
  # A setting that is given several times becomes a list where one of the definitions is a list.
  unitOption = lib.mkOptionType {
    name = "systemd option";
    description = "systemd option";
    merge =
      loc: defs:
      let
        kept = lib.filterOverrides defs;
      in
      if lib.any (def: lib.isList def.value) kept then
        lib.concatMap (def: lib.toList def.value) kept
      else
        lib.mergeEqualOption loc kept;
  };

  unitName = lib.types.strMatching "[a-zA-Z0-9@%:_.\\-]+[.](service|socket|device|mount|automount|swap|target|path|timer|scope|slice)";

  unitNames =
    description:
    lib.mkOption {
      type = lib.types.listOf unitName;
      default = [ ];
      example = [ "network.target" ];
      inherit description;
    };

  triggers =
    verb:
    lib.mkOption {
      type = lib.types.listOf lib.types.unspecified;
      default = [ ];
      example = (lib.literalExpression or lib.literalExample) "[ config.environment.etc.\"demo.conf\".source ]";
      description = "Values, for instance store paths. Where one of them changes, an update ${verb} the unit.";
    };

  limit =
    example: description:
    lib.mkOption {
      type = lib.types.nullOr lib.types.int;
      default = null;
      inherit example description;
    };

  fileOptions = {
    enable = lib.mkOption {
      type = lib.types.bool;
      default = true;
      example = false;
      description = "Whether the unit can be started. With false it is masked by a link to /dev/null.";
    };
    overrideStrategy = lib.mkOption {
      type = lib.types.enum [
        "asDropinIfExists"
        "asDropin"
      ];
      default = "asDropinIfExists";
      example = "asDropin";
      description = ''
        `asDropin` always writes the settings to NAME.d/overrides.conf (which an instance of a template needs),
        `asDropinIfExists` only where a package has a unit of this name.
      '';
    };
    aliases = unitNames "Other names of the unit.";
    wantedBy = unitNames "Units that start this unit with them. `multi-user.target` starts it at boot.";
    requiredBy = unitNames "Units that start this unit with them, and fail or stop with it.";
    upheldBy = unitNames "Units that keep this unit running while they run.";
  };

  lists = {
    requires = "Units to start with this unit. It stops where they stop or fail to start.";
    wants = "Units to start with this unit.";
    upholds = "Units to keep running while this unit runs.";
    bindsTo = "Like `requires`; this unit also stops where one of them disappears.";
    partOf = "Units whose stop or restart is one of this unit too.";
    conflicts = "Units that stop where this unit starts, and the other way round.";
    requisite = "Units that must already run for this unit to start.";
    after = "Units that start before this unit where both start at the same time.";
    before = "Units that start after this unit where both start at the same time.";
    onFailure = "Units to start where this unit fails.";
    onSuccess = "Units to start where this unit ends without failure.";
  };

  settingOf = name: lib.toUpper (lib.substring 0 1 name) + lib.substring 1 (-1) name;

  # Only a hash of the triggers: their text may be long, and must not become a dependency of the unit.
  digest =
    values:
    let
      text = toString (map (value: if builtins.isPath value then "${value}" else value) (lib.flatten values));
    in
    builtins.hashString "sha256" (builtins.unsafeDiscardStringContext text);

  unitOptions = {
    options = fileOptions // lib.mapAttrs (_: unitNames) lists // {
      description = lib.mkOption {
        type = lib.types.str;
        default = "";
        example = "Web server";
        description = "What the unit is, in one line.";
      };
      documentation = lib.mkOption {
        type = lib.types.listOf lib.types.str;
        default = [ ];
        example = [ "man:sshd(8)" ];
        description = "URIs of the unit's documentation.";
      };
      unitConfig = lib.mkOption {
        type = lib.types.attrsOf unitOption;
        default = { };
        example = {
          RequiresMountsFor = "/data";
        };
        description = "Settings of the unit's [Unit] section, see systemd.unit(5).";
      };
      startLimitBurst = limit 5 "How many starts are allowed within `startLimitIntervalSec`.";
      startLimitIntervalSec = limit 30 "Seconds over which starts are counted for `startLimitBurst`.";
      restartTriggers = triggers "restarts";
      reloadTriggers = triggers "reloads";
    };
  };

  unitSettings =
    { config, ... }:
    {
      config.unitConfig =
        lib.mapAttrs' (name: _: lib.nameValuePair (settingOf name) (toString config.${name})) (
          lib.filterAttrs (name: _: config.${name} != [ ]) lists
        )
        // lib.optionalAttrs (config.description != "") { Description = config.description; }
        // lib.optionalAttrs (config.documentation != [ ]) { Documentation = toString config.documentation; }
        // lib.optionalAttrs (config.startLimitBurst != null) { StartLimitBurst = config.startLimitBurst; }
        // lib.optionalAttrs (config.startLimitIntervalSec != null) {
          StartLimitIntervalSec = config.startLimitIntervalSec;
        }
        // lib.optionalAttrs (config.restartTriggers != [ ]) { X-Restart-Triggers = digest config.restartTriggers; }
        // lib.optionalAttrs (config.reloadTriggers != [ ]) { X-Reload-Triggers = digest config.reloadTriggers; };
    };
in
{
  inherit unitOption fileOptions;
  modules = [
    unitOptions
    unitSettings
  ];
}
