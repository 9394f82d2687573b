# system.build.toplevel: the whole system as one derivation.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  arg = lib.escapeShellArg;
  # Units are many: entries of environment.etc for them would be a third of the evaluation.
  units = lib.mapAttrsToList (name: file: {
    target = "systemd/system/${name}";
    mode = "symlink";
    text = file.text or null;
    source = file.link or null;
  }) config.system.build.systemdUnits;
  files = units ++ config.system.build.etcFiles;
  targetOf = entry: lib.removePrefix "/" entry.target;

  # The folder of units is linked as a whole.
  isUnit = entry: lib.hasPrefix "systemd/system/" entry.target;
  isCopied = entry: entry.mode != "symlink" && entry.mode != "direct-symlink";
  isDirect = entry: entry.mode == "direct-symlink";
  linked = map targetOf (lib.filter (entry: entry.mode == "symlink" && !isUnit entry) files) ++ [ "systemd/system" ];
  direct = lib.filter isDirect files;
  copied = lib.filter isCopied files;

  array = name: words: "${name}=(${lib.escapeShellArgs words})\n";

  data =
    array "etcTargets" (linked ++ map targetOf (direct ++ copied))
    + array "etcCopies" (
      lib.concatMap (entry: [
        (targetOf entry)
        entry.mode
        entry.user
        entry.group
      ]) copied
    )
    + config.system.build.userData;

  activate =
    data
    + "activationScripts() {\n:\n${config.system.build.activationScripts}\n}\n"
    + builtins.readFile ./activate-users.sh
    + builtins.readFile ./activate.sh;

  # One shell command for each file would be most of the build's time: links of a folder that keep their name are one.
  folderOf = entry: dirOf "etc/${targetOf entry}";
  placed = lib.filter (entry: !isDirect entry) files;
  texts = lib.filter (entry: entry.text != null) placed;
  sources = lib.filter (entry: entry.text == null) placed;
  keepsName = entry: baseNameOf "${entry.source}" == baseNameOf entry.target;
  grouped = lib.groupBy folderOf (lib.filter (entry: keepsName entry && !isCopied entry) sources);

  etc =
    "mkdir -p etc/systemd/system ${lib.escapeShellArgs (lib.unique (map folderOf placed))}\n"
    + lib.concatMapStrings (entry: "printf %s ${arg entry.text} >${arg "etc/${targetOf entry}"}\n") texts
    + lib.concatStrings (
      lib.mapAttrsToList (
        folder: entries: "ln -s ${lib.escapeShellArgs (map (entry: "${entry.source}") entries)} ${arg folder}/\n"
      ) grouped
    )
    + lib.concatMapStrings (
      entry:
      "${if isCopied entry then "cp -r" else "ln -s"} ${arg "${entry.source}"} ${arg "etc/${targetOf entry}"}\n"
    ) (lib.filter (entry: !(keepsName entry) || isCopied entry) sources);

  # What `activate` copies into /etc.
  linksByFolder = lib.groupBy (target: dirOf "links/${target}") linked;
  links =
    "mkdir -p ${lib.escapeShellArgs (lib.attrNames linksByFolder ++ map (entry: dirOf "links/${targetOf entry}") direct)}\n"
    + lib.concatStrings (
      lib.mapAttrsToList (
        folder: targets: "ln -s ${lib.escapeShellArgs (map (target: "/etc/static/${target}") targets)} ${arg folder}/\n"
      ) linksByFolder
    )
    + lib.concatMapStrings (entry: "ln -s ${arg "${entry.source}"} ${arg "links/${targetOf entry}"}\n") direct;

  script = name: text: ''
    { echo '#!/usr/bin/bash'; echo "systemConfig=$out"; printf %s ${arg text}; } >${name}
    chmod 555 ${name}
  '';
in
{
  config.system.build.toplevel = pkgs.hostBuild {
    name = "host-system-${config.system.name}-${config.system.nixos.label}";
    env.extraDependencies = lib.concatMapStringsSep " " toString config.system.extraDependencies;
    script = ''
      mkdir -p $out/bin $out/sw
      cd $out
      ${etc}
      ${links}
      (
        out=$out/sw
        ${pkgs.hostUnion config.environment.pathsToLink (
          lib.filter (package: !(package.isHostPackage or false)) (
            config.environment.systemPackages ++ config.environment.defaultPackages
          )
        )}
        ${config.environment.extraSetup}
      )
      ${script "activate" activate}
      ${script "init" (builtins.readFile ./init.sh)}
      ${script "bin/switch-to-configuration" (builtins.readFile ./switch-to-configuration.sh)}
      printf %s ${arg pkgs.system} >system
      printf %s "$extraDependencies" >extra-dependencies
    '';
  };
}
