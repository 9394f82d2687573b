# assertions and warnings: what modules found wrong in the values of options.
{ lib, ... }:
{
  options = {
    assertions = lib.mkOption {
      type = lib.types.listOf lib.types.unspecified;
      internal = true;
      default = [ ];
      example = [
        {
          assertion = false;
          message = "The port is taken.";
        }
      ];
      description = "Conditions that must hold. All that do not are told at once, by their messages.";
    };

    warnings = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      internal = true;
      default = [ ];
      example = [ "The option `foo' has no effect any more." ];
      description = "Messages that are shown during evaluation.";
    };
  };
}
