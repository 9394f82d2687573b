# The builder of every derivation of this base: a static busybox, copied into the store.
#
# The copy keeps a base name that starts with "busybox": by any other name it looks for an applet of that name.
{ lib, machine }:
let
  folder = if machine.bin ? busybox then /usr/bin else /bin;
  dynamic =
    builtins.pathExists /var/lib/dpkg/info/busybox.list && !builtins.pathExists /var/lib/dpkg/info/busybox-static.list;
  store = builtins.path {
    path = folder;
    name = "busybox";
    filter = path: _: baseNameOf path == "busybox";
  };
in
if machine.bin ? busybox && !dynamic then
  "${store}/busybox"
else
  throw (
    (
      if dynamic then
        "This machine's busybox needs shared libraries, which a build in Nix's sandbox does not see."
      else
        "The host base builds with a static busybox, and this machine has none."
    )
    + " ${machine.install "busybox-static"}"
  )
