# The module system. Each case: [ expression, expected value ].
lib:
let
  t = lib.types;
  inherit (lib) mkOption mkIf mkMerge mkForce mkDefault;
  evaluate = modules: lib.evalModules { inherit modules; };
  config = modules: (evaluate modules).config;
  int = mkOption { type = t.int; };
  list = mkOption { type = t.listOf t.str; default = [ ]; };
  str = mkOption { type = t.str; };
  options = o: { options = o; };
  names = map baseNameOf;
in
{
  define = [ (config [ (options { a = int; }) { a = 1; } ]) { a = 1; } ];
  nested = [ (config [ (options { a.b.c = int; a.d = str; }) { a.b.c = 1; } { a.d = "x"; } ]) { a = { b.c = 1; d = "x"; }; } ];
  explicit-config = [ (config [ { options.a = int; config.a = 1; } ]) { a = 1; } ];
  function-module = [ (config [ ({ config, lib, ... }: { options.a = lib.mkOption { default = 1; }; options.b = lib.mkOption { default = config.a + 1; }; }) ]) { a = 1; b = 2; } ];
  defaults = [ (config [ (options { a = mkOption { default = 1; }; }) ]) { a = 1; } ];
  override-order = [ (config [ (options { a = list; }) { a = [ "first" ]; } { a = [ "second" ]; } ]) { a = [ "second" "first" ]; } ];
  imports-order = [ (config [ { imports = [ { a = [ "imported" ]; } ]; options.a = list; config.a = [ "importer" ]; } ]) { a = [ "imported" "importer" ]; } ];

  mkIf = [ (config [ (options { a = int; b = mkOption { default = false; }; }) ({ config, ... }: mkIf config.b { a = 2; }) ({ config, ... }: { config = mkIf (!config.b) { a = 3; }; }) ]) { a = 3; b = false; } ];
  mkIf-nested = [ (config [ (options { a.b = list; }) { a = mkIf true { b = mkMerge [ (mkIf false [ "no" ]) (mkIf true [ "yes" ]) ]; }; } ]) { a.b = [ "yes" ]; } ];
  mkMerge = [ (config [ (options { a = list; b = int; }) { config = mkMerge [ { a = [ "x" ]; } { a = [ "y" ]; b = 1; } ]; } ]) { a = [ "x" "y" ]; b = 1; } ];
  mkForce = [ (config [ (options { a = int; }) { a = 1; } { a = mkForce 2; } ]) { a = 2; } ];
  mkDefault = [ (config [ (options { a = mkOption { default = 0; }; }) { a = mkDefault 1; } ]) { a = 1; } ];
  mkDefault-loses = [ (config [ (options { a = int; }) { a = mkDefault 1; } { a = 2; } ]) { a = 2; } ];
  priorities = [ (map (o: (o 1).priority) [ lib.mkOptionDefault mkDefault lib.mkImageMediaOverride mkForce lib.mkVMOverride (lib.mkOverride 7) ]) [ 1500 1000 60 50 10 7 ] ];
  mkForce-set = [ (config [ (options { a.b = int; a.c = int; }) { a = mkForce { b = 1; c = 1; }; } { a.b = 2; } ]) { a = { b = 1; c = 1; }; } ];
  mkForce-list-empties = [ (config [ (options { a = list; }) { a = [ "x" ]; } { a = mkForce [ ]; } ]) { a = [ ]; } ];
  mkOrder = [ (config [ (options { a = mkOption { type = t.lines; }; }) { a = lib.mkAfter "end"; } { a = "middle"; } { a = lib.mkBefore "start"; } ]) { a = "start\nmiddle\nend"; } ];
  mkForce-with-order = [ (config [ (options { a = list; }) { a = mkForce (lib.mkAfter [ "z" ]); } { a = mkForce [ "a" ]; } { a = [ "lost" ]; } ]) { a = [ "a" "z" ]; } ];
  mkAssert = [ (config [ (options { a = int; }) (lib.mkAssert true "never" { a = 1; }) ]) { a = 1; } ];
  mkDefinition = [ (evaluate [ (options { a = int; }) { a = lib.mkDefinition { file = "elsewhere"; value = 1; }; } ]).options.a.files [ "elsewhere" ] ];
  mkDerivedConfig = [ (evaluate [ (options { a = int; b = int; }) ({ options, ... }: { a = mkForce 1; b = lib.mkDerivedConfig options.a (x: x + 1); }) ]).options.b.highestPrio 50 ];
  mkAliasDefinitions = [ (config [ (options { a = list; b = list; }) ({ options, ... }: { a = [ "x" ]; b = lib.mkAliasDefinitions options.a; }) ]) { a = [ "x" ]; b = [ "x" ]; } ];

  import-path = [ (config [ ../modules/define.nix ]) { fromFile = [ "define" ]; } ];
  import-string = [ (config [ "${toString ../modules}/define.nix" ]) { fromFile = [ "define" ]; } ];
  import-twice = [ (config [ ../modules/define.nix ../modules/define.nix { imports = [ ../modules/define.nix ]; } ]) { fromFile = [ "define" ]; } ];
  import-key = [ (config [ { key = "k"; options.a = list; config.a = [ "x" ]; } { imports = [ { key = "k"; options.a = list; config.a = [ "x" ]; } ]; } ]) { a = [ "x" ]; } ];
  importApply = [ (config [ (lib.modules.importApply ../modules/apply.nix "word") ]) { fromFile = [ "word" ]; } ];
  require = [ (config [ { require = [ ../modules/declare.nix ]; fromFile = [ "r" ]; } ]) { fromFile = [ "r" ]; } ];
  disabledModules-path = [ (config [ ../modules/declare.nix ../modules/define.nix { disabledModules = [ ../modules/define.nix ]; } ]) { fromFile = [ ]; } ];
  disabledModules-relative = [ (lib.evalModules { modules = [ ../modules/declare.nix ../modules/define.nix { disabledModules = [ "define.nix" ]; } ]; specialArgs.modulesPath = toString ../modules; }).config { fromFile = [ ]; } ];
  disabledModules-key = [ (config [ ../modules/declare.nix { key = "k"; fromFile = [ "k" ]; } { disabledModules = [ { key = "k"; } ]; } ]) { fromFile = [ ]; } ];
  disabledModules-imports = [ (config [ (options { a = list; }) { key = "k"; imports = [ { a = [ "inner" ]; } ]; } { disabledModules = [ { key = "k"; } ]; } ]) { a = [ ]; } ];

  specialArgs = [ (lib.evalModules { modules = [ ({ which, ... }: { imports = [ which ]; }) ]; specialArgs.which = ../modules/define.nix; }).config { fromFile = [ "define" ]; } ];
  module-args = [ (config [ { _module.args.n = 4; } ({ n, ... }: { options.a = int; config.a = n; }) ]) { a = 4; } ];
  module-args-default = [ (config [ ({ lib, absent ? 9, ... }@args: { options.a = int; config.a = if args ? absent then 1 else absent; }) { _module.args.absent = 1; } ]) { a = 1; } ];
  args-argument = [ (lib.evalModules { modules = [ ({ n, ... }: { options.a = int; config.a = n; }) ]; specialArgs.n = 5; }).config { a = 5; } ];
  check-off = [ (config [ (options { a = int; }) { a = 1; b = 2; _module.check = false; } ]) { a = 1; } ];
  freeform = [ (config [ { freeformType = t.attrsOf t.int; options.a = str; } { a = "x"; b = 1; } { c = 2; } ]) { a = "x"; b = 1; c = 2; } ];
  freeform-nested = [ (config [ { freeformType = t.lazyAttrsOf (t.attrsOf t.int); options.a.b = str; } { a.b = "x"; a.c = 1; d.e = 2; } ]) { a = { b = "x"; c = 1; }; d.e = 2; } ];
  freeform-priority = [ (config [ { freeformType = t.attrsOf t.int; } { a = mkDefault 1; } { a = 2; } ]) { a = 2; } ];
  freeform-option = [ (config [ { _module.freeformType = t.attrsOf t.int; } { a = 1; } ]) { a = 1; } ];
  meta = [ (config [ { options.meta = mkOption { type = t.attrs; }; config = { }; meta.x = 1; } ]) { meta.x = 1; } ];
  class = [ (lib.evalModules { class = "nixos"; modules = [ { _class = "nixos"; options.a = int; config.a = 1; } ]; }).config { a = 1; } ];
  result-class = [ (lib.evalModules { class = "x"; modules = [ ]; }).class "x" ];
  extendModules = [ ((evaluate [ (options { a = list; }) { a = [ "x" ]; } ]).extendModules { modules = [ { a = [ "y" ]; } ]; }).config { a = [ "y" "x" ]; } ];
  result-type = [ (config [ (options { sub = mkOption { inherit (evaluate [ (options { a = int; }) ]) type; }; }) { sub.a = 1; } ]) { sub.a = 1; } ];
  prefix = [ (lib.evalModules { prefix = [ "p" ]; modules = [ (options { a = int; }) ]; }).options.a.loc [ "p" "a" ] ];
  laziness = [ (config [ (options { a = int; b = int; }) { a = 1; b = throw "unused"; } ]).a 1 ];
  result-module = [ (evaluate [ { _module.args.x = 1; } ])._module.args.x 1 ];

  option-value = [ (evaluate [ (options { a = int; }) { a = 1; } ]).options.a.value 1 ];
  option-isDefined = [ (map (m: (evaluate [ (options { a = int; }) m ]).options.a.isDefined) [ { } { a = 1; } { a = mkIf false 1; } ]) [ false true false ] ];
  option-highestPrio = [ (map (m: (evaluate [ (options { a = mkOption { default = 1; }; }) m ]).options.a.highestPrio) [ { } { a = 1; } { a = mkForce 1; } { a = mkDefault 1; } ]) [ 1500 100 50 1000 ] ];
  option-files = [ (evaluate [ (options { a = list; }) { _file = "x"; a = [ "x" ]; } { _file = "y"; a = [ "y" ]; } ]).options.a.files [ "y" "x" ] ];
  option-definitions = [ (evaluate [ (options { a = list; }) { _file = "x"; a = [ "x" ]; } { a = mkIf false [ ]; } ]).options.a.definitions [ [ "x" ] ] ];
  option-definitionsWithLocations = [ (evaluate [ (options { a = list; }) { _file = "x"; a = [ "x" ]; } ]).options.a.definitionsWithLocations [ { file = "x"; value = [ "x" ]; } ] ];
  option-declarations = [ (names (evaluate [ ../modules/define.nix ]).options.fromFile.declarations) [ "declare.nix" ] ];
  option-declarationPositions = [ (map (p: p.line) (evaluate [ ../modules/define.nix ]).options.fromFile.declarationPositions) [ 3 ] ];
  option-loc = [ (evaluate [ (options { a.b = int; }) ]).options.a.b.loc [ "a" "b" ] ];
  option-toString = [ "${(evaluate [ (options { a."b c" = int; }) ]).options.a."b c"}" "a.\"b c\"" ];
  option-type = [ (evaluate [ (options { a = int; b = mkOption { }; }) ]).options.b.type.name "unspecified" ];
  option-file-of-path = [ (names (evaluate [ ../modules/define.nix ]).options.fromFile.files) [ "define.nix" ] ];
  setDefaultModuleLocation = [ (evaluate [ (options { a = int; }) (lib.setDefaultModuleLocation "here" { a = 1; }) ]).options.a.files [ "here" ] ];
  apply = [ (config [ (options { a = mkOption { type = t.int; apply = x: x * 2; }; }) { a = 2; } ]) { a = 4; } ];
  readOnly = [ (config [ (options { a = mkOption { default = 1; readOnly = true; }; }) ]) { a = 1; } ];
  mergeAttrDefinitionsWithPrio = [ (lib.modules.mergeAttrDefinitionsWithPrio (evaluate [ (options { a = mkOption { type = t.attrsOf t.int; }; }) { a = { x = mkForce 1; y = mkDefault 2; }; } ]).options.a) { x = { value = 1; highestPrio = 50; }; y = { value = 2; highestPrio = 1000; }; } ];

  declare-twice = [ (config [ (options { a = mkOption { default = 1; }; }) (options { a = mkOption { description = "later"; }; }) ]) { a = 1; } ];
  declare-into-submodule = [ (config [ (options { a = mkOption { type = t.submodule { }; default = { }; }; }) (options { a.b = mkOption { default = 1; }; }) ]) { a.b = 1; } ];
  submodule-declarations = [ (evaluate [ { _file = "decl"; options.a = mkOption { type = t.submodule { options.b = mkOption { default = 1; }; }; }; } ]).options.a.declarations [ "decl" ] ];
  submodule-files = [ ((t.submodule { options.b = int; }).merge [ "a" ] [ { file = "f"; value.b = 1; } ]) { b = 1; } ];

  mkRenamedOptionModule = [ (config [ (options { new.a = int; warnings = list; }) (lib.mkRenamedOptionModule [ "old" ] [ "new" "a" ]) { _file = "user"; old = 1; } ] // { old = null; }) { new.a = 1; old = null; warnings = [ "The option `old' defined in `user' has been renamed to `new.a'." ]; } ];
  mkRenamedOptionModule-unused = [ (config [ (options { new = mkOption { default = 5; }; warnings = list; }) (lib.mkRenamedOptionModule [ "old" ] [ "new" ]) ] // { old = null; }) { new = 5; old = null; warnings = [ ]; } ];
  mkRenamedOptionModule-priority = [ (config [ (options { new = int; }) (lib.mkRenamedOptionModule [ "old" ] [ "new" ]) { old = mkForce 1; new = 2; } ]).new 1 ];
  mkAliasOptionModule = [ (config [ (options { new = int; }) (lib.mkAliasOptionModule [ "old" ] [ "new" ]) { old = 1; } ]) { new = 1; old = 1; } ];
  mkRemovedOptionModule = [ (config [ (options { assertions = mkOption { type = t.listOf t.unspecified; }; }) (lib.mkRemovedOptionModule [ "old" "x" ] "Use new.") { _file = "user"; old.x = 1; } ]).assertions [ { assertion = false; message = "The option definition `old.x' in `user' no longer has any effect; please remove it.\nUse new.\n"; } ] ];
  mkRemovedOptionModule-unused = [ (map (a: a.assertion) (config [ (options { assertions = mkOption { type = t.listOf t.unspecified; }; }) (lib.mkRemovedOptionModule [ "old" ] "Use new.") ]).assertions) [ true ] ];
  mkChangedOptionModule = [ (config [ (options { new = str; warnings = list; }) (lib.mkChangedOptionModule [ "old" ] [ "new" ] (c: toString c.old)) { _file = "user"; old = 12; } ]) { new = "12"; old = 12; warnings = [ "The option `old' defined in `user' has been changed to `new' that has a different type. Please read `new' documentation and update your configuration accordingly." ]; } ];
  mkMergedOptionModule = [ (config [ (options { new = str; warnings = list; }) (lib.mkMergedOptionModule [ [ "a" ] [ "b" ] ] [ "new" ] (c: "${c.a}")) { a = "x"; } ]).new "x" ];
  doRename-condition = [ (config [ (options { new = mkOption { default = 5; }; }) (lib.doRename { from = [ "old" ]; to = [ "new" ]; visible = false; warn = false; use = x: x; condition = false; }) { old = 1; } ]).new 5 ];

  mkEnableOption = [ (removeAttrs (lib.mkEnableOption "foo") [ "type" ]) { _type = "option"; default = false; example = true; description = "Whether to enable foo."; } ];
  mkPackageOption = [ (removeAttrs (lib.mkPackageOption { hello = "h"; } "hello" { example = [ "a" "b" ]; }) [ "type" ]) { _type = "option"; default = "h"; defaultText = { _type = "literalExpression"; text = "pkgs.hello"; }; description = "The hello package to use."; example = { _type = "literalExpression"; text = "pkgs.a.b"; }; } ];
  mkPackageOption-null = [ (removeAttrs (lib.mkPackageOption { } "hello" { default = null; nullable = true; extraDescription = "More."; }) [ "type" ]) { _type = "option"; default = null; description = "The hello package to use. More."; } ];
  literals = [ [ (lib.literalExpression "x") (lib.literalMD "y") ] [ { _type = "literalExpression"; text = "x"; } { _type = "literalMD"; text = "y"; } ] ];
  mkSinkUndeclaredOptions = [ (config [ (options { a = lib.mkSinkUndeclaredOptions { }; b = mkOption { default = 1; }; }) { a = { anything = 1; }; } { a = 2; } ]).b 1 ];
  showOption = [ (map lib.showOption [ [ "a" "b" ] [ "a" "b.c" ] [ "a" "<name>" "*" ] [ ] ]) [ "a.b" "a.\"b.c\"" "a.<name>.*" "" ] ];
  showFiles = [ (lib.showFiles [ "a" "b" ]) "`a' and `b'" ];
  showDefs = [ (lib.options.showDefs [ { file = "f"; value = 1; } { file = "g"; value = { a = 1; b = 2; c = 3; d = 4; }; } { file = "h"; value = throw "x"; } ]) "\n- In `f': 1\n- In `g':\n    {\n      a = 1;\n      b = 2;\n      c = 3;\n      d = 4;\n    ...\n- In `h'" ];
  docs = [
    (lib.filter (o: !lib.elem "_module" o.loc) (lib.optionAttrSetToDocList (removeAttrs (evaluate [ { _file = "decl"; options.a = mkOption { type = t.attrsOf (t.submodule { options.b = mkOption { type = t.int; default = 1; description = "B."; }; }); description = "A."; example = { x = { }; }; }; options.hidden = mkOption { visible = false; internal = true; readOnly = true; default = null; }; } ]).options [ "_module" ])))
    [
      { declarations = [ "decl" ]; description = "A."; example = { _type = "literalExpression"; text = "{\n  x = { };\n}"; }; internal = false; loc = [ "a" ]; name = "a"; readOnly = false; type = "attribute set of (submodule)"; visible = true; }
      { declarations = [ "decl" ]; default = { _type = "literalExpression"; text = "1"; }; description = "B."; internal = false; loc = [ "a" "<name>" "b" ]; name = "a.<name>.b"; readOnly = false; type = "signed integer"; visible = true; }
      { declarations = [ "decl" ]; default = { _type = "literalExpression"; text = "null"; }; description = null; internal = true; loc = [ "hidden" ]; name = "hidden"; readOnly = true; type = "unspecified value"; visible = false; }
    ]
  ];
}
