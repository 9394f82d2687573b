# Options of NixOS that definitions share with whole systems, and that change nothing in a container of this base.
{ lib, ... }:
let
  accepted =
    type: default: why:
    lib.mkOption {
      inherit type default;
      example = default;
      description = "Accepted for NixOS's sake: ${why}.";
    };
  bool = accepted lib.types.bool;
  freeform = accepted (lib.types.attrsOf lib.types.anything) { };
in
{
  options = {
    documentation = freeform "manuals are the machine's";
    fonts = freeform "fonts are the machine's";
    hardware = freeform "hardware is the host's";
    powerManagement = freeform "power is the host's";
    console = freeform "the console is the terminal that is connected";
    xdg = freeform "desktops do not run in a container of this base";

    boot = {
      isContainer = bool true "a container is all that this base makes";
      loader = freeform "the host boots";
      initrd = freeform "the host boots";
      kernelModules = accepted (lib.types.listOf lib.types.str) [ ] "the kernel is the host's";
      kernelParams = accepted (lib.types.listOf lib.types.str) [ ] "the kernel is the host's";
      supportedFilesystems = accepted lib.types.anything [ ] "the kernel is the host's";
      tmp = freeform "/tmp is the container's own";
      enableContainers = bool false "a container can have containers in any case";
      postBootCommands = accepted lib.types.lines "" "use system.activationScripts";
    };

    nix = freeform "the container has no Nix daemon of its own";
  };
}
