# Submodules, modules as values, and types as values.
{ lib }:
let
  inherit (builtins)
    head
    intersectAttrs
    isAttrs
    length
    ;
  inherit (lib) isFunction last toList;
  inherit (lib.modules)
    evalModules
    fixupOptionType
    mergeOptionDecls
    mkForce
    mkOptionDefault
    setDefaultModuleLocation
    ;
  inherit (lib.types) mkOptionType path phrase;

  isModule = v: isAttrs v || isFunction v || path.check v;

  # Two declarations must agree where both say something.
  agree =
    what: a: b:
    if a == null || a == b then
      b
    else if b == null then
      a
    else
      throw "A submoduleWith option is declared multiple times with conflicting ${what}";

  forDocs = {
    _file = "<built-in module that disables checks for documentation>";
    config._module.check = mkForce false;
  };
in
rec {
  submodule =
    modules:
    submoduleWith {
      shorthandOnlyDefinesConfig = true;
      modules = toList modules;
    };

  # shorthandOnlyDefinesConfig: a definition that is a set is config, whatever its names (`options`, `imports` ...).
  submoduleWith =
    {
      modules,
      specialArgs ? { },
      shorthandOnlyDefinesConfig ? false,
      description ? null,
      class ? null,
    }@given:
    let
      base = evalModules {
        inherit class specialArgs;
        # A name for where there is none: documentation, and the freeform type.
        modules = [ { _module.args.name = mkOptionDefault "‹name›"; } ] ++ modules;
      };
      docs = prefix: base.extendModules {
        inherit prefix;
        modules = [ forDocs ];
      };
      inherit (base._module) freeformType;

      asModule =
        { file, value, ... }:
        if isAttrs value && shorthandOnlyDefinesConfig == true then
          {
            _file = file;
            config = value;
          }
        else
          {
            _file = file;
            imports = [ value ];
          };
    in
    mkOptionType {
      name = "submodule";
      description =
        if description != null then
          description
        else
          let
            open = (docs [ ])._module.freeformType;
          in
          if open ? description then
            "open submodule of ${
              phrase [
                "noun"
                "composite"
              ] open
            }"
          else
            "submodule";
      check = isModule;
      merge =
        loc: defs:
        (base.extendModules {
          modules = [ { _module.args.name = last loc; } ] ++ map asModule defs;
          prefix = loc;
        }).config;
      emptyValue.value = base.config;
      getSubOptions =
        prefix:
        let
          evaluated = docs prefix;
          open = evaluated._module.freeformType;
        in
        evaluated.options
        // lib.optionalAttrs (open != null) { _freeformOptions = open.getSubOptions prefix; };
      getSubModules = modules;
      substSubModules = m: submoduleWith (given // { modules = m; });
      nestedTypes = lib.optionalAttrs (freeformType != null) { inherit freeformType; };
      functor = lib.defaultFunctor "submodule" // {
        type = submoduleWith;
        payload = {
          inherit
            modules
            class
            specialArgs
            shorthandOnlyDefinesConfig
            description
            ;
        };
        binOp =
          a: b:
          let
            shared = intersectAttrs a.specialArgs b.specialArgs;
          in
          {
            modules = a.modules ++ b.modules;
            specialArgs =
              if shared == { } then
                a.specialArgs // b.specialArgs
              else
                throw "A submoduleWith option is declared multiple times with the same specialArgs \"${toString (builtins.attrNames shared)}\"";
            class = agree "class values \"${toString a.class}\" and \"${toString b.class}\"." a.class b.class;
            shorthandOnlyDefinesConfig =
              agree "shorthandOnlyDefinesConfig values" a.shorthandOnlyDefinesConfig
                b.shorthandOnlyDefinesConfig;
            description = agree "descriptions" a.description b.description;
          };
      };
    };

  deferredModule = deferredModuleWith { };
  # A value that is a module, to be imported elsewhere. staticModules are imported with it and documented.
  deferredModuleWith =
    {
      staticModules ? [ ],
    }:
    mkOptionType {
      name = "deferredModule";
      description = "module";
      descriptionClass = "noun";
      check = isModule;
      merge = loc: defs: {
        imports =
          staticModules
          ++ map (
            def: setDefaultModuleLocation "${def.file}, via option ${lib.showOption loc}" def.value
          ) defs;
      };
      inherit (submoduleWith { modules = staticModules; }) getSubOptions getSubModules;
      substSubModules = m: deferredModuleWith { staticModules = m; };
      functor = lib.defaultFunctor "deferredModuleWith" // {
        type = deferredModuleWith;
        payload = { inherit staticModules; };
        binOp = a: b: { staticModules = a.staticModules ++ b.staticModules; };
      };
    };

  # Several definitions are merged as declarations of one option are.
  optionType = mkOptionType {
    name = "optionType";
    description = "optionType";
    descriptionClass = "noun";
    check = lib.isOptionType;
    merge =
      loc: defs:
      if length defs == 1 then
        (head defs).value
      else
        (fixupOptionType loc (
          mergeOptionDecls loc (
            map (def: {
              _file = def.file;
              pos = null;
              options = lib.mkOption { type = def.value; };
            }) defs
          )
        )).type;
  };
}
