# What a dialect gives: files (path -> { text } or { link }) as one derivation, for all containers.
{ base }: files: base.pkgs.runCommand "etc" { } (import ./etc-script.nix files)
