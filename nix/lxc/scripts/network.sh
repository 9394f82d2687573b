# shellcheck shell=bash
# The bridges of nixcloud containers, made by the first that uses one and removed with the last, and what serves
# brNC-internet. A bridge that is there already, made by somebody else, is used and left as it is.
folder=/run/extra-container/lxc
# A file for each container that uses them: its bridges, a line each.
users=$folder/users
leases=$folder/leases
dnsmasq_pid=$folder/dnsmasq.pid
dnsmasq_unit=extra-container-dnsmasq.service
internet=10.202.0.1/16

# Sets address, and mac: without one of its own a bridge has that of one of its ports, and is lost to the others' neighbour
# tables when that container stops.
bridge_addresses() { # BRIDGE
  case $1 in
    brNC-hostonly) address=10.101.0.1/16 mac=02:6e:43:00:00:01 ;;
    brNC-internet) address=$internet mac=02:6e:43:00:00:02 ;;
    *) address='' mac='' ;;
  esac
}

# Sets prefix_length, that of the bridge's network. Holds the lock until all is there.
take_networks() {
  local bridges=("$HOST_BRIDGE")
  if [[ -n ${NAT-} ]]; then
    check_settings
    bridges+=(brNC-internet)
  fi
  lock_lxc
  mkdir -p "$users"
  printf '%s\n' "${bridges[@]}" >"$users/$INSTANCE"
  for bridge in "${bridges[@]}"; do make_bridge "$bridge"; done
  check_address
  if [[ -n ${NAT-} ]]; then serve_internet; fi
  unlock_lxc
}

check_settings() {
  local file=/etc/extra-container/nixcloud.conf
  [[ -z ${IPV6_ADDRESS-} || $IPV6_ADDRESS =~ ^[0-9A-Fa-f:]+:[0-9A-Fa-f]+/(6[4-9]|[7-9][0-9]|10[0-9]|11[0-2])$ ]] ||
    fail "$file: IPV6_ADDRESS=$IPV6_ADDRESS is no IPv6 address with a prefix length of 64 to 112, as 2001:db8:1::1/64."
  [[ ${IPV6_NAME_SERVERS-} =~ ^[0-9A-Fa-f:,]*$ ]] ||
    fail "$file: IPV6_NAME_SERVERS=$IPV6_NAME_SERVERS are no IPv6 addresses, as 2001:db8::53,2001:db8::54."
}

make_bridge() {
  local link=/sys/class/net/$1 address mac
  if [[ -e $link ]]; then
    [[ -e $link/bridge ]] || fail "its bridge $1 is an interface of this machine, but no bridge. Remove it (ip link del $1), or choose another name."
    return 0
  fi
  bridge_addresses "$1"
  [[ -n $address ]] ||
    fail "it joins the bridge $1, and there is no interface of that name. Make one: ip link add $1 type bridge && ip link set $1 up"
  {
    echo "link add $1 address $mac type bridge"
    echo "link set dev $1 alias extra-container up"
    echo "addr add $address dev $1"
    if [[ $1 == brNC-internet && -n ${IPV6_ADDRESS-} ]]; then echo "addr add $IPV6_ADDRESS dev $1 nodad"; fi
  } | ip -batch - || {
    ip link del dev "$1" 2>/dev/null || true
    fail "the bridge $1 ($address) could not be made, see above."
  }
}

# Sets number.
number_of() { # ADDRESS
  local parts
  IFS=. read -ra parts <<<"$1"
  number=$(((parts[0] << 24) + (parts[1] << 16) + (parts[2] << 8) + parts[3]))
}

