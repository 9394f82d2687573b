# What this machine has: its programs and packages, and how to install one more. Read lazily, a folder at a time.
{ lib }:
let
  list = folder: if builtins.pathExists folder then builtins.readDir folder else { };
  has = program: builtins.pathExists (/usr/bin + "/${program}");
in
{
  bin = list /usr/bin;
  sbin = list /usr/sbin;
  packages = list /usr/share/doc;

  # Programs that the package manager says a package has, by absolute path. Only Debian's tells in a file.
  programsOf =
    package:
    let
      file = /var/lib/dpkg/info + "/${package}.list";
      inBin = builtins.match "/(usr/)?s?bin/([^/]+)";
    in
    if builtins.pathExists file then
      map (path: lib.last (inBin path)) (lib.filter (path: inBin path != null) (lib.splitString "\n" (builtins.readFile file)))
    else
      [ ];

  # The sentence that tells how to install Debian's package `name`.
  install =
    name:
    if has "apt-get" then
      "Install it: apt install ${name}"
    else if has "dnf" then
      "Install it: dnf install ${name} (its name on Debian; yours may differ)"
    else if has "zypper" then
      "Install it: zypper install ${name} (its name on Debian; yours may differ)"
    else if has "pacman" then
      "Install it: pacman -S ${name} (its name on Debian; yours may differ)"
    else
      "Install the package that Debian calls ${name}.";
}
