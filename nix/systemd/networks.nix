# Networks of systemd-networkd, under NixOS's names: the option type, and the text of a .network file.
#
#   { lib } -> { type, render }
{ lib }:
let
  inherit (import ./unit-options.nix { inherit lib; }) unitOption;

  # Option -> section.
  sections = {
    matchConfig = "Match";
    linkConfig = "Link";
    networkConfig = "Network";
    dhcpV4Config = "DHCPv4";
    dhcpV6Config = "DHCPv6";
    dhcpPrefixDelegationConfig = "DHCPPrefixDelegation";
    ipv6AcceptRAConfig = "IPv6AcceptRA";
    dhcpServerConfig = "DHCPServer";
    ipv6SendRAConfig = "IPv6SendRA";
    bridgeConfig = "Bridge";
    lldpConfig = "LLDP";
    qdiscConfig = "QDisc";
    networkEmulatorConfig = "NetworkEmulator";
    tokenBucketFilterConfig = "TokenBucketFilter";
    pieConfig = "PIE";
    flowQueuePIEConfig = "FlowQueuePIE";
    stochasticFairBlueConfig = "StochasticFairBlue";
    stochasticFairnessQueueingConfig = "StochasticFairnessQueueing";
    bfifoConfig = "BFIFO";
    pfifoConfig = "PFIFO";
    pfifoHeadDropConfig = "PFIFOHeadDrop";
    pfifoFastConfig = "PFIFOFast";
    cakeConfig = "CAKE";
    controlledDelayConfig = "ControlledDelay";
    deficitRoundRobinSchedulerConfig = "DeficitRoundRobinScheduler";
    deficitRoundRobinSchedulerClassConfig = "DeficitRoundRobinSchedulerClass";
    enhancedTransmissionSelectionConfig = "EnhancedTransmissionSelection";
    genericRandomEarlyDetectionConfig = "GenericRandomEarlyDetection";
    fairQueueingControlledDelayConfig = "FairQueueingControlledDelay";
    fairQueueingConfig = "FairQueueing";
    trivialLinkEqualizerConfig = "TrivialLinkEqualizer";
    hierarchyTokenBucketConfig = "HierarchyTokenBucket";
    hierarchyTokenBucketClassConfig = "HierarchyTokenBucketClass";
    classfulMultiQueueingConfig = "ClassfulMultiQueueing";
    bandMultiQueueingConfig = "BandMultiQueueing";
    heavyHitterFilterConfig = "HeavyHitterFilter";
    quickFairQueueingConfig = "QuickFairQueueing";
    quickFairQueueingConfigClass = "QuickFairQueueingClass";
  };

  # Option -> section, one for each element.
  repeated = {
    addresses = "Address";
    routes = "Route";
    routingPolicyRules = "RoutingPolicyRule";
    dhcpServerStaticLeases = "DHCPServerStaticLease";
    ipv6Prefixes = "IPv6Prefix";
    neighbors = "Neighbor";
    ipv6AddressLabels = "IPv6AddressLabel";
    nextHops = "NextHop";
    ipv6RoutePrefixes = "IPv6RoutePrefix";
    ipv6PREF64Prefixes = "IPv6PREF64Prefix";
    bridgeFDBs = "BridgeFDB";
    bridgeMDBs = "BridgeMDB";
    bridgeVLANs = "BridgeVLAN";
  };

  # Option -> setting of [Network].
  shortcuts = {
    address = "Address";
    gateway = "Gateway";
    dns = "DNS";
    ntp = "NTP";
    domains = "Domains";
    vlan = "VLAN";
    macvlan = "MACVLAN";
    bridge = "Bridge";
    bond = "Bond";
    vrf = "VRF";
    ipvlan = "IPVLAN";
    macvtap = "MACVTAP";
    tunnel = "Tunnel";
    vxlan = "VXLAN";
    xfrm = "Xfrm";
  };

  manual = "see systemd.network(5)";

  settings =
    section:
    lib.mkOption {
      type = lib.types.attrsOf unitOption;
      default = { };
      example = { };
      description = "Settings of the [${section}] section, ${manual}.";
    };

  network =
    { name, config, ... }:
    {
      options =
        lib.mapAttrs (_: settings) sections
        // lib.mapAttrs (
          _: section:
          lib.mkOption {
            type = lib.types.listOf (lib.types.attrsOf lib.types.unspecified);
            default = [ ];
            example = [ ];
            description = "A [${section}] section each, ${manual}.";
          }
        ) repeated
        // lib.mapAttrs (
          _: setting:
          lib.mkOption {
            type = lib.types.listOf lib.types.str;
            default = [ ];
            example = [ ];
            description = "Values of ${setting}= in the [Network] section, ${manual}.";
          }
        ) shortcuts
        // {
          enable = lib.mkOption {
            type = lib.types.bool;
            default = true;
            example = false;
            description = "Whether there is such a file.";
          };
          name = lib.mkOption {
            type = lib.types.nullOr lib.types.str;
            default = null;
            example = "host0";
            description = "Name=, the interfaces that are meant.";
          };
          DHCP = lib.mkOption {
            type = lib.types.nullOr lib.types.str;
            default = null;
            example = "yes";
            description = "DHCP= in the [Network] section.";
          };
          extraConfig = lib.mkOption {
            type = lib.types.lines;
            default = "";
            example = "[Route]\nGateway=10.0.0.1";
            description = "Lines at the end of the file.";
          };
        };

      config = {
        matchConfig = lib.mkIf (config.name != null) { Name = config.name; };
        networkConfig = lib.mkIf (config.DHCP != null) { inherit (config) DHCP; };
      };
    };

  value =
    v:
    if v == true then
      "true"
    else if v == false then
      "false"
    else
      toString v;

  lines = attrs: lib.concatStrings (
    lib.mapAttrsToList (name: v: lib.concatMapStrings (one: "${name}=${value one}\n") (lib.toList v)) attrs
  );

  # What NixOS wrote as addresses = [ { addressConfig = { ... }; } ] before 24.05.
  flat = entry: if lib.length (lib.attrNames entry) == 1 && lib.isAttrs (lib.head (lib.attrValues entry)) then lib.head (lib.attrValues entry) else entry;
in
{
  # Lazy: of a whole host's networks only those of containers are evaluated.
  type = lib.types.lazyAttrsOf (lib.types.submodule network);

  # One network -> the text of its file.
  render =
    net:
    let
      section = name: body: lib.optional (body != "") "[${name}]\n${body}";
      first = [
        "matchConfig"
        "linkConfig"
        "networkConfig"
      ];
      of =
        option:
        section sections.${option} (
          lines net.${option}
          + lib.optionalString (option == "networkConfig") (
            lines (lib.mapAttrs' (name: setting: lib.nameValuePair setting net.${name}) shortcuts)
          )
        );
    in
    lib.concatStringsSep "\n" (
      lib.concatMap of (first ++ lib.subtractLists first (lib.attrNames sections))
      ++ lib.concatMap (option: map (entry: "[${repeated.${option}}]\n${lines (flat entry)}") net.${option}) (
        lib.attrNames repeated
      )
      ++ lib.optional (net.extraConfig != "") net.extraConfig
    );
}
