# The dialect of NixOS's `containers.NAME`, with our `extra.*`: from host-side modules to the etc that is installed.
# Options for the host other than these are accepted and never evaluated: a definition may be a host's configuration.
{
  base,
  facts,
  modules,
}:
let
  inherit (base) lib;
  inherit (evaluated) config options;
  inherit (evaluated._module.args) pkgs;

  systemd = import ../systemd (
    {
      inherit lib;
      pkgs.writeShellScriptBin = name: text: pkgs.writeShellScriptBin name (base.relocate text);
      defaultPath = base.defaultPath config pkgs;
    }
    // lib.optionalAttrs (base ? searchPath) { inherit (base) searchPath; }
  );
  near = import ./near.nix { inherit lib; };
  withLimits = import ./limits.nix {
    inherit lib pkgs;
    inherit (base) shell tools;
  };
  needsOf = import ./needs.nix { inherit facts lib; };
  nspawn = import ./nspawn { inherit base facts pkgs; };

  hostModule = {
    options.systemd.services = lib.mkOption {
      type = systemd.types.services;
      default = { };
      example = lib.literalExpression ''{ "container@demo".serviceConfig.MemoryMax = "1G"; }'';
      description = "Services of the host. Those of containers count, named `container@NAME`.";
    };

    options.environment.etc = lib.mkOption {
      type = lib.types.lazyAttrsOf etcFile;
      default = { };
      example = lib.literalExpression ''{ "nixos-containers/demo.conf".text = "..."; }'';
      description = "Files in the host's /etc. The conf files of containers count.";
    };
  };

  etcFile = lib.types.submodule (
    { name, config, ... }:
    {
      options = {
        text = lib.mkOption {
          type = lib.types.lines;
          example = "hello";
          description = "Text of the file.";
        };
        source = lib.mkOption {
          type = lib.types.unspecified;
          default = pkgs.writeText "etc-${lib.replaceStrings [ "/" ] [ "-" ] name}" config.text;
          example = "/etc/hostname";
          description = "The file that has the text.";
        };
      };
    }
  );

  # What the command line says about all containers of the definition.
  commandLine.options.containers = lib.mkOption {
    type = lib.types.attrsOf (
      lib.types.submodule {
        _file = "the command line";
        config.extra = facts.extra;
      }
    );
  };

  # Our modules use functions that an older nixpkgs does not have.
  own =
    module: args:
    (if builtins.isFunction module then module else import module) (args // { inherit lib; });
  named = file: module: {
    # As a path it would be copied to the store.
    _file = toString file;
    imports = [ ({ config, options, ... }@args: own module args) ];
  };

  evaluated = base.evalModules {
    modules = lib.optionals (!base.wholeHost) [
      hostModule
      base.swallow
    ]
    ++ [
      base.containersModule
      (named ./extra.nix (import ./extra.nix { inherit facts pkgs; }))
      (named ./extra/lab.nix (import ./extra/lab.nix { inherit facts; }))
      (named ./extra/here.nix ./extra/here.nix)
      (named ./instance.nix (import ./instance.nix { inherit facts; }))
      (named ../network/forwarding.nix (
        import ../network/forwarding.nix {
          inherit pkgs;
          inherit (base) shell tools forwardsPorts;
        }
      ))
      (named ./extra/limits.nix ./extra/limits.nix)
      (named ./extra/sockets.nix (import ./extra/sockets.nix { inherit pkgs; }))
      (named ../credentials (
        import ../credentials {
          inherit facts pkgs;
          inherit (base) shell;
        }
      ))
      (named ../publish (
        import ../publish {
          inherit facts pkgs;
          inherit (base) shell tools;
        }
      ))
      (named ../store-paths (
        import ../store-paths {
          inherit pkgs;
          inherit (base) tools;
        }
      ))
      commandLine
      (named ./nspawn nspawn.module)
    ]
    ++ lib.toList modules;
  };

  # What looks like a mistyped `containers` would otherwise be taken for another option of the host.
  mistyped = lib.optionals (!base.wholeHost) (
    lib.filter (name: name != "containers") (near.close "containers" (lib.attrNames config))
  );

  validName =
    name:
    lib.stringLength name <= 64
    && builtins.match "[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?" name != null;

  fault = base.fault options;

  others = nspawn.parts config;
  twice = lib.attrNames (lib.intersectAttrs config.containers others);
  misnamed = lib.filter (name: !validName name) (lib.attrNames (config.containers // others));

  declared =
    if fault != null then
      throw fault
    else if mistyped != [ ] then
      throw "The definition sets '${lib.head mistyped}', which is no option. Did you mean 'containers'?"
    else if config.containers == { } && others == { } then
      throw "The definition has no containers. Define one: { containers.NAME.config = { }; }"
    else if twice != [ ] then
      throw "The container '${lib.head twice}' is defined in two ways: in containers, and in virtualisation.nspawn.containers (nixos-nspawn). Give one of them another name."
    else if misnamed != [ ] then
      throw "The container name ${builtins.toJSON (lib.head misnamed)} is not valid. A name has 1 to 64 letters, digits, '-' or '_', and begins and ends with a letter or digit."
    else
      {
        inherit (config) containers;
        inherit others;
      };
  inherit (declared) containers;
  all = containers // declared.others;

  unitsOf =
    containers:
    if base.wholeHost then
      lib.mapAttrs' (
        name: _:
        let
          unit = "container@${name}.service";
        in
        lib.nameValuePair "container@${facts.renamed name}.service" (unitDefaults // config.systemd.units.${unit})
      ) containers
    else
      systemd.render.units {
        services = lib.mapAttrs' (
          name: _:
          lib.nameValuePair "container@${facts.renamed name}" (withLimits config.systemd.services."container@${name}")
        ) containers;
      };

  # What units of older releases do not have.
  unitDefaults = {
    overrideStrategy = "asDropinIfExists";
    upheldBy = [ ];
    aliases = [ ];
  };

  confs = lib.mapAttrs' (
    name: _:
    let
      conf = "${facts.confDirectory}/${facts.renamed name}.conf";
      inherit (config.environment) etc;
      # Where the base has it: NixOS moved it in 22.05.
      place = lib.findFirst (place: etc ? ${place}) "${facts.confDirectory}/${name}.conf" [
        "nixos-containers/${name}.conf"
        "containers/${name}.conf"
      ];
    in
    lib.nameValuePair "etc/${conf}" { inherit (etc.${place}) text; }
  );

  needs = lib.mapAttrs' (
    name: cfg:
    lib.nameValuePair "etc/extra-container/${facts.renamed name}.json" {
      text = builtins.toJSON (needsOf name cfg config.systemd.services."container@${name}");
    }
  );

  # Of other kinds, which say themselves what they install.
  ofOthers = lib.concatMapAttrs (
    name: part:
    let
      renamed = facts.renamed name;
    in
    {
      "etc/${facts.confDirectory}/${renamed}.conf".text = part.conf;
      "etc/extra-container/${renamed}.json".text = builtins.toJSON (
        {
          definedAs = name;
          links = lib.attrNames part.files;
          limits = import ./controllers.nix { inherit lib; } config.systemd.services."container@${name}";
        }
        // part.needs
      );
    }
    // lib.mapAttrs' (path: file: lib.nameValuePair "etc/${path}" file) part.files
  );

  relocated = file: if file ? text then file // { text = base.relocate file.text; } else file;
  # Read by ../network/forwarding.sh when the container starts. Not in its unit: a lab that grows restarts nothing.
  peers =
    containers:
    lib.mapAttrs' (
      name: cfg:
      lib.nameValuePair "etc/extra-container/${facts.renamed name}.peers" {
        text = lib.concatMapStrings (address: "${address}\n") cfg.extra.peers;
      }
    ) (lib.filterAttrs (_: cfg: cfg.extra.peers != [ ]) containers);

  # Of those that `select` leaves of a set of containers.
  filesOf =
    select:
    let
      kept = select containers;
      others = select declared.others;
    in
    confs kept
    // needs kept
    // ofOthers others
    // peers kept
    // lib.mapAttrs' (name: file: lib.nameValuePair "etc/systemd/system/${name}" (relocated file)) (
      systemd.files { units = unitsOf (kept // others); }
    );

  files = filesOf (all: all);
  etc = import ./etc.nix { inherit base; };
  names = lib.attrNames all;

  # What a container comes from: its own definition where that is enough. In a lab it knows the others.
  alone = import ./alone.nix { inherit lib; } (if base.wholeHost then null else modules);
  from =
    name:
    let
      module = alone.of name;
      its = import ./containers.nix {
        inherit base facts;
        modules = module;
      };
    in
    # One with a condition is perhaps none.
    if module == null || !(its.config.containers ? ${name}) || its.config.containers.${name}.extra.lab then
      { inherit filesOf; }
    else
      its;
in
{
  inherit config files options;
  containers = containers // config.virtualisation.nspawn.containers;

  # From three containers on the caller has them evaluated by several processes, where it can.
  etc =
    if facts.split && base.slow && lib.length names >= 3 then
      builtins.trace "extra-container: containers ${builtins.toJSON names}" [ ]
    else
      etc files;

  parts = import ./parts.nix {
    inherit names etc;
    chosen = facts.parts;
    first = if alone.names != null then alone.names else names;
    filesOf = name: (from name).filesOf (builtins.intersectAttrs { ${name} = null; });
  };

  inherit filesOf;
}
