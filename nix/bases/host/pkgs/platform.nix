# What stdenv.hostPlatform says of a system such as "x86_64-linux".
{ lib, system }:
let
  cpu = lib.head (lib.splitString "-" system);
in
{
  inherit system;
  config = "${cpu}-unknown-linux-gnu";
  isLinux = true;
  isDarwin = false;
  isx86 = lib.elem cpu [ "x86_64" "i686" ];
  isx86_64 = cpu == "x86_64";
  isi686 = cpu == "i686";
  isAarch64 = cpu == "aarch64";
  is64bit = lib.elem cpu [ "x86_64" "aarch64" "riscv64" "powerpc64le" ];
  is32bit = cpu == "i686";
  parsed.cpu.name = cpu;
  linuxArch = if cpu == "aarch64" then "arm64" else cpu;
}
