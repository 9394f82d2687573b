# Names of platforms, as packages list them in meta.platforms.
{ lib }:
let
  cpus = [
    "x86_64"
    "aarch64"
    "i686"
    "armv6l"
    "armv7l"
    "riscv64"
    "powerpc64le"
    "s390x"
  ];
  linux = map (cpu: "${cpu}-linux") cpus;
  darwin = [
    "x86_64-darwin"
    "aarch64-darwin"
  ];
  only = prefix: builtins.filter (lib.hasPrefix prefix) (linux ++ darwin);
in
{
  flakeExposed = [
    "x86_64-linux"
    "aarch64-linux"
  ];
  doubles = {
    all = linux ++ darwin;
    inherit linux darwin;
  };
  platforms = {
    all = linux ++ darwin;
    inherit linux darwin;
    unix = linux ++ darwin;
    none = [ ];
    x86_64 = only "x86_64-";
    aarch64 = only "aarch64-";
    riscv64 = only "riscv64-";
  };
}
