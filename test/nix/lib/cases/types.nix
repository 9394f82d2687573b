# What each type takes, how it merges and how it describes itself. Each case: [ expression, expected value ].
lib:
let
  t = lib.types;
  takes = type: map type.check;
  # The value of an option of this type, one module a definition, from first to last in the order of their values.
  merge = type: values: (lib.evalModules {
    modules = [ { options.x = lib.mkOption { inherit type; }; } ] ++ lib.imap1 (i: v: { _file = "m${toString i}"; x = v; }) values;
  }).config.x;
  describe = map (type: type.description);
  fails = v: !(builtins.tryEval (builtins.deepSeq v v)).success;
  typeMerges = a: b: a.typeMerge b.functor != null;
  both = a: b: (lib.evalModules { modules = [ { options.x = lib.mkOption { type = a; }; } { options.x = lib.mkOption { type = b; }; } ]; }).options.x.type;
in
{
  bool = [ (takes t.bool [ true 1 ]) [ true false ] ];
  int = [ (takes t.int [ 1 1.5 "1" ]) [ true false false ] ];
  ints-between = [ (takes (t.ints.between 1 3) [ 0 1 3 4 "1" ]) [ false true true false false ] ];
  ints = [ [ (takes t.ints.unsigned [ 0 (-1) ]) (takes t.ints.positive [ 0 1 ]) (takes t.ints.u8 [ 255 256 (-1) ]) (takes t.ints.s8 [ 127 128 (-128) (-129) ]) (takes t.ints.s16 [ 32767 32768 ]) (takes t.ints.u32 [ 4294967295 4294967296 ]) (takes t.ints.s32 [ (-2147483648) 2147483648 ]) ] [ [ true false ] [ false true ] [ true false false ] [ true false true false ] [ true false ] [ true false ] [ true false ] ] ];
  port = [ (takes t.port [ 0 65535 65536 (-1) "80" ]) [ true true false false false ] ];
  numbers = [ [ (takes t.number [ 1 1.5 "1" ]) (takes (t.numbers.between 0 1.5) [ 1.5 1.6 ]) (takes t.numbers.positive [ 0 0.1 ]) (takes t.numbers.nonnegative [ 0 (-0.1) ]) (takes t.float [ 1.0 1 ]) ] [ [ true true false ] [ true false ] [ false true ] [ true false ] [ true false ] ] ];
  strings = [ [ (takes t.str [ "" 1 ]) (takes t.nonEmptyStr [ " " "a" "" ]) (takes t.singleLineStr [ "a\n" "a\nb" ]) (takes (t.strMatching "[a-z]+") [ "abc" "A" 1 ]) (takes (t.passwdEntry t.str) [ "ok" "a:b" "a\nb" ]) ] [ [ true false ] [ false true false ] [ true false ] [ true false false ] [ true false false ] ] ];
  paths = [ [ (takes t.path [ "/a" /a "a" 1 "" ]) (takes t.pathInStore [ "${builtins.storeDir}/d945ibfx9x185xf04b890y4f9g3cbb63-python" "${builtins.storeDir}/d945ibfx9x185xf04b890y4f9g3cbb63-python/bin" "${builtins.storeDir}/abc" builtins.storeDir "/usr" ]) (takes t.externalPath [ "/usr" "usr" /usr ]) (takes (t.pathWith { absolute = false; }) [ "a" "/a" ]) ] [ [ true true false false false ] [ true true false false false ] [ true false false ] [ true false ] ] ];
  package = [ (takes t.package [ { type = "derivation"; } "${builtins.storeDir}/d945ibfx9x185xf04b890y4f9g3cbb63-python" "/usr" { } ]) [ true true false false ] ];
  shellPackage = [ (takes t.shellPackage [ { type = "derivation"; shellPath = "/bin/sh"; } { type = "derivation"; } ]) [ true false ] ];
  enum = [ (takes (t.enum [ "a" 1 null ]) [ "a" 1 null "b" ]) [ true true true false ] ];
  nullOr = [ (takes (t.nullOr t.int) [ null 1 "a" ]) [ true true false ] ];
  either = [ (takes (t.either t.int t.str) [ 1 "a" [ ] ]) [ true true false ] ];
  oneOf = [ (takes (t.oneOf [ t.int t.str t.bool ]) [ 1 "a" true [ ] ]) [ true true true false ] ];
  coercedTo = [ (takes (t.coercedTo t.int toString t.str) [ 1 "a" [ ] ]) [ true true false ] ];
  collections = [ [ (takes (t.listOf t.int) [ [ "unchecked" ] { } ]) (takes (t.attrsOf t.int) [ { a = "unchecked"; } [ ] ]) (takes (t.nonEmptyListOf t.int) [ [ ] [ 1 ] ]) (takes (t.functionTo t.int) [ (x: x) 1 ]) ] [ [ true false ] [ true false ] [ false true ] [ true false ] ] ];
  submodule = [ (takes (t.submodule { }) [ { } (x: x) /a 1 ]) [ true true true false ] ];
  addCheck = [ (takes (t.addCheck t.int (x: x != 3)) [ 3 4 "4" ]) [ false true false ] ];
  addCheck-list = [ (takes (t.addCheck (t.listOf t.int) (l: builtins.length l == 1)) [ [ 1 ] [ ] 1 ]) [ true false false ] ];
  attrTag-check = [ (takes (t.attrTag { a = lib.mkOption { type = t.int; }; }) [ { a = 1; } { } { b = 1; } ]) [ true false false ] ];
  deferredModule-check = [ (takes t.deferredModule [ { } (x: x) "/a" 1 ]) [ true true true false ] ];

  merge-equal = [ (merge t.str [ "a" "a" ]) "a" ];
  merge-lines = [ (merge t.lines [ "a" "b" ]) "b\na" ];
  merge-commas = [ (merge t.commas [ "a" "b" ]) "b,a" ];
  merge-envVar = [ (merge t.envVar [ "a" "b" ]) "b:a" ];
  merge-separatedString = [ (merge (t.separatedString "-") [ "a" "b" ]) "b-a" ];
  merge-singleLineStr = [ (merge t.singleLineStr [ "a\n" ]) "a" ];
  merge-boolByOr = [ (merge t.boolByOr [ true false ]) true ];
  merge-listOf = [ (merge (t.listOf t.int) [ [ 1 ] [ 2 3 ] ]) [ 2 3 1 ] ];
  merge-listOf-mkIf = [ (merge (t.listOf t.int) [ [ 1 (lib.mkIf false 2) (lib.mkIf true 3) ] ]) [ 1 3 ] ];
  merge-listOf-order = [ (merge (t.listOf t.int) [ (lib.mkAfter [ 1 ]) [ 2 ] (lib.mkBefore [ 3 ]) (lib.mkOrder 1400 [ 4 ]) ]) [ 3 2 4 1 ] ];
  merge-attrsOf = [ (merge (t.attrsOf t.int) [ { a = 1; } { b = 2; c = lib.mkIf false 3; } ]) { a = 1; b = 2; } ];
  merge-attrsOf-priority = [ (merge (t.attrsOf t.int) [ { a = lib.mkDefault 1; b = 1; } { a = 2; b = lib.mkForce 3; } ]) { a = 2; b = 3; } ];
  merge-attrsOf-nested = [ (merge (t.attrsOf (t.listOf t.str)) [ { a = [ "x" ]; } { a = [ "y" ]; } ]) { a = [ "y" "x" ]; } ];
  merge-lazyAttrsOf = [ (lib.attrNames (merge (t.lazyAttrsOf t.int) [ { a = lib.mkIf false 1; b = 2; } ])) [ "a" "b" ] ];
  merge-lazyAttrsOf-lazy = [ (merge (t.lazyAttrsOf t.int) [ { a = throw "unused"; b = 2; } ]).b 2 ];
  merge-lazyAttrsOf-empty = [ (merge (t.lazyAttrsOf (t.nullOr t.int)) [ { a = lib.mkIf false 1; } ]) { a = null; } ];
  merge-attrs = [ (merge t.attrs [ { a = 1; b.c = 1; } { a = 2; b.d = 1; } ]) { a = 1; b.c = 1; } ];
  merge-anything = [ (merge t.anything [ { a.b = 1; l = [ 1 ]; f = x: x; } { a.c = 2; l = [ 1 ]; } ] // { f = null; }) { a = { b = 1; c = 2; }; l = [ 1 ]; f = null; } ];
  merge-anything-functions = [ ((merge t.anything [ (x: { a = x; }) (x: { b = x; }) ]) 1) { a = 1; b = 1; } ];
  merge-anything-priority = [ (merge t.anything [ { a = lib.mkDefault 1; } { a = 2; } ]) { a = 2; } ];
  merge-unspecified = [ [ (merge t.unspecified [ [ 1 ] [ 2 ] ]) (merge t.unspecified [ "a" "b" ]) (merge t.unspecified [ { a = 1; } { b = 2; } ]) ] [ [ 2 1 ] "ba" { a = 1; b = 2; } ] ];
  merge-nullOr = [ [ (merge (t.nullOr t.lines) [ "a" "b" ]) (merge (t.nullOr t.int) [ null null ]) (fails (merge (t.nullOr t.int) [ null 1 ])) ] [ "b\na" null true ] ];
  merge-either = [ [ (merge (t.either t.int (t.listOf t.int)) [ [ 1 ] [ 2 ] ]) (merge (t.either t.int t.str) [ 1 ]) (fails (merge (t.either t.int t.str) [ 1 "a" ])) ] [ [ 2 1 ] 1 true ] ];
  merge-coercedTo = [ (merge (t.coercedTo t.str lib.singleton (t.listOf t.str)) [ "a" [ "b" "c" ] ]) [ "b" "c" "a" ] ];
  merge-enum = [ [ (merge (t.enum [ "a" "b" ]) [ "a" "a" ]) (fails (merge (t.enum [ "a" "b" ]) [ "a" "b" ])) ] [ "a" true ] ];
  merge-uniq = [ [ (merge (t.uniq (t.listOf t.int)) [ [ 1 ] ]) (fails (merge (t.uniq (t.listOf t.int)) [ [ 1 ] [ 2 ] ])) ] [ [ 1 ] true ] ];
  merge-raw = [ [ (merge t.raw [ [ 1 ] ]) (fails (merge t.raw [ 1 1 ])) ] [ [ 1 ] true ] ];
  merge-functionTo = [ ((merge (t.functionTo (t.listOf t.str)) [ (x: [ x ]) (x: [ "${x}!" ]) ]) "a") [ "a!" "a" ] ];
  merge-functionTo-args = [ (lib.functionArgs (merge (t.functionTo t.str) [ ({ a, b ? 1 }: "") ])) { a = false; b = true; } ];
  merge-attrTag = [ (merge (t.attrTag { a = lib.mkOption { type = t.listOf t.int; }; b = lib.mkOption { type = t.str; }; }) [ { a = [ 1 ]; } { a = [ 2 ]; } ]) { a = [ 2 1 ]; } ];
  merge-attrTag-both = [ (fails (merge (t.attrTag { a = lib.mkOption { type = t.int; }; b = lib.mkOption { type = t.int; }; }) [ { a = 1; } { b = 1; } ])) true ];
  merge-attrListOf = [ (merge (t.attrListOf t.int) [ [ { a = 1; } { b = 2; } ] { c = lib.mkBefore 3; a = lib.mkForce 4; } ]) [ { c = 3; } { a = 4; } { b = 2; } ] ];
  merge-attrListWith = [ (merge (t.attrListWith { elemType = t.int; asAttrs = true; }) [ [ { a = 1; } { a = 2; } ] ]) { a = [ 1 2 ]; } ];
  merge-json = [ (merge t.json [ { a = [ 1 "x" null ]; b.c = true; } { b.d = 1.5; } ]) { a = [ 1 "x" null ]; b = { c = true; d = 1.5; }; } ];
  merge-ints = [ (fails (merge t.port [ 70000 ])) true ];
  merge-package = [ (merge t.package [ { type = "derivation"; name = "x"; } ]) { type = "derivation"; name = "x"; } ];
  empty-values = [ (map (type: merge type [ ]) [ (t.listOf t.int) (t.attrsOf t.int) (t.nullOr t.int) t.attrs (t.submodule { options.a = lib.mkOption { default = 1; }; }) ]) [ [ ] { } null { } { a = 1; } ] ];
  merge-submodule = [ (merge (t.submodule { options = { a = lib.mkOption { type = t.int; default = 1; }; b = lib.mkOption { type = t.listOf t.int; }; }; }) [ { b = [ 1 ]; } { a = 5; b = [ 2 ]; } ({ config, ... }: { b = lib.mkIf (config.a == 5) [ 3 ]; }) ]) { a = 5; b = [ 3 1 2 ]; } ];
  merge-submodule-name = [ (merge (t.attrsOf (t.submodule ({ name, ... }: { options.n = lib.mkOption { default = name; }; }))) [ { x = { }; y.n = "z"; } ]) { x.n = "x"; y.n = "z"; } ];
  merge-submodule-shorthand = [ (merge (t.submodule { options.config = lib.mkOption { type = t.int; }; }) [ { config = 1; } ]) { config = 1; } ];
  merge-submoduleWith-full = [ (merge (t.submoduleWith { modules = [ { options.a = lib.mkOption { type = t.int; }; } ]; }) [ { config.a = 1; } ]) { a = 1; } ];
  merge-submoduleWith-args = [ (merge (t.submoduleWith { modules = [ ({ extra, ... }: { options.a = lib.mkOption { default = extra; }; }) ]; specialArgs.extra = 7; }) [ { } ]) { a = 7; } ];
  merge-submodule-freeform = [ (merge (t.submodule { freeformType = t.attrsOf t.int; options.a = lib.mkOption { type = t.str; default = "x"; }; }) [ { b = 1; } { c = 2; } ]) { a = "x"; b = 1; c = 2; } ];
  merge-deferredModule = [ (lib.evalModules { modules = [ (merge t.deferredModule [ { options.a = lib.mkOption { type = t.listOf t.int; }; } { a = [ 1 ]; } ({ lib, ... }: { a = lib.mkBefore [ 0 ]; }) ]) ]; }).config { a = [ 0 1 ]; } ];
  merge-optionType = [ (merge t.optionType [ t.int ]).name "int" ];

  description-scalars = [ (describe [ t.bool t.int t.str t.path t.package t.port t.ints.positive t.lines t.raw t.anything t.float t.attrs t.nonEmptyStr t.commas t.unspecified t.boolByOr t.pathInStore t.singleLineStr (t.strMatching "a+") t.deferredModule t.optionType t.shellPackage ]) [ "boolean" "signed integer" "string" "absolute path" "package" "16 bit unsigned integer; between 0 and 65535 (both inclusive)" "positive integer, meaning >0" "strings concatenated with \"\\n\"" "raw value" "anything" "floating point number" "attribute set" "non-empty string" "strings concatenated with \",\"" "unspecified value" "boolean (merged using or)" "path in the Nix store" "(optionally newline-terminated) single-line string" "string matching the pattern a+" "module" "optionType" "package" ] ];
  description-composed = [
    (describe [ (t.listOf t.int) (t.attrsOf (t.listOf t.str)) (t.lazyAttrsOf t.int) (t.nullOr t.str) (t.nullOr (t.listOf t.str)) (t.either t.int t.str) (t.listOf (t.either t.int t.str)) (t.either t.ints.positive t.str) (t.enum [ "a" 1 true ]) (t.enum [ "a" ]) (t.enum [ ]) (t.coercedTo t.int toString t.str) (t.functionTo t.int) (t.submodule { }) (t.submodule { freeformType = t.attrsOf t.int; }) (t.uniq t.int) (t.nonEmptyListOf t.int) (t.oneOf [ t.int t.str t.bool ]) (t.passwdEntry t.str) (t.ints.between 1 2) (t.numbers.between 0 1.5) t.number (t.attrTag { a = lib.mkOption { type = t.int; }; }) (t.attrListOf t.int) t.json ])
    [ "list of signed integer" "attribute set of list of string" "lazy attribute set of signed integer" "null or string" "null or (list of string)" "signed integer or string" "list of (signed integer or string)" "positive integer, meaning >0, or string" "one of \"a\", 1, true" "value \"a\" (singular enum)" "impossible (empty enum)" "string or signed integer convertible to it" "function that evaluates to a(n) signed integer" "submodule" "open submodule of attribute set of signed integer" "signed integer" "non-empty (list of signed integer)" "signed integer or string or boolean" "string, not containing newlines or colons" "integer between 1 and 2 (both inclusive)" "integer or floating point number between 0 and 1.5 (both inclusive)" "signed integer or floating point number" "attribute-tagged union with choices: a" "attribute list of signed integer" "JSON value" ]
  ];

  typeMerge = [ [ (typeMerges t.int t.int) (typeMerges t.int t.str) (typeMerges (t.listOf t.int) (t.listOf t.int)) (typeMerges (t.listOf t.int) (t.listOf t.str)) (typeMerges (t.attrsOf t.int) (t.lazyAttrsOf t.int)) (typeMerges t.lines t.commas) (typeMerges (t.either t.int t.str) (t.either t.int t.str)) (typeMerges (t.coercedTo t.int toString t.str) (t.coercedTo t.int toString t.str)) (typeMerges (t.strMatching "a") (t.strMatching "a")) (typeMerges t.path t.path) (typeMerges t.path t.pathInStore) ] [ true false true false false false true false true true false ] ];
  typeMerge-enum = [ (both (t.enum [ "a" ]) (t.enum [ "b" ])).description "one of \"b\", \"a\"" ];
  typeMerge-submodule = [ (lib.evalModules { modules = [ { options.s = lib.mkOption { type = t.submodule { options.a = lib.mkOption { default = 1; }; }; }; } { options.s = lib.mkOption { type = t.submodule { options.b = lib.mkOption { default = 2; }; }; }; } { s = { }; } ]; }).config.s { a = 1; b = 2; } ];
  typeMerge-attrsOf-submodule = [ (lib.evalModules { modules = [ { options.s = lib.mkOption { type = t.attrsOf (t.submodule { options.a = lib.mkOption { default = 1; }; }); }; } { options.s = lib.mkOption { type = t.attrsOf (t.submodule { options.b = lib.mkOption { default = 2; }; }); }; } { s.x = { }; } ]; }).config.s.x { a = 1; b = 2; } ];
  mergeTypes = [ [ (t.mergeTypes (t.enum [ 1 ]) (t.enum [ 2 ])).description (t.mergeTypes t.int t.str)._type ] [ "one of 1, 2" "merge-error" ] ];
  getSubOptions = [ (lib.attrNames ((t.attrsOf (t.submodule { options.a = lib.mkOption { }; })).getSubOptions [ "x" ])) [ "_module" "a" ] ];
  getSubOptions-loc = [ ((t.attrsOf (t.listOf (t.submodule { options.a = lib.mkOption { }; }))).getSubOptions [ "x" ]).a.loc [ "x" "<name>" "*" "a" ] ];
  nestedTypes = [ (t.attrsOf t.int).nestedTypes.elemType.name "int" ];
  names = [ (map (type: type.name) [ (t.attrsOf t.int) (t.lazyAttrsOf t.int) (t.listOf t.int) (t.submodule { }) t.port t.path (t.strMatching "a") t.lines ]) [ "attrsOf" "lazyAttrsOf" "listOf" "submodule" "unsignedInt16" "path" "strMatching \"a\"" "separatedString" ] ];
  own-type = [ (merge (lib.mkOptionType { name = "sum"; check = builtins.isInt; merge = _: defs: lib.foldl' (a: d: a + d.value) 0 defs; }) [ 1 2 3 ]) 6 ];
}
