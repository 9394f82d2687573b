# The prefix that `extra.addressPrefix = "auto"` stands for: by the container's name, so that it is the same at every
# evaluation. Where it is taken, the program says another one (src/container/auto-addresses.ts).
{ addressPool, addresses, ... }:
name:
let
  mod = a: b: a - a / b * b;
  number = (builtins.fromTOML "n = 0x${builtins.substring 0 8 (builtins.hashString "sha256" name)}").n;
  network = addressPool.first + mod number addressPool.count;
in
addresses.${name}
  or "${toString (network / 65536)}.${toString (mod (network / 256) 256)}.${toString (mod network 256)}"
