# Functions on any value, numbers, booleans; warnings; function arguments.
{ lib }:
let
  inherit (builtins)
    elem
    foldl'
    getEnv
    isFunction
    trace
    ;

  esc = builtins.fromJSON ''"\u001b"'';

  # NIX_ABORT_ON_WARN, as in nixpkgs: a warning ends the evaluation.
  abortOnWarn = elem (getEnv "NIX_ABORT_ON_WARN") [
    "1"
    "true"
    "yes"
  ];
in
rec {
  inherit (builtins)
    add
    bitAnd
    bitOr
    bitXor
    ceil
    deepSeq
    floor
    fromJSON
    genericClosure
    isBool
    isFloat
    isInt
    lessThan
    pathExists
    readFile
    seq
    sub
    ;

  release = "26.11";
  codeName = "host";
  versionSuffix = "";
  version = release + versionSuffix;
  nixpkgsVersion = version;
  oldestSupportedRelease = 2605;
  oldestSupportedReleaseIsAtLeast = r: r <= oldestSupportedRelease;
  isInOldestRelease = oldestSupportedReleaseIsAtLeast;
  revisionWithDefault = default: default;

  id = x: x;
  const = x: _: x;
  pipe = foldl' (x: f: f x);
  concat = a: b: a ++ b;
  flip =
    f: a: b:
    f b a;
  "or" = a: b: a || b;
  and = a: b: a && b;
  xor = a: b: a != b;
  bitNot = sub (-1);
  mul = builtins.mul;
  div = builtins.div;
  boolToString = b: if b then "true" else "false";
  boolToYesNo = b: if b then "yes" else "no";
  mergeAttrs = a: b: a // b;
  defaultTo = default: x: if x == null then default else x;
  mapNullable = f: x: if x == null then x else f x;
  min = a: b: if a < b then a else b;
  max = a: b: if a > b then a else b;
  mod = a: b: a - b * (a / b);
  compare =
    a: b:
    if a < b then
      -1
    else if a > b then
      1
    else
      0;
  splitByAndCompare =
    p: yes: no: a: b:
    if p a then
      if p b then yes a b else -1
    else if p b then
      1
    else
      no a b;

  inNixShell = getEnv "IN_NIX_SHELL" != "";
  inPureEvalMode = !builtins ? currentSystem;

  importJSON = path: builtins.fromJSON (builtins.readFile path);
  importTOML = path: builtins.fromTOML (builtins.readFile path);

  warn =
    builtins.warn or (
      message: value:
      assert builtins.isString message || throw "warn: the message is not a string";
      let
        shown = trace "${esc}[1;35mevaluation warning: ${message}${esc}[0m";
      in
      if abortOnWarn then shown (abort "NIX_ABORT_ON_WARN is set: ${message}") else shown value
    );
  warnIf = condition: message: if condition then warn message else id;
  warnIfNot = condition: message: if condition then id else warn message;
  info = message: trace "INFO: ${message}";
  showWarnings = warnings: value: builtins.foldl' (x: w: warn w x) value (lib.reverseList warnings);
  throwIf = condition: message: if condition then throw message else id;
  throwIfNot = condition: throwIf (!condition);

  checkListOfEnum =
    message: valid: given:
    let
      unexpected = lib.subtractLists valid given;
    in
    throwIf (unexpected != [ ])
      "${message}: ${lib.concatStringsSep ", " (map toString unexpected)} unexpected; valid ones: ${lib.concatStringsSep ", " (map toString valid)}";

  isFunction = f: builtins.isFunction f || (f ? __functor && isFunction (f.__functor f));
  functionArgs = f: if f ? __functor then f.__functionArgs or (functionArgs (f.__functor f)) else builtins.functionArgs f;
  setFunctionArgs = f: args: {
    __functor = _: f;
    __functionArgs = args;
  };
  mirrorFunctionArgs = f: if functionArgs f == { } then id else g: setFunctionArgs g (functionArgs f);
  toFunction = v: if isFunction v then v else _: v;

  fromHexString =
    s:
    if builtins.match "(0x)?[0-7]?[0-9A-Fa-f]{1,15}" s == null then
      throw "${builtins.toJSON s} is not a hexadecimal number of at most 63 bits"
    else
      (builtins.fromTOML "v=0x${lib.removePrefix "0x" s}").v;
  toHexString =
    n:
    lib.concatMapStrings (
      d: if d < 10 then toString d else builtins.substring (d - 10) 1 "ABCDEF"
    ) (toBaseDigits 16 n);
  toBaseDigits =
    base: n:
    let
      digits = i: if i < base then [ i ] else digits (i / base) ++ [ (mod i base) ];
    in
    assert builtins.isInt base && base >= 2 && builtins.isInt n && n >= 0;
    digits n;
}
