# The text of a container's NAME.nspawn, see systemd.nspawn(5).
#
# start.sh repeats the mounts as flags, which win: only when it starts is known what can be mapped to the container's users.
{ lib }:
cfg:
let
  inherit (import ./binds.nix { inherit lib; } cfg) all;
  inherit (cfg.network) veth;

  escape = path: lib.replaceStrings [ "\\" ":" "%" ] [ "\\\\" "\\:" "%%" ] path;
  bind =
    { hostPath, path, options, readOnly }:
    "${if readOnly then "BindReadOnly" else "Bind"}=${
      lib.concatStringsSep ":" (
        map escape [
          hostPath
          path
        ]
        ++ lib.optional (options != [ ]) (lib.concatStringsSep "," options)
      )
    }\n";
in
''
  [Exec]
  Boot=false
  Ephemeral=true
  Parameters=${cfg.path}/init
  ProcessTwo=false
  KillSignal=SIGRTMIN+3
  NotifyReady=true
  PrivateUsers=pick
  LinkJournal=no
  Timezone=off
  ${lib.optionalString veth.enable "Environment=PRIVATE_NETWORK=1\n"}
  [Files]
  PrivateUsersOwnership=chown
  ${lib.concatMapStrings bind all}
  [Network]
  Private=true
  VirtualEthernet=${lib.boolToString veth.enable}
  ${lib.optionalString (veth.zone != null) "Zone=${veth.zone}\n"}''
