# What is bound into a container of the nspawn dialect: the store, on the host base the machine's /usr and what its programs
# need of /etc, and what the definition says.
#
#   { lib } -> CONTAINER -> { all, own }: lists of { hostPath, path, options, readOnly }; `own` are the definition's
{ lib }:
cfg:
let
  own = lib.mapAttrsToList (path: bind: {
    inherit path;
    inherit (bind) options readOnly;
    hostPath = if bind.hostPath == null then path else bind.hostPath;
  }) cfg.binds;

  same = path: {
    inherit path;
    hostPath = path;
    options = [ ];
    readOnly = true;
  };
in
{
  inherit own;
  # A definition may bind the store in its own way.
  all = lib.filter (bind: !(cfg.binds ? ${bind.path})) (map same ([ "/nix/store" ] ++ cfg.hostFolders)) ++ own;
}
