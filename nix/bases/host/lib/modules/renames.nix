# Modules for options that were renamed, merged, changed or removed.
{ lib }:
let
  inherit (lib)
    attrByPath
    getAttrFromPath
    mkIf
    mkMerge
    mkOption
    setAttrByPath
    showFiles
    showOption
    ;
  inherit (lib.modules) mkAliasAndWrapDefinitions mkAliasAndWrapDefsWithPriority;

  obsolete = from: to: "Obsolete option `${showOption from}' is used. It was renamed to `${showOption to}'.";
in
rec {
  # A module for an option that forwards its definitions.
  # from, to: paths; visible: documented; warn: add to `warnings` where it is defined; use: applied to the value that
  # reading the old option gives; withPriority: keep mkForce, mkDefault ...; condition: forward at all.
  doRename =
    {
      from,
      to,
      visible,
      warn,
      use,
      withPriority ? true,
      condition ? true,
    }:
    { config, options, ... }:
    let
      old = getAttrFromPath from options;
      current = attrByPath to (abort "Renaming error: option `${showOption to}' does not exist.") config;
      type = (attrByPath to { } options).type or (lib.types.submodule { });
      forward = if withPriority then mkAliasAndWrapDefsWithPriority else mkAliasAndWrapDefinitions;
    in
    {
      options = setAttrByPath from (
        mkOption (
          {
            inherit visible;
            description = "Alias of {option}`${showOption to}`.";
            apply = _: use current;
          }
          // (if type == null then { } else { inherit type; })
        )
      );
      config = mkIf condition (mkMerge [
        (lib.optionalAttrs (options ? warnings) {
          warnings =
            lib.optional (warn && old.isDefined)
              "The option `${showOption from}' defined in ${showFiles old.files} has been renamed to `${showOption to}'.";
        })
        (forward (setAttrByPath to) old)
      ]);
    };

  mkRenamedOptionModule =
    from: to:
    doRename {
      inherit from to;
      visible = false;
      warn = true;
      use = builtins.trace (obsolete from to);
    };

  # sinceRelease: 2605 for 26.05; silent for users until no older release is supported.
  mkRenamedOptionModuleWith =
    {
      from,
      to,
      sinceRelease,
    }:
    let
      late = lib.oldestSupportedReleaseIsAtLeast sinceRelease;
    in
    doRename {
      inherit from to;
      visible = false;
      warn = late;
      use = lib.warnIf late (obsolete from to);
    };

  mkAliasOptionModule =
    from: to:
    doRename {
      inherit from to;
      visible = true;
      warn = false;
      use = x: x;
    };
  mkAliasOptionModuleMD = mkAliasOptionModule;

  # Using the option is an assertion that fails, reading it an error.
  mkRemovedOptionModule =
    path: instead:
    { options, ... }:
    let
      opt = getAttrFromPath path options;
    in
    {
      options = setAttrByPath path (mkOption {
        visible = false;
        apply = _: throw "The option `${showOption path}' can no longer be used since it's been removed. ${instead}";
      });
      config.assertions = [
        {
          assertion = !opt.isDefined;
          message = ''
            The option definition `${showOption path}' in ${showFiles opt.files} no longer has any effect; please remove it.
            ${instead}
          '';
        }
      ];
    };

  # f: config -> the value of `to`, used where one of the options `from` is defined.
  mkMergedOptionModule =
    from: to: f:
    { config, options, ... }:
    let
      unset = "_mkMergedOptionModule";
      value = path: attrByPath path unset config;
      used = builtins.filter (path: value path != unset) from;
    in
    {
      options = builtins.foldl' lib.recursiveUpdate { } (
        map (
          path:
          setAttrByPath path (mkOption {
            visible = false;
            default = unset;
          })
        ) from
      );
      config = {
        warnings = map (
          path:
          let
            opt = getAttrFromPath path options;
          in
          "The option `${showOption path}' defined in ${showFiles opt.files} has been changed to `${showOption to}' that has a different type. Please read `${showOption to}' documentation and update your configuration accordingly."
        ) used;
      }
      // setAttrByPath to (mkMerge (lib.optional (used != [ ]) (f config)));
    };

  mkChangedOptionModule =
    from: to: f:
    mkMergedOptionModule [ from ] to f;
}
