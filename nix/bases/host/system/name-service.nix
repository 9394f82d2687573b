# /etc/nsswitch.conf and what else libc reads.
{ config, lib, ... }:
let
  list =
    description: example:
    lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
      inherit description example;
    };
  module = name: builtins.pathExists "/usr/lib/${config.system.build.multiarch}/libnss_${name}.so.2";
  optional = name: lib.optional (module name) name;
  line = database: sources: "${database}: ${toString sources}\n";
in
{
  options.system.nssModules = lib.mkOption {
    type = lib.types.listOf lib.types.path;
    default = [ ];
    example = [ ];
    description = "Accepted for NixOS's sake: name service modules are the machine's.";
  };

  options.system.nssDatabases = {
    passwd = list "Sources of users after the files." [ "ldap" ];
    group = list "Sources of groups after the files." [ "ldap" ];
    shadow = list "Sources of passwords after the files." [ "ldap" ];
    hosts = list "Sources of host names before DNS." [ "mymachines" ];
    services = list "Sources of service names after the files." [ "ldap" ];
  };

  config.environment.etc."nsswitch.conf".text =
    let
      db = config.system.nssDatabases;
    in
    line "passwd" ([ "files" ] ++ db.passwd ++ optional "systemd")
    + line "group" ([ "files" ] ++ db.group ++ optional "systemd")
    + line "shadow" ([ "files" ] ++ db.shadow)
    + line "gshadow" [ "files" ]
    + line "hosts" (
      [ "files" ]
      ++ db.hosts
      ++ lib.optional config.services.resolved.enable "resolve [!UNAVAIL=return]"
      ++ [ "dns" ]
      ++ optional "myhostname"
    )
    + line "networks" [ "files" ]
    + line "protocols" [ "files" ]
    + line "services" ([ "files" ] ++ db.services)
    + line "ethers" [ "files" ]
    + line "rpc" [ "files" ];

  config.system.build.multiarch =
    lib.findFirst (folder: builtins.pathExists "/usr/lib/${folder}/libc.so.6") "." [
      "x86_64-linux-gnu"
      "aarch64-linux-gnu"
    ];
}
