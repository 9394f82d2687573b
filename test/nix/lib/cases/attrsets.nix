# Each case: [ expression, expected value ].
lib: {
  attrByPath = [ [ (lib.attrByPath [ "a" "b" ] 6 { a.b = 3; }) (lib.attrByPath [ "z" ] 6 { }) (lib.attrByPath [ ] 6 { a = 1; }) ] [ 3 6 { a = 1; } ] ];
  hasAttrByPath = [ [ (lib.hasAttrByPath [ "a" "b" ] { a.b = 3; }) (lib.hasAttrByPath [ "a" "c" ] { a.b = 3; }) (lib.hasAttrByPath [ "a" "c" ] { a = 3; }) ] [ true false false ] ];
  longestValidPathPrefix = [ (lib.attrsets.longestValidPathPrefix [ "x" "y" "z" ] { x.y = 3; }) [ "x" "y" ] ];
  setAttrByPath = [ (lib.setAttrByPath [ "a" "b" ] 3) { a.b = 3; } ];
  getAttrFromPath = [ (lib.getAttrFromPath [ "a" "b" ] { a.b = 3; }) 3 ];
  attrVals = [ (lib.attrVals [ "a" "c" ] { a = 1; b = 2; c = 3; }) [ 1 3 ] ];
  getAttrs = [ (lib.getAttrs [ "a" ] { a = 1; b = 2; }) { a = 1; } ];
  filterAttrs = [ (lib.filterAttrs (n: v: n == "foo" || v == 2) { foo = 1; bar = 2; baz = 3; }) { foo = 1; bar = 2; } ];
  filterAttrsRecursive = [ (lib.filterAttrsRecursive (_: v: v != null) { foo = { bar = null; baz = 1; }; x = null; }) { foo.baz = 1; } ];
  foldlAttrs = [ (lib.foldlAttrs (acc: n: v: "${acc}${n}${v}") "." { b = "2"; a = "1"; }) ".a1b2" ];
  foldAttrs = [ (lib.foldAttrs (n: a: [ n ] ++ a) [ ] [ { a = 2; b = 7; } { a = 3; c = 6; } ]) { a = [ 2 3 ]; b = [ 7 ]; c = [ 6 ]; } ];
  collect = [ (lib.collect builtins.isList { a.b = [ 1 ]; c = [ 2 ]; }) [ [ 1 ] [ 2 ] ] ];
  mapAttrs' = [ (lib.mapAttrs' (n: v: lib.nameValuePair "foo_${n}" "bar-${v}") { x = "a"; }) { foo_x = "bar-a"; } ];
  mapAttrsToList = [ (lib.mapAttrsToList (n: v: "${n}=${v}") { x = "a"; y = "b"; }) [ "x=a" "y=b" ] ];
  attrsToList = [ (lib.attrsToList { foo = 1; }) [ { name = "foo"; value = 1; } ] ];
  concatMapAttrs = [ (lib.concatMapAttrs (n: v: { ${n} = v; ${n + v} = v; }) { x = "a"; }) { x = "a"; xa = "a"; } ];
  mapAttrsRecursive = [ (lib.mapAttrsRecursive (p: v: lib.concatStringsSep "-" (p ++ [ v ])) { n.a = "A"; m = "B"; }) { n.a = "n-a-A"; m = "m-B"; } ];
  mapAttrsRecursiveCond = [ (lib.mapAttrsRecursiveCond (as: !(as ? stop)) (p: _: lib.last p) { n.a = 1; m = { stop = true; }; }) { n.a = "a"; m = "m"; } ];
  mapAttrsToListRecursive = [ (lib.mapAttrsToListRecursive (p: v: "${lib.concatStringsSep "." p}=${v}") { n.a = "A"; m = "B"; }) [ "m=B" "n.a=A" ] ];
  genAttrs = [ (lib.genAttrs [ "foo" "bar" ] (n: "x_${n}")) { foo = "x_foo"; bar = "x_bar"; } ];
  isDerivation = [ [ (lib.isDerivation { type = "derivation"; }) (lib.isDerivation { }) ] [ true false ] ];
  optionalAttrs = [ [ (lib.optionalAttrs true { a = 1; }) (lib.optionalAttrs false { a = 1; }) ] [ { a = 1; } { } ] ];
  zipAttrs = [ (lib.zipAttrs [ { a = "x"; } { a = "y"; b = "z"; } ]) { a = [ "x" "y" ]; b = [ "z" ]; } ];
  zipAttrsWithNames = [ (lib.zipAttrsWithNames [ "a" ] (n: vs: "${n}${toString vs}") [ { a = "x"; } { a = "y"; b = "z"; } ]) { a = "ax y"; } ];
  mergeAttrsList = [ (lib.mergeAttrsList [ { a = 0; b = 1; } { c = 2; } { a = 3; } ]) { a = 3; b = 1; c = 2; } ];
  mergeAttrsList-empty = [ (lib.mergeAttrsList [ ]) { } ];
  recursiveUpdate = [ (lib.recursiveUpdate { a = { x = 1; y = 2; }; b = 1; } { a.x = 9; a.z = [ ]; b = { q = 1; }; }) { a = { x = 9; y = 2; z = [ ]; }; b.q = 1; } ];
  recursiveUpdateUntil = [ (lib.recursiveUpdateUntil (p: _: _: p == [ "foo" ]) { foo.bar = 1; foo.baz = 2; bar = 3; } { foo.bar = 1; foo.quz = 2; baz = 4; }) { foo.bar = 1; foo.quz = 2; bar = 3; baz = 4; } ];
  matchAttrs = [ [ (lib.matchAttrs { cpu.bits = 64; } { cpu = { bits = 64; name = "x"; }; }) (lib.matchAttrs { cpu.bits = 32; } { cpu.bits = 64; }) (lib.matchAttrs { a = 1; } { }) ] [ true false false ] ];
  overrideExisting = [ (lib.overrideExisting { a = 1; } { a = 2; b = 3; }) { a = 2; } ];
  unionOfDisjoint = [ (lib.attrsets.unionOfDisjoint { a = 1; } { b = 2; }) { a = 1; b = 2; } ];
  updateManyAttrsByPath = [ (lib.updateManyAttrsByPath [ { path = [ "a" "b" ]; update = old: { d = old.c; }; } { path = [ "a" "b" "c" ]; update = old: old + 1; } { path = [ "x" "y" ]; update = _: "xy"; } ] { a.b.c = 0; }) { a.b.d = 1; x.y = "xy"; } ];
  showAttrPath = [ [ (lib.showAttrPath [ "foo" "10" "bar" ]) (lib.showAttrPath [ ]) ] [ "foo.\"10\".bar" "<root attribute path>" ] ];
  outputs = [ [ (lib.getBin { bin = "b"; out = "o"; }) (lib.getLib { out = "o"; }) (lib.getDev "plain") (lib.getOutput "x" { outputSpecified = true; x = 1; }) (lib.getInclude { dev = "d"; }) ] [ "b" "o" "plain" { outputSpecified = true; x = 1; } "d" ] ];
  recurseIntoAttrs = [ (lib.recurseIntoAttrs { a = 1; }) { a = 1; recurseForDerivations = true; } ];
  mapCartesianProduct = [ (lib.mapCartesianProduct ({ a, b }: "${a}${b}") { a = [ "1" "2" ]; b = [ "3" ]; }) [ "13" "23" ] ];
}
