{ lib, ... }:
{
  options.fromFile = lib.mkOption {
    type = lib.types.listOf lib.types.str;
    default = [ ];
  };
}
