# A package of this machine as a package of nixpkgs looks: an attribute set that stands for a folder with `bin/PROGRAM`.
#
#   hostPackage { name; program ? name; apt ? name; programs ? null; } -> attribute set
#
# The folder is /usr. Programs that are in /usr/sbin alone would not be in its `bin`, so a package that has such
# programs stands for a folder of links in the store. `programs` names all of them where one package has both kinds.
# Errors: throws where the machine lacks `program`, and says what to install.
{
  lib,
  machine,
  build,
}:
{
  name,
  program ? name,
  apt ? name,
  programs ? null,
}:
let
  folderOf =
    it:
    if machine.bin ? ${it} then
      "/usr/bin"
    else if machine.sbin ? ${it} then
      "/usr/sbin"
    else
      null;

  all = lib.unique (
    [ program ] ++ lib.optionals (programs != null) (lib.filter (it: folderOf it != null) (programs ++ machine.programsOf apt))
  );

  links = build {
    inherit name;
    script = ''
      mkdir -p $out/bin
      ln -s ${lib.escapeShellArgs (map (it: "${folderOf it}/${it}") all)} $out/bin
      ln -s bin $out/sbin
    '';
  };

  fixed =
    what:
    throw "pkgs.${name}.${what}: pkgs.${name} is this machine's own program and cannot be built anew. That needs nixpkgs: give one with --nixpkgs-path or NIX_PATH.";

  self = {
    type = "derivation";
    inherit name;
    pname = name;
    version = "";
    outPath = if programs == null && machine.bin ? ${program} then "/usr" else links.outPath;
    outputName = "out";
    outputs = [ "out" ];
    out = self;
    bin = self;
    dev = self;
    lib = self;
    man = self;
    passthru = { };
    meta.mainProgram = program;
    isHostPackage = true;
    # Absolute paths of the programs, for trees of links.
    programPaths = map (it: "${folderOf it}/${it}") all;
    override = fixed "override";
    overrideAttrs = fixed "overrideAttrs";
    shellPath = "/bin/${program}";
  };
in
if folderOf program != null then
  self
else
  throw "pkgs.${name}: this machine has no program '${program}'. ${machine.install apt}"
