# Definitions that are evaluated twice: by the nixpkgs base, and as a NixOS host. `since` is the release that has the options.
{ nixpkgs, lib }:
let
  system = config: { containers.demo = { inherit config; }; };
  options = more: { containers.demo = more // { config = { }; }; };
  network = {
    privateNetwork = true;
    hostAddress = "10.1.0.1";
    localAddress = "10.1.0.2";
  };
in
{
  plain.value = system { };
  openssh.value = system { services.openssh.enable = true; };
  nginx.value = system { services.nginx.enable = true; };
  postgresql.value = system { services.postgresql.enable = true; };
  users.value = system {
    users.users.alice = {
      isNormalUser = true;
      extraGroups = [ "wheel" ];
    };
  };
  services.value = system (
    { pkgs, ... }:
    {
      services.gitea.enable = true;
      services.mysql = {
        enable = true;
        package = pkgs.mariadb;
      };
      services.caddy.enable = true;
    }
  );
  desktop.value = system {
    services.xserver.enable = true;
    services.xserver.windowManager.i3.enable = true;
  };
  manual.value = system { documentation.nixos.enable = true; };
  firewall.value = system { networking.firewall.allowedTCPPorts = [ 80 ]; };
  networkd.value = system {
    networking.useNetworkd = true;
    networking.useHostResolvConf = false;
    systemd.network.enable = true;
  };
  overlays.value = system {
    nixpkgs.overlays = [ (_final: prev: { hello = prev.hello.overrideAttrs (_: { name = "hello-mine"; }); }) ];
    imports = [ ({ pkgs, ... }: { environment.systemPackages = [ pkgs.hello ]; }) ];
  };
  # Before, containers had the host's packages.
  allowUnfree = {
    since = "21.11";
    value = system {
      nixpkgs.config.allowUnfree = true;
      imports = [ ({ pkgs, ... }: { environment.systemPackages = [ pkgs.unrar ]; }) ];
    };
  };
  packageOverrides.value = system {
    nixpkgs.config.packageOverrides = pkgs: { hello = pkgs.hello.overrideAttrs (_: { name = "hello-other"; }); };
    imports = [ ({ pkgs, ... }: { environment.systemPackages = [ pkgs.hello ]; }) ];
  };
  ownPackages.value = system {
    nixpkgs.pkgs = import nixpkgs {
      system = "x86_64-linux";
      config.allowUnfree = true;
    };
  };
  ownNixpkgs = {
    since = "21.11";
    value = options { inherit nixpkgs; };
  };
  specialArgs = {
    since = "22.05";
    value.containers.demo = {
      specialArgs.extra.environment.variables.X = "special";
      config = { extra, ... }: { imports = [ extra ]; };
    };
  };
  imports.value = {
    imports = [
      { containers.demo.autoStart = true; }
      {
        options.my.address = lib.mkOption { default = "10.3.0.1"; };
      }
      ({ config, ... }: { containers.demo = network // { hostAddress = config.my.address; }; })
    ];
    containers.demo.config.imports = [ (nixpkgs + "/nixos/modules/profiles/minimal.nix") ];
  };
  path.value.containers.demo.path = "/nix/var/nix/profiles/per-container/demo";
  nested.value = system {
    boot.enableContainers = true;
    containers.inner.config = { };
  };
  stateVersion.value = system { system.stateVersion = "20.03"; };
  network.value = options (network // { localAddress6 = "fc00::2"; hostAddress6 = "fc00::1"; });
  bridge.value = options {
    privateNetwork = true;
    hostBridge = "br0";
    localAddress = "10.1.0.2/24";
  };
  veths.value = options {
    extraVeths.ve-x = {
      localAddress = "10.2.0.2";
      hostAddress = "10.2.0.1";
    };
  };
  ports.value = options (network // {
    forwardPorts = [
      {
        hostPort = 8080;
        containerPort = 80;
        protocol = "tcp";
      }
    ];
  });
  mounts.value = options {
    bindMounts."/data" = {
      hostPath = "/srv/data";
      isReadOnly = false;
    };
    bindMounts."/etc/motd" = { };
    tmpfs = [ "/var" ];
  };
  devices.value = options {
    allowedDevices = [
      {
        node = "/dev/fuse";
        modifier = "rwm";
      }
    ];
    enableTun = true;
    additionalCapabilities = [ "CAP_SYS_TIME" ];
  };
  interfaces.value = options {
    autoStart = true;
    interfaces = [ "eth1" ];
    macvlans = [ "eth2" ];
  };
  ephemeral.value = options { ephemeral = true; };
  flags.value = options {
    extraFlags = [ "--drop-capability=CAP_SYS_CHROOT" ];
    timeoutStartSec = "5min";
    autoStart = true;
  };
  privateUsers = {
    since = "25.05";
    value = options (network // { privateUsers = "pick"; });
  };
  namespace = {
    since = "24.11";
    value = options { networkNamespace = "/run/netns/x"; };
  };
  macAddress = {
    since = "25.11";
    value = options (network // { localMacAddress = "02:00:00:00:00:01"; });
  };
  restart = {
    since = "23.05";
    value = options {
      restartIfChanged = false;
      autoStart = true;
    };
  };
  flake = {
    since = "25.11";
    value.containers.demo.flake = "github:me/mine";
  };
  host.value = {
    networking.nat.enable = true;
    networking.nat.internalInterfaces = [ "ve-+" ];
    boot.kernel.sysctl."net.ipv4.ip_forward" = 1;
    systemd.services."container@demo" = {
      serviceConfig.MemoryHigh = "1G";
      environment.FROM = "host";
      after = [ "other.service" ];
      wants = [ "other.service" ];
    };
    containers.demo.config = { };
  };
  hostOverlays.value = {
    nixpkgs.overlays = [ (_final: prev: { hello = prev.hello.overrideAttrs (_: { name = "hello-host"; }); }) ];
    containers.demo.config = { pkgs, ... }: { environment.systemPackages = [ pkgs.hello ]; };
  };
  hostPlatform = {
    since = "22.11";
    value = {
      nixpkgs.hostPlatform = "i686-linux";
      containers.demo.config = { };
    };
  };
  hostAllowUnfree.value = {
    nixpkgs.config.allowUnfree = true;
    containers.demo.config = { pkgs, ... }: { environment.systemPackages = [ pkgs.hello ]; };
  };
  several.value.containers = {
    demo.config = { };
    web.config.services.nginx.enable = true;
    db.config.services.postgresql.enable = true;
    other.config.nixpkgs.config.allowUnfree = true;
  };
}
