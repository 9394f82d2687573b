# Tracing values, and tests of expressions.
{ lib }:
let
  inherit (builtins)
    deepSeq
    isAttrs
    isList
    mapAttrs
    trace
    ;
  mark = text: val: {
    __pretty = _: text;
    inherit val;
  };
  # Below the depth a set or list is only a mark.
  cut =
    depth: v:
    if isList v then
      if depth == 0 then mark "[…]" v else map (cut (depth - 1)) v
    else if isAttrs v then
      if depth == 0 then mark "{…}" v else mapAttrs (_: cut (depth - 1)) v
    else
      v;
in
rec {
  inherit (builtins) addErrorContext trace unsafeGetAttrPos;
  traceIf = condition: message: v: if condition then trace message v else v;
  traceValFn = f: v: trace (f v) v;
  traceVal = traceValFn (v: v);
  traceSeq = v: trace (deepSeq v v);
  traceSeqN = depth: v: trace (lib.generators.toPretty { allowPrettyValues = true; } (cut depth v));
  traceValSeqFn = f: v: traceValFn f (deepSeq v v);
  traceValSeq = traceValSeqFn (v: v);
  traceValSeqNFn =
    f: depth: v:
    traceSeqN depth (f v) v;
  traceValSeqN = traceValSeqNFn (v: v);
  traceFnSeqN =
    depth: name: f: v:
    let
      result = f v;
    in
    traceSeqN (depth + 1) {
      fn = name;
      from = v;
      to = result;
    } result;

  # { testNAME = { expr, expected }; } -> the tests that failed.
  runTests =
    set:
    let
      only = set.tests or [ ];
      isWanted =
        name: if only == [ ] then lib.hasPrefix "test" name else builtins.elem name only;
    in
    lib.concatLists (
      lib.mapAttrsToList (
        name: test:
        lib.optional (isWanted name && test.expr != test.expected) {
          inherit name;
          inherit (test) expected;
          result = test.expr;
        }
      ) set
    );
  testAllTrue = expr: {
    inherit expr;
    expected = map (_: true) expr;
  };
}
