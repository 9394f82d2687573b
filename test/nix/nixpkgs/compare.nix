# One definition by the nixpkgs base and as a whole NixOS host: { NAME = [ ours theirs ]; }, each { unit, scripts, conf, system }.
{
  root,
  nixpkgs,
  name,
}:
let
  lib = import (nixpkgs + "/lib");
  definition = (import ./definitions.nix { inherit nixpkgs lib; }).${name}.value;

  ours = import (root + "/nix/eval-config.nix") {
    inherit definition nixpkgs;
    facts = builtins.toJSON {
      base = "nixpkgs";
      system = "x86_64-linux";
    };
  };
  theirs = import (nixpkgs + "/nixos/lib/eval-config.nix") {
    system = "x86_64-linux";
    modules = [
      definition
      { system.stateVersion = lib.mkDefault lib.trivial.release; }
    ];
  };

  scripts = config: container: {
    inherit (config.systemd.services."container@${container}")
      preStart
      script
      postStart
      preStop
      ;
  };
  # These have no system here.
  systemOf =
    evaluated: container:
    if name == "path" || name == "flake" then
      null
    else
      evaluated.config.containers.${container}.config.system.build.toplevel.drvPath;
in
builtins.mapAttrs (container: _: [
  {
    unit = ours.files."etc/systemd/system/container@${container}.service".text;
    scripts = scripts ours.config container;
    conf = ours.files."etc/nixos-containers/${container}.conf".text;
    system = systemOf ours container;
  }
  {
    unit = theirs.config.systemd.units."container@${container}.service".text;
    scripts = scripts theirs.config container;
    conf =
      (theirs.config.environment.etc."nixos-containers/${container}.conf"
        or theirs.config.environment.etc."containers/${container}.conf"
      ).text;
    system = systemOf theirs container;
  }
]) theirs.config.containers
