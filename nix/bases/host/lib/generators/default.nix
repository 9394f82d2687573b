# Text in configuration formats from values.
{ lib }:
let
  load = file: import file { inherit lib; };
in
load ./key-value.nix
// load ./pretty.nix
// load ./lua.nix
// load ./plist.nix
// {
  toJSON = { }: builtins.toJSON;
  # JSON is YAML.
  toYAML = { }: builtins.toJSON;
}
