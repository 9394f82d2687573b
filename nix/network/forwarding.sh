#!/bin/bash
# The host's packet rules of a container: its way out by NAT, and its forwarded ports.
#   forwarding.sh add [wan]
#   forwarding.sh link [ip ip6]      for a link that systemd-networkd serves, NETWORKD_LINK: lets in what it asks the host for. With
#                                    families also its packets to elsewhere, and switches forwarding on
#   forwarding.sh remove
# INSTANCE, LOCAL_ADDRESS, LOCAL_ADDRESS6 and HOST_PORT come from the unit and the conf. Other containers of its lab
# (extra.lab) are in a file beside the conf, one address a line: it and they may connect to each other. NAT has a table of nft of its
# own, which goes in one step. No table can undo the drop of another, so each chain of the host that filters forwarded
# packets also gets rules, with the comment container@NAME.
#
# For a network of containers (../lxc/scripts/network.sh): with NETWORKS the addresses stand for their networks; those of the
# families in ROUTED are not translated; what comes in by the interface SERVED_LINK may ask the host for names and addresses.
set -euf
shopt -s inherit_errexit
comment=container@${INSTANCE:?}
table=extra-container-$INSTANCE
# Here a file for each container with rules: what it uses, as words. Files .ip and .ip6: we switched forwarding on.
state=/run/extra-container/forwarding

# The others are not told when one joins them: each lets in both directions.
peers=()
conf=$(readlink "/etc/nixos-containers/$INSTANCE.conf") || conf=
peers_file=${conf%/nixos-containers/*}/extra-container/$INSTANCE.peers
if [[ -n $conf && -e $peers_file ]]; then mapfile -t peers <"$peers_file"; fi

peers_of() { # FAMILY: prints those
  local peer
  for peer in ${peers[@]+"${peers[@]}"}; do
    case $1:$peer in ip6:*:* | ip:*.*.*.*) echo "$peer" ;; esac
  done
}

families=()
declare -A address=([ip]=${LOCAL_ADDRESS-} [ip6]=${LOCAL_ADDRESS6-}) source=()
for family in ip ip6; do
  [[ -z ${address[$family]} ]] || families+=("$family")
  source[$family]=${address[$family]}
  [[ -n ${NETWORKS-} ]] || source[$family]=${source[$family]%%/*}
done
served=${SERVED_LINK-}${NETWORKD_LINK-}

switch_of() { # FAMILY
  if [[ $1 == ip ]]; then switch=/proc/sys/net/ipv4/ip_forward; else switch=/proc/sys/net/ipv6/conf/all/forwarding; fi
}

dnat() { # FAMILY MATCH...: rules for each forwarded port
  local family=$1 to=${source[$1]} ports protocol outside inside
  shift
  [[ $family == ip ]] || to="[$to]"
  IFS=, read -ra ports <<<"${HOST_PORT-}"
  for port in ${ports[@]+"${ports[@]}"}; do
    IFS=: read -r protocol outside inside <<<"$port"
    echo "$* fib daddr type local $protocol dport $outside dnat $family to $to:$inside"
  done
}

own_table() {
  local family bare
  echo "table inet $table {"
  echo 'chain out { type nat hook postrouting priority srcnat;'
  for family in "${families[@]}"; do
    bare=${source[$family]}
    [[ -z $wan || $family == "${ROUTED-}" ]] || echo "$family saddr $bare $family daddr != ${address[$family]} masquerade"
  done
  echo '}'
  echo 'chain in { type nat hook prerouting priority dstnat;'
  for family in "${families[@]}"; do dnat "$family" "$family saddr != ${source[$family]}"; done
  echo '}'
  echo 'chain local { type nat hook output priority -100;'
  [[ -z ${address[ip]} ]] || dnat ip ip daddr != 127.0.0.0/8
  [[ -z ${address[ip6]} ]] || dnat ip6 ip6 daddr != ::1
  echo '}'
  echo '}'
}

accept_by_nft() { # FAMILY TABLE CHAIN
  local family bare match peer
  for family in "${families[@]}"; do
    [[ $1 == inet || $1 == "$family" ]] || continue
    bare=${source[$family]}
    for match in "saddr $bare${wan:+ accept}" "daddr $bare" "daddr $bare ct status dnat accept"; do
      [[ $match == *accept ]] || match+=' ct state established,related accept'
      echo "insert rule $1 $2 $3 $family $match comment \"$comment\""
    done
    for peer in $(peers_of "$family"); do
      for match in "saddr $bare $family daddr $peer" "saddr $peer $family daddr $bare"; do
        echo "insert rule $1 $2 $3 $family $match accept comment \"$comment\""
      done
    done
  done
}

serve_by_nft() { # FAMILY TABLE CHAIN
  local match
  case $1 in inet | ip | ip6) ;; *) return ;; esac
  for match in "meta l4proto { tcp, udp } th dport { 53, 67, 547${NETWORKD_LINK:+, 5353} }" "meta l4proto { icmp, ipv6-icmp }"; do
    echo "insert rule $1 $2 $3 iifname \"$served\" $match accept comment \"$comment\""
  done
}

accept_by_iptables() { # FAMILY TOOL
  local bare=${source[$1]} established='-m conntrack --ctstate ESTABLISHED,RELATED' rule peer
  echo "$2" >>"$state/$INSTANCE"
  {
    echo '*filter'
    for rule in "-s $bare${wan:- $established}" "-d $bare $established" "-d $bare -m conntrack --ctstate DNAT"; do
      echo "-I FORWARD ${rule%wan} -m comment --comment $comment -j ACCEPT"
    done
    for peer in $(peers_of "$1"); do
      for rule in "-s $bare -d $peer" "-s $peer -d $bare"; do
        echo "-I FORWARD $rule -m comment --comment $comment -j ACCEPT"
      done
    done
    echo COMMIT
  } | "$2-restore" -w --noflush
}

serve_by_iptables() { # FAMILY TOOL
  local rule icmp=icmp link=${served/%\*/+}
  [[ $1 == ip ]] || icmp=ipv6-icmp
  echo "$2" >>"$state/$INSTANCE"
  {
    echo '*filter'
    for rule in 'udp --dport 53' 'tcp --dport 53' 'udp --dport 67' 'udp --dport 547' ${NETWORKD_LINK:+'udp --dport 5353'} "$icmp"; do
      echo "-I INPUT -i $link -p $rule -m comment --comment $comment -j ACCEPT"
    done
    echo COMMIT
  } | "$2-restore" -w --noflush
}