# LOCAL_ADDRESS must be of the bridge's network, and nobody else's.
check_address() {
  local addresses link address own number mask networks=()
  number_of "$LOCAL_ADDRESS"
  own=$number
  prefix_length=
  addresses=$(ip -oneline -4 address)
  while read -r _ link _ address _; do
    [[ ${address%/*} != "$LOCAL_ADDRESS" ]] ||
      fail "its address $LOCAL_ADDRESS is this machine's own, of $link. Choose another for network.ip."
    [[ ${link%%@*} == "$HOST_BRIDGE" ]] || continue
    networks+=("$address")
    number_of "${address%/*}"
    mask=$((0xffffffff << (32 - ${address#*/}) & 0xffffffff))
    if (((number & mask) == (own & mask))); then prefix_length=${address#*/}; fi
  done <<<"$addresses"
  # The bridge is a network of others, where this machine has no address itself.
  if [[ ${#networks[@]} == 0 ]]; then prefix_length=16; fi
  [[ -n $prefix_length ]] ||
    fail "its address $LOCAL_ADDRESS is outside of the network of $HOST_BRIDGE, ${networks[*]}. Choose another for network.ip."
}

# DHCP, DNS and router advertisements by one dnsmasq; NAT and the rules that let packets pass by forwarding.sh.
serve_internet() {
  local pid='' name=''
  if [[ -e $dnsmasq_pid ]]; then read -r pid <"$dnsmasq_pid" || true; fi
  if [[ -n $pid && -e /proc/$pid/comm ]]; then read -r name <"/proc/$pid/comm" || true; fi
  if [[ $name != dnsmasq ]]; then start_dnsmasq; fi
  grep -qsx ip /run/extra-container/forwarding/brNC.internet || forward add wan ||
    fail "the rules for its way to the internet could not be made, see above. Each container with network.enableNat needs nft."
}

# A name that no container has.
forward() {
  INSTANCE=brNC.internet NETWORKS=1 LOCAL_ADDRESS=$internet LOCAL_ADDRESS6=${IPV6_ADDRESS-} ROUTED=ip6 \
    SERVED_LINK=brNC-internet HOST_PORT='' "$BASH" "${FORWARDING:?}" "$@"
}

start_dnsmasq() {
  # shellcheck disable=SC2054 # dnsmasq's own commas
  local flags=(--conf-file=/dev/null --user=nobody --pid-file="$dnsmasq_pid" --dhcp-leasefile="$leases" --log-facility=-
    --interface=brNC-internet --except-interface=lo --bind-interfaces
    --dhcp-authoritative --dhcp-range=10.202.0.2,10.202.255.254,255.255.0.0,1h --no-ping)
  local length address servers
  # It does not start where that is a link that leads nowhere, as where systemd-resolved is installed and off.
  [[ -e /etc/resolv.conf ]] || flags+=(--no-resolv)
  if [[ -n ${IPV6_ADDRESS-} ]]; then
    servers=${IPV6_NAME_SERVERS:-::}
    address=${IPV6_ADDRESS%/*} length=${IPV6_ADDRESS#*/}
    flags+=(--enable-ra --dhcp-option="option6:dns-server,[${servers//,/],[}]")
    # With 64 bits of their own, interfaces make addresses themselves; else they are given out.
    # shellcheck disable=SC2054
    if [[ $length == 64 ]]; then flags+=(--dhcp-range=::,constructor:brNC-internet,slaac,64,1h)
    else flags+=(--dhcp-range="${address%:*}:1000,${address%:*}:ffff,$length,1h"); fi
  fi
  # Left by a container that was killed together with its systemd's jobs.
  if [[ -e /run/systemd/transient/$dnsmasq_unit ]]; then
    systemctl stop "$dnsmasq_unit" 2>/dev/null || true
    systemctl reset-failed "$dnsmasq_unit" 2>/dev/null || true
  fi
  systemd-run --quiet --collect --unit="$dnsmasq_unit" --description='DHCP and DNS for containers on brNC-internet' \
    --property=Type=forking --property=PIDFile="$dnsmasq_pid" --property=Slice=machine.slice \
    dnsmasq "${flags[@]}" || {
    journalctl --quiet --no-pager --output=cat --lines=5 --unit="$dnsmasq_unit" >&2 || true
    fail "dnsmasq, which serves brNC-internet, did not start, see above."
  }
}

stop_dnsmasq() { systemctl stop "$dnsmasq_unit" 2>/dev/null || true; }

# What only this container used is gone then. Also where it never ran.
release_networks() {
  local bridge alias file others=(/dev/null) mac=${NAT_MAC-}
  [[ -e $users/$INSTANCE ]] || return 0
  lock_lxc
  set +f
  for file in "$users"/*; do
    if [[ $file != "$users/$INSTANCE" ]]; then others+=("$file"); fi
  done
  for bridge in brNC-internet brNC-hostonly; do
    if grep -qsx "$bridge" "${others[@]}"; then
      # A container that was killed gave nothing back. dnsmasq reads its leases only when it starts.
      if [[ $bridge == brNC-internet && -n $mac ]] && grep -qsi "$mac" "$leases"; then
        stop_dnsmasq
        sed -i "/ $mac /Id" "$leases"
        # Not while the machine shuts down: nobody asks any more.
        (start_dnsmasq) || true
      fi
      continue
    fi
    if [[ $bridge == brNC-internet ]]; then
      stop_dnsmasq
      rm -f "$leases" "$dnsmasq_pid"
      if [[ -e /run/extra-container/forwarding/brNC.internet ]]; then forward remove; fi
    fi
    alias=
    if [[ -e /sys/class/net/$bridge/ifalias ]]; then read -r alias <"/sys/class/net/$bridge/ifalias" || true; fi
    if [[ $alias == extra-container ]]; then ip link del dev "$bridge"; fi
  done
  set -f
  # Last: what is killed half-way is done once more by the next.
  rm -f "$users/$INSTANCE"
  rmdir --ignore-fail-on-non-empty "$users"
  unlock_lxc
}
