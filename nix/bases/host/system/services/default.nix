# Services that containers configure.
{
  imports = [
    ./dbus.nix
    ./getty.nix
    ./openssh.nix
  ];
}
