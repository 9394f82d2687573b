# Parts of version strings.
{ lib }:
rec {
  inherit (builtins) compareVersions splitVersion;
  major = v: builtins.elemAt (splitVersion v) 0;
  minor = v: builtins.elemAt (splitVersion v) 1;
  patch = v: builtins.elemAt (splitVersion v) 2;
  majorMinor = v: builtins.concatStringsSep "." (lib.take 2 (splitVersion v));
  # pad 3 "1.2-rc1" == "1.2.0-rc1"
  pad =
    n: v:
    let
      numbers = builtins.head (lib.splitString "-" v);
      zeros = builtins.genList (_: "0") n;
    in
    builtins.concatStringsSep "." (lib.take n (splitVersion numbers ++ zeros))
    + lib.removePrefix numbers v;
}
