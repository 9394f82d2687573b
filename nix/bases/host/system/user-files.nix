# From users.* to what activate.sh reads: bash arrays with a fixed number of words for each user and group.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.users;
  ids = import ./base-ids.nix;

  users = lib.filter (user: user.enable) (lib.attrValues cfg.users);
  # Of the groups that every system has, options are evaluated for those alone that something names.
  groups =
    lib.attrValues cfg.groups
    ++ map (name: {
      inherit name;
      gid = ids.groups.${name} or null;
    }) (lib.filter (name: !(cfg.groups ? ${name})) baseGroups);
  baseGroups = lib.attrNames ids.groups ++ ids.floating.groups ++ lib.attrNames ids.floating.groupPaths;
  shell = it: if lib.isAttrs it then "${it}${it.shellPath}" else toString it;
  orEmpty = it: if it == null then "" else toString it;

  # kind:value. What is declared wins over what a new user gets.
  password =
    user:
    let
      file = if user.hashedPasswordFile != null then user.hashedPasswordFile else user.passwordFile;
    in
    if file != null then
      "file:${file}"
    else if user.hashedPassword != null then
      "hashed:${user.hashedPassword}"
    else if user.password != null then
      "plain:${user.password}"
    else if user.initialHashedPassword != null then
      "initial-hashed:${user.initialHashedPassword}"
    else if user.initialPassword != null then
      "initial-plain:${user.initialPassword}"
    else
      "";

  userWords = user: [
    user.name
    (orEmpty user.uid)
    (if user.isNormalUser then "normal" else "system")
    user.group
    user.home
    (shell user.shell)
    user.description
    (password user)
    (orEmpty user.expires)
  ];

  membersOf =
    name:
    lib.unique (
      (cfg.groups.${name}.members or [ ])
      ++ map (user: user.name) (lib.filter (user: lib.elem name user.extraGroups) users)
    );

  groupWords = group: [
    group.name
    (orEmpty group.gid)
    (lib.concatStringsSep "," (membersOf group.name))
  ];

  array = name: words: "${name}=(${lib.escapeShellArgs words})\n";

  unknown = lib.unique (
    lib.concatMap (
      user:
      map (group: "${user.name}: ${group}") (
        lib.filter (group: !(lib.any (it: it.name == group) groups)) (
          user.extraGroups ++ lib.optional (user.group != "") user.group
        )
      )
    ) users
  );

  twice =
    list: id:
    lib.filterAttrs (_: names: lib.length names > 1) (
      lib.mapAttrs (_: map (it: it.name)) (lib.groupBy (it: toString it.${id}) (lib.filter (it: it.${id} != null) list))
    );
  clash = lib.concatStringsSep "; " (
    lib.mapAttrsToList (id: names: "${id}: ${toString names}") (twice users "uid" // twice groups "gid")
  );
in
{
  config = {
    users.users = lib.genAttrs (lib.attrNames ids.users) (_: { }) // lib.genAttrs ids.floating.users (name: { group = lib.mkDefault name; });
    users.groups = lib.genAttrs ([ "root" "users" "wheel" ] ++ ids.floating.users) (_: { });

    assertions = [
      {
        assertion = unknown == [ ];
        message = "These users are in groups that are not declared: ${lib.concatStringsSep "; " unknown}. Declare each: users.groups.NAME = { };";
      }
      {
        assertion = !cfg.enforceIdUniqueness || clash == "";
        message = "Several users or groups have the same number: ${clash}. Give each its own uid or gid, or leave it out.";
      }
    ]
    ++ map (user: {
      assertion = user.group != "";
      message = "users.users.${user.name}.group is not set. Set it: users.users.${user.name}.group = \"${user.name}\"; users.groups.${user.name} = { };";
    }) users
    ++ lib.concatLists (
      lib.mapAttrsToList (name: user: [
        {
          assertion =
            !user.enable || ids.users ? ${name} || lib.elem name ids.floating.users || user.isNormalUser != user.isSystemUser;
          message = "Exactly one of users.users.${name}.isNormalUser and users.users.${name}.isSystemUser must be set.";
        }
      ]) cfg.users
    );

    systemd.tmpfiles.rules =
      map (user: "d ${builtins.toJSON user.home} ${user.homeMode} ${user.name} ${user.group}") (
        lib.filter (user: user.createHome) users
      )
      ++ map (user: "f /var/lib/systemd/linger/${user.name}") (lib.filter (user: user.linger) users);

    system.build.userData =
      "mutableUsers=${if cfg.mutableUsers then "1" else ""}\n"
      + array "users" (lib.concatMap userWords users)
      + array "groups" (lib.concatMap groupWords groups)
      + array "groupPaths" (
        lib.concatLists (
          lib.mapAttrsToList (name: path: [
            name
            path
          ]) ids.floating.groupPaths
        )
      );

    environment.etc =
      lib.listToAttrs (
        map (
          user:
          lib.nameValuePair "profiles/per-user/${user.name}" {
            source = pkgs.buildEnv {
              name = "user-environment";
              paths = user.packages;
              inherit (config.environment) pathsToLink;
            };
          }
        ) (lib.filter (user: user.packages != [ ]) users)
      )
      // lib.optionalAttrs (cfg.motd != null) { motd.text = cfg.motd; };
  };
}
