# evalModules: a list of modules -> { config, options, _module, extendModules, type, class }.
{ lib }:
let
  inherit (builtins) head mapAttrs removeAttrs seq;
  inherit (lib) mkOption types;
  inherit (lib.modules) collectModules mergeModules mkDefault;

  unknownOption = import ./unknown-option.nix { inherit lib; };

  # The options that steer the evaluation itself.
  internalOptions = isRoot: {
    # lazyAttrsOf: an argument is evaluated when it is used, not when another one is.
    args = mkOption (
      {
        type = types.lazyAttrsOf types.raw;
        description = "Further arguments for modules that are functions.";
      }
      // (if isRoot then { } else { internal = true; })
    );
    check = mkOption {
      type = types.bool;
      internal = true;
      default = true;
      description = "Whether a definition without an option is an error.";
    };
    freeformType = mkOption {
      type = types.nullOr types.optionType;
      internal = true;
      default = null;
      description = "The type that merges definitions without an option.";
    };
    specialArgs = mkOption {
      readOnly = true;
      internal = true;
      description = "Arguments for modules that can be used in `imports` too.";
    };
    unknownOptionHint = mkOption {
      type = types.str;
      internal = true;
      default = lib.unknownOptionHint;
      description = "Text that ends the error about a definition without an option.";
    };
  };

  valuesOf = mapAttrs (_: v: if v._type or null == "option" then v.value else valuesOf v);

  evalModules =
    given@{
      modules,
      prefix ? [ ],
      specialArgs ? { },
      class ? null,
      args ? { },
      check ? true,
    }:
    let
      ownModules =
        modules
        ++ (if given ? args then [ { config._module.args = args; } ] else [ ])
        ++ (if given ? check then [ { config._module.check = mkDefault check; } ] else [ ]);

      internalModule = {
        _file = "lib/modules.nix";
        key = "lib/modules.nix";
        options._module = internalOptions (prefix == [ ]);
        config._module = {
          args = {
            inherit extendModules;
            moduleType = type;
          };
          inherit specialArgs;
        };
      };

      moduleArgs = {
        inherit lib options specialArgs;
        _class = class;
        _prefix = prefix;
        config = builtins.addErrorContext "if you get an infinite recursion here, you probably reference `config` in `imports`. If you are trying to achieve a conditional import behavior dependent on `config`, consider importing unconditionally, and using `mkEnableOption` and `mkIf` to control its effect." config;
      }
      // specialArgs;

      merged = mergeModules prefix (
        lib.reverseList (
          collectModules class (specialArgs.modulesPath or "") (ownModules ++ [ internalModule ]) moduleArgs
        )
      );
      options = merged.matchedOptions;
      declared = valuesOf options;
      inherit (declared._module) freeformType;

      config =
        if freeformType == null then
          declared
        else if merged.unmatchedDefns == [ ] then
          declared
        else
          lib.recursiveUpdate (freeformType.merge prefix (
            map (def: {
              inherit (def) file;
              value = lib.setAttrByPath def.prefix def.value;
            }) merged.unmatchedDefns
          )) declared;

      checked =
        seq (
          if declared._module.check && freeformType == null && merged.unmatchedDefns != [ ] then
            throw (unknownOption {
              inherit prefix options;
              def = head merged.unmatchedDefns;
              hint = declared._module.unknownOptionHint;
            })
          else
            null
        );

      extendModules =
        {
          modules ? [ ],
          specialArgs ? { },
          prefix ? given.prefix or [ ],
        }:
        evalModules (
          given
          // {
            modules = ownModules ++ modules;
            specialArgs = given.specialArgs or { } // specialArgs;
            inherit prefix;
          }
        );

      type = types.submoduleWith { inherit modules specialArgs class; };
    in
    {
      _type = "configuration";
      options = checked options;
      config = checked (removeAttrs config [ "_module" ]);
      _module = checked config._module;
      inherit extendModules type class;
    };
in
{
  inherit evalModules;
  fixMergeModules =
    modules: args:
    evalModules {
      inherit modules args;
      check = false;
    };
  # Modules that take their definitions from a JSON or TOML file.
  importJSON = file: {
    _file = file;
    config = lib.trivial.importJSON file;
  };
  importTOML = file: {
    _file = file;
    config = lib.trivial.importTOML file;
  };
}
