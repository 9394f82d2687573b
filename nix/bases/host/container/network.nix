# A container's network: flags of systemd-nspawn, and what `ip` does on both sides of each pair of interfaces.
#
#   network NAME CFG -> { flags, links, insideLinks, host, inside }
#
# systemd-nspawn's --network-veth shortens long names by a hash of its own, and its inner end must be renamed.
# --network-veth-extra takes both names as given.
{ lib }:
name: cfg:
let
  bare = address: lib.head (lib.splitString "/" address);
  when = value: lib.optional (value != null);

  # An interface's name has at most 15 characters, its alternative name 127.
  ownName =
    prefix:
    let
      full = prefix + name;
    in
    if lib.stringLength full <= 15 then
      full
    else
      prefix + lib.substring 0 5 name + "-" + lib.substring 0 6 (builtins.hashString "sha256" name);

  addresses = [
    cfg.hostAddress
    cfg.hostAddress6
    cfg.localAddress
    cfg.localAddress6
    cfg.hostBridge
  ];

  main = lib.optional (cfg.privateNetwork && lib.any (value: value != null) addresses) rec {
    link = ownName (if cfg.hostBridge == null then "ve-" else "vb-");
    altname = if link == "ve-${name}" || link == "vb-${name}" then null else lib.substring 0 3 link + name;
    inner = "eth0";
    mac = cfg.localMacAddress;
    gateway = cfg.hostBridge == null || cfg.hostAddress != null || cfg.hostAddress6 != null;
    inherit (cfg) hostBridge hostAddress hostAddress6 localAddress localAddress6;
  };

  extra = lib.mapAttrsToList (link: veth: {
    inherit link;
    altname = null;
    inner = link;
    mac = null;
    gateway = false;
    inherit (veth) hostBridge hostAddress hostAddress6 localAddress localAddress6;
  }) cfg.extraVeths;

  veths = main ++ extra;

  host =
    v:
    [
      "link set dev ${v.link} alias container@${name}${
        lib.optionalString (v.hostBridge != null) " master ${v.hostBridge}"
      } up"
    ]
    ++ when v.altname "link property add dev ${v.link} altname ${v.altname}"
    ++ lib.optionals (v.hostBridge == null) (
      when v.hostAddress "addr add ${v.hostAddress} dev ${v.link}"
      ++ when v.hostAddress6 "addr add ${v.hostAddress6} dev ${v.link} nodad"
      ++ when v.localAddress "route add ${bare v.localAddress} dev ${v.link}"
      ++ when v.localAddress6 "route add ${bare v.localAddress6} dev ${v.link}"
    );

  inside =
    v:
    [ "link set dev ${v.inner}${lib.optionalString (v.mac != null) " address ${v.mac}"} up" ]
    ++ when v.localAddress "addr add ${v.localAddress} dev ${v.inner}"
    ++ when v.localAddress6 "addr add ${v.localAddress6} dev ${v.inner} nodad"
    ++ when v.hostAddress "route replace ${bare v.hostAddress} dev ${v.inner}"
    ++ when v.hostAddress6 "route replace ${bare v.hostAddress6} dev ${v.inner}"
    ++ lib.optionals v.gateway (
      when v.hostAddress "route add default via ${bare v.hostAddress}"
      ++ when v.hostAddress6 "route add ::/0 via ${bare v.hostAddress6}"
    );

  lines = render: lib.concatMapStrings (v: lib.concatStringsSep "\n" (render v) + "\n") veths;
in
{
  links = map (v: v.link) veths;
  insideLinks = map (v: v.inner) veths;
  host = lines host;
  inside = lines inside;
  flags =
    lib.optional cfg.privateNetwork "--private-network"
    # What the system inside asks for before it touches firewall rules: a capability alone does not tell whose network it is.
    ++ lib.optional (
      cfg.privateNetwork || veths != [ ] || cfg.interfaces != [ ] || cfg.macvlans != [ ]
    ) "--setenv=PRIVATE_NETWORK=1"
    ++ map (v: "--network-veth-extra=${v.link}:${v.inner}") veths
    ++ map (interface: "--network-interface=${interface}") cfg.interfaces
    ++ map (interface: "--network-macvlan=${interface}") cfg.macvlans
    ++ when cfg.networkNamespace "--network-namespace-path=${cfg.networkNamespace}";
}
