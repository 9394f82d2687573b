# Gives the path of a nixpkgs back. Errors: throws where it is none, is too old, or needs a newer Nix.
nixpkgs:
let
  oldest = "20.09";
  shown = toString nixpkgs;
  remedy = "Write a path of nixpkgs: ./nixpkgs, <nixpkgs> or fetchTarball \"URL\".";
  has = file: builtins.pathExists (nixpkgs + file);
  read = file: builtins.head (builtins.match "[ \n]*([0-9.]*).*" (builtins.readFile (nixpkgs + file)));

  release =
    if has "/.version" then
      read "/.version"
    else if has "/lib/.version" then
      read "/lib/.version"
    else
      oldest;

  # What nixpkgs itself would say takes a page.
  needed =
    if has "/lib/minver.nix" then
      [ "Nix ${import (nixpkgs + "/lib/minver.nix")} or newer" ]
    else if has "/lib/minfeatures.nix" then
      map (feature: feature.description) (import (nixpkgs + "/lib/minfeatures.nix")).missing
    else
      [ ];
  fits =
    if has "/lib/minver.nix" then
      builtins.compareVersions builtins.nixVersion (import (nixpkgs + "/lib/minver.nix")) >= 0
    else
      needed == [ ];
in
if !(builtins.isPath nixpkgs || builtins.isString nixpkgs || nixpkgs ? outPath) then
  throw "--nixpkgs-path is a ${builtins.typeOf nixpkgs}, and no path. ${remedy}"
else if builtins.substring 0 1 shown != "/" then
  throw "--nixpkgs-path is the text '${shown}', and no path. ${remedy}"
else if !has "/nixos/lib/eval-config.nix" || !has "/lib/default.nix" then
  throw "${shown} is no nixpkgs: it has no ${if has "/lib/default.nix" then "nixos/lib/eval-config.nix" else "lib/default.nix"}. Give the folder of nixpkgs with --nixpkgs-path, or choose this machine's own OS with --base host."
else if builtins.compareVersions release oldest < 0 then
  throw "${shown} is nixpkgs ${release}, and ${oldest} is the oldest that works. Give a newer one with --nixpkgs-path."
else if !fits then
  throw "${shown} is nixpkgs ${release}, which does not work with this Nix, ${builtins.nixVersion}. It needs: ${builtins.concatStringsSep ", " needed}. Install a newer Nix, or give an older nixpkgs with --nixpkgs-path."
else
  nixpkgs
