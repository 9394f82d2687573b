# The library of the host base: nixpkgs's function and type names with nixpkgs's semantics, without nixpkgs.
#
# `lib.extend (final: prev: { ... })` gives a changed library, as in nixpkgs. One name is ours: `unknownOptionHint`, a
# string that evalModules, submodules included, appends to "The option ... does not exist". A single evaluation can
# set its own with the option `_module.unknownOptionHint`.
let
  fixedPoints = import ./fixed-points.nix { lib = { }; };

  builtinFunctions = {
    inherit (builtins)
      fromTOML
      getContext
      hasContext
      hashString
      parseDrvName
      placeholder
      toFile
      toString
      toXML
      tryEval
      ;
  };

  library =
    lib:
    let
      load = file: import file { inherit lib; };
      trivial = load ./trivial.nix;
      lists = load ./lists.nix;
      attrsets = load ./attrsets.nix;
      strings = load ./strings.nix // load ./strings/escape.nix // load ./strings/convert.nix;
      options = load ./options.nix // load ./options/docs.nix;
      modules = load ./modules;
      types = load ./types;
      debug = load ./debug.nix;
      asserts = load ./asserts.nix;
      meta = load ./meta.nix;
      sources = load ./sources.nix;
      filesystem = load ./filesystem.nix;
      customisation = load ./customisation.nix;
      versions = load ./versions.nix;
      stringsWithDeps = load ./strings-with-deps.nix;
      # What nixpkgs has in its namespace only, so that a definition that evaluates here does so there.
      namespaced = [
        "assertEachOneOf"
        "availableOn"
        "charToInt"
        "checkAssertWarn"
        "codeName"
        "collectModules"
        "commonPrefix"
        "commonPrefixLength"
        "commonSuffixLength"
        "defaultOrderPriority"
        "defaultOverridePriority"
        "defaultPriority"
        "escapeC"
        "escapeNixIdentifier"
        "escapeNixString"
        "extendable"
        "filterOverrides'"
        "findFirstIndex"
        "floatToString"
        "importApply"
        "isConvertibleWithToString"
        "levenshtein"
        "levenshteinAtMost"
        "listFilesRecursive"
        "literalCode"
        "locateDominatingFile"
        "longestValidPathPrefix"
        "mapDefinitionValue"
        "mergeAttrDefinitionsWithPrio"
        "mkAliasAndWrapDefsWithPriority"
        "mkAliasIfDef"
        "normalizePath"
        "oldestSupportedRelease"
        "platformMatch"
        "release"
        "resolveDefaultNix"
        "revisionWithDefault"
        "sanitizeDerivationName"
        "showDefs"
        "storeDir"
        "unionOfDisjoint"
        "versionSuffix"
      ];
      everything =
        builtinFunctions
        // lists
        // builtins.removeAttrs strings [ "replicate" ]
        // attrsets
        // trivial
        // fixedPoints
        // stringsWithDeps
        // debug
        // asserts
        // meta
        // sources
        // filesystem
        // customisation
        // options
        // modules;
    in
    builtins.removeAttrs everything namespaced
    // {
      inherit
        trivial
        lists
        attrsets
        strings
        options
        modules
        types
        debug
        asserts
        meta
        sources
        filesystem
        customisation
        versions
        fixedPoints
        stringsWithDeps
        ;
      inherit (types)
        isType
        setType
        defaultTypeMerge
        defaultFunctor
        isOptionType
        mkOptionType
        ;
      # Not those of modules, which give modules.
      inherit (trivial) importJSON importTOML;
      inherit (versions) compareVersions splitVersion;
      generators = load ./generators;
      inherit (lib.generators) mkLuaInline;
      cli = load ./cli.nix;
      path = load ./path.nix;
      licenses = load ./licenses.nix;
      systems = load ./systems.nix;
      inherit (lib.systems) platforms;
      fakeHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
      fakeSha256 = lib.strings.replicate 64 "0";
      fakeSha512 = lib.strings.replicate 128 "0";
      maintainers = { };
      teams = { };
      unknownOptionHint = "";
    };
in
fixedPoints.extendable library