# For a link whose addresses are not known yet.
pass_by_nft() { # FAMILY TABLE CHAIN
  [[ -n $passed ]] || return 0
  case $1 in inet | ip | ip6) ;; *) return ;; esac
  echo "insert rule $1 $2 $3 iifname \"$served\" accept comment \"$comment\""
  echo "insert rule $1 $2 $3 oifname \"$served\" ct state established,related accept comment \"$comment\""
}

pass_by_iptables() { # FAMILY TOOL
  local link=${served/%\*/+} rule
  [[ -n $passed ]] || return 0
  echo "$2" >>"$state/$INSTANCE"
  {
    echo '*filter'
    for rule in "-i $link" "-o $link -m conntrack --ctstate ESTABLISHED,RELATED"; do
      echo "-I FORWARD $rule -m comment --comment $comment -j ACCEPT"
    done
    echo COMMIT
  } | "$2-restore" -w --noflush
}

# A table of iptables can be changed by nft, but iptables then refuses to read it.
accept() { # FUNCTION, for forwarded packets
  local chains word name rest family=- in=- chain=- tool
  chains=$(nft list chains)
  while read -r word name rest; do
    case $word in
      table) family=$name in=${rest% ?} ;;
      chain) chain=$name ;;
      type)
        [[ $in != extra-container-* ]] || continue
        case "$name $rest" in
          "filter hook forward "*) accept_in "$family" "$in" "$chain" FORWARD "$1" ;;
          "filter hook input "*) [[ -z $served ]] || accept_in "$family" "$in" "$chain" INPUT serve ;;
        esac
        ;;
    esac
  done <<<"$chains"
  for family in "${families[@]}"; do
    grep -qsx filter "/proc/net/${family}_tables_names" || continue
    tool=$(type -P "${family}tables-legacy" "${family}tables" | head -n 1)
    [[ -n $tool ]] || continue
    "$1_by_iptables" "$family" "${tool##*/}"
    [[ -z $served ]] || serve_by_iptables "$family" "${tool##*/}"
  done
}

accept_in() { # FAMILY TABLE CHAIN, iptables's name for it, FUNCTION
  if [[ $1 == ip || $1 == ip6 ]] && [[ $2/$3 == filter/$4 ]] && type -p "${1}tables" >/dev/null; then
    [[ -z ${address[$1]}${NETWORKD_LINK-} ]] || "$5_by_iptables" "$1" "${1}tables"
  else
    "$5_by_nft" "$1" "$2" "$3"
  fi
}

