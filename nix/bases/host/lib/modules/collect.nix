# From a list of modules in any notation (path, function, attribute set) to the list of all modules that take part: imports
# followed, duplicates by key dropped, disabledModules left out.
{ lib }:
let
  inherit (builtins)
    addErrorContext
    attrNames
    concatMap
    filter
    genericClosure
    head
    isAttrs
    isList
    isString
    mapAttrs
    removeAttrs
    substring
    typeOf
    ;
  inherit (lib) functionArgs imap1 isFunction;
  inherit (lib.modules) mkMerge;
  inherit (lib.options) showDefs showOption unknownModule;
  inherit (lib.strings) escapeNixString isConvertibleWithToString;

  metaNames = [
    "_class"
    "_file"
    "key"
    "disabledModules"
    "imports"
  ];
  longNames = metaNames ++ [
    "options"
    "config"
    "meta"
    "freeformType"
  ];
  shortNames = metaNames ++ [
    "require"
    "freeformType"
  ];

  notAModule =
    file: prefix: m:
    throw (
      "Expected a module, but found a value of type ${escapeNixString m._type}"
      + (if file == null || file == unknownModule then "" else ", while trying to load a module into ${toString file}")
      + (if prefix == [ ] then "" else ", while trying to load a module into ${showOption prefix}")
      + ".\n\nEach item of `imports' and of `modules' must be a module: a path, a function or an attribute set of options and definitions."
      + (
        if m._type == "configuration" then
          "\nA configuration is the result of evaluating modules: import the modules that it was made from instead."
        else if m._type == "flake" then
          "\nA flake holds modules under names, such as `.nixosModules.default': select one of them."
        else
          ""
      )
    );

  load =
    args: file: key: m:
    if isFunction m then
      unifyModuleSyntax file key (applyModuleArgs key m args)
    else if isAttrs m then
      if m._type or "module" == "module" then
        unifyModuleSyntax file key m
      else if m._type == "if" || m._type == "override" then
        load args file key { config = m; }
      else
        notAModule file args._prefix m
    else if isList m then
      throw "Module imports can't be nested lists. Perhaps you meant to remove one level of lists? Definitions: ${
        showDefs [
          {
            inherit file;
            value = m;
          }
        ]
      }"
    else
      let
        path = toString m;
      in
      unifyModuleSyntax path path (applyModuleArgsIfFunction path (import m) args);

  checkClass =
    class: m:
    if class == null || m._class == null || m._class == class then
      m
    else
      throw "The module `${m._file}` (class: ${escapeNixString m._class}) cannot be imported into a module evaluation that expects class ${escapeNixString class}.";

  applyModuleArgs =
    key: f: args:
    let
      named = mapAttrs (
        name: _:
        addErrorContext "while evaluating the module argument `${name}' in \"${key}\":" (
          args.${name} or (addErrorContext
            "noting that argument `${name}` is not externally provided, so querying `_module.args` instead, requiring `config`"
            args.config._module.args.${name}
          )
        )
      ) (functionArgs f);
    in
    f (args // named);

  applyModuleArgsIfFunction =
    key: f: args:
    if isFunction f then applyModuleArgs key f args else f;

  # Any notation of a set -> { _file, _class, key, disabledModules, imports, options, config }.
  unifyModuleSyntax =
    file: key: m:
    let
      isLong = m ? config || m ? options;
      unsupported = attrNames (removeAttrs m longNames);
      extra =
        (if m ? meta && isLong then [ { inherit (m) meta; } ] else [ ])
        ++ (if m ? freeformType then [ { _module.freeformType = m.freeformType; } ] else [ ]);
      withExtra = config: if extra == [ ] then config else mkMerge ([ config ] ++ extra);
    in
    if !isAttrs m then
      throw "module ${file} (${key}) does not look like a module."
    else if isLong && unsupported != [ ] then
      throw "Module `${key}' has an unsupported attribute `${head unsupported}'. This is caused by introducing a top-level `config' or `options' attribute. Add configuration attributes immediately on the top level instead, or move all of them (namely: ${toString unsupported}) into the explicit `config' attribute."
    else
      {
        _file = toString m._file or file;
        _class = m._class or null;
        key = toString m.key or key;
        disabledModules = m.disabledModules or [ ];
        imports = if isLong then m.imports or [ ] else m.require or [ ] ++ m.imports or [ ];
        options = m.options or { };
        config = withExtra (if isLong then m.config or { } else removeAttrs m shortNames);
      };

  keyOfDisabled =
    modulesPath: file: m:
    if isString m then
      if substring 0 1 m == "/" then m else toString modulesPath + "/" + m
    else if isConvertibleWithToString m then
      if m ? key && m.key != toString m then
        throw "Module `${file}` contains a disabledModules item that is an attribute set that can be converted to a string (${toString m}) but also has a `.key` attribute (${m.key}) with a different value. This makes it ambiguous which module should be disabled."
      else
        toString m
    else if m ? key then
      m.key
    else if isAttrs m then
      throw "Module `${file}` contains a disabledModules item that is an attribute set without a `key` attribute, so that the module to disable is not known. Give a path, a string relative to modulesPath, or a set with a `key`."
    else
      throw "Each disabledModules item must be a path, string, or a attribute set with a key attribute, or a value supported by toString. However, one of the disabledModules items in `${toString file}` is none of that, but is of type ${typeOf m}.";

  # The tree of imports: { key, module, nodes }.
  nodesOf =
    class: args: file: key: modules:
    imap1 (
      n: m:
      let
        module = checkClass class (load args file "${key}:anon-${toString n}" m);
      in
      {
        inherit (module) key;
        inherit module;
        nodes = if module.imports == [ ] then [ ] else nodesOf class args module._file module.key module.imports;
      }
    ) modules;

  disabledIn = concatMap (
    node:
    map (disabled: {
      file = node.module._file;
      inherit disabled;
    }) node.module.disabledModules
    ++ disabledIn node.nodes
  );
in
{
  inherit applyModuleArgsIfFunction unifyModuleSyntax;

  # Modules in the order in which they were met, breadth first.
  collectModules =
    class: modulesPath: modules: args:
    let
      top = nodesOf class args unknownModule "" modules;
      disabled = builtins.listToAttrs (
        map (d: {
          name = keyOfDisabled modulesPath d.file d.disabled;
          value = null;
        }) (disabledIn top)
      );
      enabled = if disabled == { } then nodes: nodes else filter (node: !disabled ? ${node.key});
    in
    map (node: node.module) (genericClosure {
      startSet = enabled top;
      operator = node: enabled node.nodes;
    });

  # m with `file` as the place of its definitions, where it does not say one itself.
  setDefaultModuleLocation = file: m: {
    _file = file;
    imports = [ m ];
  };
  # The module in a file that takes one argument before the module's own.
  importApply = path: arg: lib.setDefaultModuleLocation path (import path arg);
}
