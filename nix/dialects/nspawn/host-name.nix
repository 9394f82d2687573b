# The name that a container of the nspawn dialect has for itself: host names have no underscores.
{ lib }: name: lib.removeSuffix "-" (lib.substring 0 63 (lib.replaceStrings [ "_" ] [ "-" ] name))