# Where forwarding is on, the kernel takes no routes from routers, unless accept_ra is 2.
switch_on() { # FAMILY
  local switch value file
  switch_of "$1"
  read -r value <"$switch"
  [[ $value == 0 ]] || return 0
  : >"$state/.$1"
  if [[ $1 == ip6 ]]; then
    set +f
    for file in /proc/sys/net/ipv6/conf/*/accept_ra; do
      read -r value <"$file"
      [[ $value != 1 ]] || { echo "$file" >>"$state/.$1" && echo 2 >"$file"; }
    done
    set -f
  fi
  echo 1 >"$switch"
}

# Off again when the last that needs it is gone, unless other rules of the host translate addresses.
switch_off() { # FAMILY
  local switch file
  [[ -e $state/.$1 ]] || return 0
  ! grep -rqx --exclude='.*' --exclude="$INSTANCE" "$1" "$state" || return 0
  if [[ -z $others ]] && ! grep -qsx nat "/proc/net/${1}_tables_names"; then
    switch_of "$1"
    echo 0 >"$switch"
    while read -r file; do
      [[ ! -e $file ]] || echo 1 >"$file"
    done <"$state/.$1"
  fi
  rm "$state/.$1"
}

# Another program that changes the rules at the same time makes the change of all fail.
patiently() { # FUNCTION ARGUMENT...
  local tries
  for tries in {1..5}; do
    if "$@"; then return 0; fi
    [[ $tries == 5 ]] || sleep 0.2
  done
  return 1
}

remove_by_iptables() { # TOOL
  local rules
  rules=$("$1-save" -t filter) || return
  rules=$(sed -nE "/--comment \"?$comment\"? /s/^-A/-D/p" <<<"$rules")
  [[ -z $rules ]] || "$1-restore" -w --noflush <<<"*filter"$'\n'"$rules"$'\nCOMMIT'
}

# Sets `others` where other rules of the host translate addresses.
remove_by_nft() {
  local ruleset commands
  ruleset=$(nft -a list ruleset) || return
  # shellcheck disable=SC2016 # these are awk's variables
  commands=$(awk -v table="$table" -v comment="comment \"$comment\"" '
    $1 == "table" { family = $2; name = $3; if (name == table) print "delete table", family, name }
    $1 == "chain" { chain = $2 }
    name !~ /^extra-container-/ && index($0, comment) { print "delete rule", family, name, chain, "handle", $NF }
    # The table that systemd leaves behind is in use where its sets have elements.
    name == "io.systemd.nat" ? /elements =/ : name !~ /^extra-container-/ && /masquerade|MASQUERADE|snat|SNAT/ { others = 1 }
    END { if (others) print "# others" }
  ' <<<"$ruleset")
  [[ $commands != *'# others'* ]] || others=1
  nft -f - <<<"$commands"
}

remove() {
  local words tool others=
  [[ -e $state/$INSTANCE ]] || return 0
  words=$(<"$state/$INSTANCE")
  for tool in $words; do
    [[ $tool == *tables* ]] || continue
    type -P "$tool-save" >/dev/null || continue
    patiently remove_by_iptables "$tool" || left+=("$tool")
  done
  patiently remove_by_nft || left+=(nft)
  switch_off ip
  switch_off ip6
  # Last: systemctl kill may end this anywhere, and who goes on finds the file.
  if [[ ${#left[@]} == 0 ]]; then
    rm "$state/$INSTANCE"
  else
    echo "container '$INSTANCE': packet rules are left that could not be removed. Remove them: extra-container prune" >&2
    printf '%s\n' "${left[@]}" >"$state/$INSTANCE"
  fi
}

# By what rules were made that could not be removed: who removes the next finds them too.
left=()
mkdir -p "$state"
exec {lock}<"$state"
flock "$lock"
remove
if [[ $1 == link ]]; then
  shift
  printf '%s\n' "$@" ${left[@]+"${left[@]}"} >"$state/$INSTANCE"
  passed=$*
  families=(ip ip6)
  rules=$(accept pass)
  nft -f - <<<"$rules"
  for family; do switch_on "$family"; done
elif [[ $1 == add ]]; then
  wan=${2-}
  printf '%s\n' "${families[@]}" ${left[@]+"${left[@]}"} >"$state/$INSTANCE"
  rules=$(own_table; accept accept)
  nft -f - <<<"$rules"
  for family in "${families[@]}"; do switch_on "$family"; done
fi
