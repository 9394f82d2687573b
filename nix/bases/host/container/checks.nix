# What the types of single options cannot say about a container: its options, or an error.
{ lib }:
name: options: cfg:
let
  option = lib.showOption [
    "containers"
    name
  ];

  given = {
    inherit (cfg)
      hostBridge
      hostAddress
      hostAddress6
      localAddress
      localAddress6
      localMacAddress
      ;
    forwardPorts = if cfg.forwardPorts == [ ] then null else cfg.forwardPorts;
  };
  unused = lib.attrNames (lib.filterAttrs (_: value: value != null) given);

  badLinks = lib.filter (link: builtins.match "[^/: \n]{1,15}" link == null) (lib.attrNames cfg.extraVeths);

  isPath = lib.hasPrefix "/";
  wrongPaths =
    lib.concatMap (
      { name, value }:
      let
        mount = "bindMounts.${builtins.toJSON name}";
      in
      lib.optional (!isPath value.mountPoint) {
        option = "${mount}.mountPoint";
        path = value.mountPoint;
      }
      ++ lib.optional (value.hostPath != null && !isPath value.hostPath) {
        option = "${mount}.hostPath";
        path = value.hostPath;
      }
    ) (lib.attrsToList cfg.bindMounts)
    ++ map (path: {
      option = "tmpfs";
      inherit path;
    }) (lib.filter (path: !isPath path) cfg.tmpfs);

  foreign = lib.filter (name: cfg.${name} != null) [
    "nixpkgs"
    "flake"
  ];

  failed = lib.filter (rule: rule.fails) [
    {
      fails = foreign != [ ];
      text = "${option}.${lib.head foreign}: the host base cannot use it. Remove it, or give a nixpkgs: --nixpkgs-path PATH";
    }
    {
      fails = !options.config.isDefined && !options.path.isDefined;
      text = "${option} has no system. Set ${option}.config = { }; or ${option}.path.";
    }
    {
      fails = !cfg.privateNetwork && unused != [ ];
      text = "${option}.${lib.head unused} has no effect without a private network. Set ${option}.privateNetwork = true, or remove it.";
    }
    {
      fails = cfg.networkNamespace != null && (cfg.privateNetwork || cfg.extraVeths != { });
      text = "${option}: privateNetwork and networkNamespace exclude each other. Remove one.";
    }
    {
      fails = wrongPaths != [ ];
      text = "${option}.${(lib.head wrongPaths).option} is ${builtins.toJSON (lib.head wrongPaths).path}: a path begins with '/'.";
    }
    {
      fails = badLinks != [ ];
      text = "${option}.extraVeths.${builtins.toJSON (lib.head badLinks)}: a name of an interface has 1 to 15 characters, without '/', ':' and blanks.";
    }
  ];
in
if failed == [ ] then cfg else throw (lib.head failed).text
