# Texts as systemd reads them in units, where it expands % everywhere, and $ in commands.
{ lib }:
rec {
  # For settings that take quoted words.
  word = text: lib.replaceStrings [ "%" ] [ "%%" ] (builtins.toJSON text);
  # For Exec...=
  argument = text: lib.replaceStrings [ "$" ] [ "$$" ] (word text);
}
