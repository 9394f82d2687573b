# Assertions with messages.
{ lib }:
let
  pretty = lib.generators.toPretty { };
in
rec {
  assertMsg = condition: message: condition || throw message;
  assertOneOf =
    name: value: valid:
    assertMsg (builtins.elem value valid) "${name} must be one of ${pretty valid}, but is: ${pretty value}";
  assertEachOneOf =
    name: values: valid:
    assertMsg (builtins.all (
      v: builtins.elem v valid
    ) values) "each element in ${name} must be one of ${pretty valid}, but is: ${pretty values}";
  # value, once all of [ { assertion, message } ] hold and the warnings are shown.
  checkAssertWarn =
    assertions: warnings: value:
    let
      failed = builtins.filter (x: !x.assertion) assertions;
    in
    if failed != [ ] then
      throw "\nFailed assertions:\n${lib.concatMapStringsSep "\n" (x: "- ${x.message}") failed}"
    else
      lib.showWarnings warnings value;
}
