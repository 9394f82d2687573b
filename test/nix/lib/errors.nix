# Expressions that end in an error, by the name under which errors.test.ts has the message.
lib:
let
  t = lib.types;
  inherit (lib) mkOption mkForce;
  config = modules: (lib.evalModules { inherit modules; }).config;
  options = o: {
    _file = "declares";
    options = o;
  };
  a = options { a = mkOption { type = t.int; }; };
  defines = file: c: {
    _file = file;
    config = c;
  };
in
{
  unknown = config [ (options { services.web.port = mkOption { default = 1; }; services.db = mkOption { default = 1; }; }) (defines "user" { services.webb.port = 2; }) ];
  unknownFar = config [ a (defines "user" { entirelyDifferent = 2; }) ];
  unknownNear = config [ (options { hostName = mkOption { default = ""; }; }) (defines "user" { hostname = "x"; }) ];
  unknownTwo = config [ (options { net.port = mkOption { default = 1; }; net.ports = mkOption { default = 1; }; }) (defines "user" { net.porst = 2; }) ];
  unknownSubmodule = config [ (options { a = mkOption { type = t.attrsOf (t.submodule { options.enable = mkOption { default = true; }; }); }; }) (defines "user" { a.x.enabel = false; }) ];
  unknownValue = config [ a (defines "user" { entirelyDifferent = { some.nested = [ 1 ]; f = x: x; text = throw "not evaluated"; missing = { }.notHere; }; }) ];
  unknownIf = config [ a (defines "user" (lib.mkIf false { entirelyDifferent = 1; })) ];
  unknownList = config [ a (defines "user" { entirelyDifferent = [ { }.notHere ]; }) ];
  unknownPackage = config [ a (defines "user" { entirelyDifferent = { outPath = { }.notHere; }; }) ];
  unknownLarge = config [ a (defines "user" { entirelyDifferent = { a = 1; b = 1; c = 1; d = 1; "e f" = 1; g = 1; }; }) ];
  unknownNothingDeclared = config [ (defines "user" { x = 1; }) ];
  unknownHint = config [ a (defines "user" { entirelyDifferent = 1; }) { _module.unknownOptionHint = "It needs another base."; } ];
  unknownHintExtended =
    let
      hinting = lib.extend (_: _: { unknownOptionHint = "It needs another base."; });
    in
    (hinting.evalModules { modules = [ { options.a = mkOption { type = hinting.types.submodule { options.entry = mkOption { default = 1; }; }; }; } (defines "user" { a.entirelyDifferent = 1; }) ]; }).config;

  undefined = config [ a ];
  undefinedNested = config [ (options { a.b."c d" = mkOption { }; }) ];
  undefinedSubmodule = config [ (options { a = mkOption { type = t.attrsOf (t.submodule { options.b = mkOption { type = t.str; }; }); }; }) { a.x = { }; } ];

  wrongType = config [ a (defines "user" { a = "text"; }) ];
  wrongTypeFile = config [ ./modules/wrong.nix ];
  wrongTypeTwo = config [ a (defines "one" { a = "x"; }) (defines "two" { a = [ 1 ]; }) (defines "three" { a = 1; }) ];
  wrongTypeList = config [ (options { a = mkOption { type = t.listOf t.int; }; }) (defines "user" { a = [ 1 "2" ]; }) ];
  wrongTypeAttrs = config [ (options { a = mkOption { type = t.attrsOf t.int; }; }) (defines "user" { a.b = "x"; }) ];
  wrongTypeEnum = config [ (options { a = mkOption { type = t.enum [ "yes" "no" ]; }; }) (defines "user" { a = "maybe"; }) ];
  wrongTypePort = config [ (options { a = mkOption { type = t.port; }; }) (defines "user" { a = 70000; }) ];
  wrongTypeNull = config [ (options { a = mkOption { type = t.nullOr (t.listOf t.str); }; }) (defines "user" { a = { }; }) ];
  wrongTypeDefault = config [ (options { a = mkOption { type = t.int; default = "x"; }; }) ];
  wrongTypeLong = config [ a (defines "user" { a = { b = 1; c = 2; d = 3; e = 4; f = 5; }; }) ];

  conflict = config [ (options { a = mkOption { type = t.str; }; }) (defines "one" { a = "x"; }) (defines "two" { a = "y"; }) ];
  conflictForce = config [ (options { a = mkOption { type = t.str; }; }) (defines "one" { a = mkForce "x"; }) (defines "two" { a = mkForce "y"; }) (defines "three" { a = "z"; }) ];
  conflictUnique = config [ (options { a = mkOption { type = t.uniq t.str; }; }) (defines "one" { a = "x"; }) (defines "two" { a = "x"; }) ];
  conflictUniqueMessage = config [ (options { a = mkOption { type = t.unique { message = "Only one, please."; } t.str; }; }) (defines "one" { a = "x"; }) (defines "two" { a = "x"; }) ];
  conflictNull = config [ (options { a = mkOption { type = t.nullOr t.int; }; }) (defines "one" { a = null; }) (defines "two" { a = 1; }) ];
  conflictAnything = config [ (options { a = mkOption { type = t.anything; }; }) (defines "one" { a = 1; }) (defines "two" { a = "1"; }) ];
  conflictUnspecified = config [ (options { a = mkOption { }; }) (defines "one" { a = 1; }) (defines "two" { a = "1"; }) ];
  conflictTag = config [ (options { a = mkOption { type = t.attrTag { x = mkOption { type = t.int; }; y = mkOption { type = t.int; }; }; }; }) (defines "one" { a.x = 1; }) (defines "two" { a.y = 1; }) ];
  readOnly = config [ (options { a = mkOption { type = t.int; default = 1; readOnly = true; }; }) (defines "user" { a = 2; }) ];
  readOnlyTwice = config [ (options { a = mkOption { type = t.int; readOnly = true; }; }) (defines "one" { a = 1; }) (defines "two" { a = 1; }) ];

  declaredTwice = config [ (options { a = mkOption { default = 1; }; }) { _file = "again"; options.a = mkOption { default = 2; }; } ];
  declaredTypes = config [ (options { a = mkOption { type = t.int; }; }) { _file = "again"; options.a = mkOption { type = t.str; }; } ];
  optionAsParent = config [ (options { a = mkOption { type = t.int; }; }) { _file = "child"; options.a.b = mkOption { }; } ];
  bareType = config [ (options { a.b = t.int; }) ];
  optionsNotASet = config [ (options { a = 1; }) ];
  configNotASet = config [ (options { a.b = mkOption { default = 1; }; }) (defines "user" { a = 1; }) ];
  mixedModule = config [ { _file = "mixed"; key = "mixed"; config = { }; a = 1; } ];
  notAModule = config [ { imports = [ 1 ]; } ];
  nestedList = config [ { _file = "lists"; imports = [ [ { } ] ]; } ];
  flakeAsModule = config [ { _file = "user"; imports = [ { _type = "flake"; } ]; } ];
  missingArgument = config [ ({ absent, ... }: { options.a = mkOption { default = absent; }; }) ];
  wrongClass = (lib.evalModules { class = "nixos"; modules = [ { _file = "darwin.nix"; _class = "darwin"; } ]; }).config;
  mkIfNotBool = config [ a (defines "user" { a = lib.mkIf "yes" 1; }) ];
  mkAssert = config [ a (lib.mkAssert false "it must hold" { a = 1; }) ];
  disabledNoKey = config [ { _file = "user"; disabledModules = [ { } ]; } ];
  removed = (config [ (options { assertions = mkOption { type = t.listOf t.unspecified; }; }) (lib.mkRemovedOptionModule [ "old" ] "Use new.") ]).old;

  attrByPath = lib.getAttrFromPath [ "a" "b" ] { };
  assertOneOf = lib.assertOneOf "colour" "red" [ "blue" "green" ];
  assertMsg = lib.assertMsg false "the message";
  checkAssertWarn = lib.asserts.checkAssertWarn [ { assertion = false; message = "one"; } { assertion = true; message = "two"; } ] [ ] 1;
  toInt = lib.toInt "abc";
  toIntOctal = lib.toInt "010";
  callPackage = lib.callPackageWith { curl = 1; } ./modules/package.nix { };
  getExe = lib.getExe' "x" "y";
  mkValueString = lib.generators.toKeyValue { } { a = [ 1 ]; };
  packageNotFound = (lib.mkPackageOption { } "hello" { }).default;
  toShellVar = lib.toShellVar "1x" "";
}
