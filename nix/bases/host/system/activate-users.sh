# shellcheck shell=bash disable=SC2034,SC2154
# Users and groups, by systemd-sysusers: it gets what is missing, with the numbers decided here. Users that exist are
# changed by usermod. Reads the arrays users (9 words each), groups (3) and groupPaths (2).

declare -A uidOf passwdOf gidOf membersOf usedUid

readDatabase() {
  local name id rest
  uidOf=() passwdOf=() gidOf=() membersOf=() usedUid=()
  if [[ -r /etc/passwd ]]; then
    while IFS=: read -r name _ id rest; do
      uidOf[$name]=$id passwdOf[$name]=$rest usedUid[$id]=1
    done </etc/passwd
  fi
  if [[ -r /etc/group ]]; then
    while IFS=: read -r name _ id rest; do
      gidOf[$name]=$id membersOf[$name]=$rest
    done </etc/group
  fi
}

# Sets `freeUid`: as NixOS does, upwards from 1000 for people, downwards from 999 for services.
findUid() {
  local id step=1
  id=1000
  [[ $1 == normal ]] || id=999 step=-1
  while [[ -n ${usedUid[$id]-} ]]; do ((id += step)); done
  usedUid[$id]=1
  freeUid=$id
}

activateUsers() {
  local i lines='' changed=() declared=' ' name uid gid member secrets='' freeUid
  readDatabase

  local -A pathOf=()
  for ((i = 0; i < ${#groupPaths[@]}; i += 2)); do pathOf[${groupPaths[i]}]=${groupPaths[i + 1]}; done

  for ((i = 0; i < ${#groups[@]}; i += 3)); do
    name=${groups[i]} gid=${groups[i + 1]}
    [[ -z ${gidOf[$name]-} ]] || continue
    if [[ -z $gid ]]; then
      gid=-
      [[ -e ${pathOf[$name]-} ]] && gid=${pathOf[$name]}
    fi
    lines+="g $name $gid"$'\n'
  done

  for ((i = 0; i < ${#users[@]}; i += 9)); do usedUid[${users[i + 1]:-none}]=1; done
  for ((i = 0; i < ${#users[@]}; i += 9)); do
    name=${users[i]} uid=${users[i + 1]}
    declared+="$name "
    if [[ -n ${uidOf[$name]-} ]]; then
      changed+=("$i")
      continue
    fi
    if [[ -z $uid ]]; then
      findUid "${users[i + 2]}"
      uid=$freeUid
    fi
    lines+="u $name $uid:${users[i + 3]} \"${users[i + 6]//\"/\\\"}\" ${users[i + 4]} ${users[i + 5]}"$'\n'
    [[ -z ${users[i + 7]} ]] || secrets+=" $i"
  done

  for ((i = 0; i < ${#groups[@]}; i += 3)); do
    for member in ${groups[i + 2]//,/ }; do
      [[ ,${membersOf[${groups[i]}]-}, == *,$member,* ]] || lines+="m $member ${groups[i]}"$'\n'
    done
  done

  [[ -z $lines ]] || makeUsers "$lines" "$secrets"
  for i in "${changed[@]}"; do updateUser "$i"; done
  removeMembers "$declared"
  removeUsers "$declared"
}

# sysusers takes passwords as credentials, and hashes those in clear text.
makeUsers() {
  local i folder='' hashed plain initial
  if [[ -n $2 ]]; then
    umask 077
    folder=$(mktemp -d /run/sysusers.XXXXXX)
    for i in $2; do
      passwordOf "$i"
      [[ -z $hashed ]] || printf %s "$hashed" >"$folder/passwd.hashed-password.${users[i]}"
      [[ -z $plain ]] || printf %s "$plain" >"$folder/passwd.plaintext-password.${users[i]}"
    done
    umask 022
  fi
  SYSTEMD_LOG_LEVEL=warning env ${folder:+CREDENTIALS_DIRECTORY="$folder"} systemd-sysusers - <<<"$1" || {
    warn "systemd-sysusers could not make all users and groups"
    activateStatus=1
  }
  [[ -z $folder ]] || rm -r "$folder"
}

# Sets `hashed` or `plain`, and `initial` where it is for new users alone.
passwordOf() {
  local given=${users[$1 + 7]}
  hashed='' plain='' initial=''
  [[ $given != initial-* ]] || initial=1
  given=${given#initial-}
  case $given in
    hashed:*) hashed=${given#*:} ;;
    plain:*) plain=${given#*:} ;;
    file:*)
      if [[ -r ${given#*:} ]]; then
        hashed=$(<"${given#*:}")
      else
        warn "user ${users[$1]}: the password file ${given#*:} cannot be read; put it there, or remove hashedPasswordFile"
        activateStatus=1
      fi
      ;;
  esac
}

updateUser() {
  local name=${users[$1]} gid gecos home shell hashed plain initial output options=()
  IFS=: read -r gid gecos home shell <<<"${passwdOf[$name]}"
  [[ -z ${users[$1 + 1]} || ${users[$1 + 1]} == "${uidOf[$name]}" ]] ||
    warn "user $name keeps the uid ${uidOf[$name]}: its files have it"
  [[ $home == "${users[$1 + 4]}" ]] || options+=(--home "${users[$1 + 4]}")
  [[ -z ${users[$1 + 5]} || $shell == "${users[$1 + 5]}" ]] || options+=(--shell "${users[$1 + 5]}")
  [[ $gecos == "${users[$1 + 6]}" ]] || options+=(--comment "${users[$1 + 6]}")
  [[ -z ${gidOf[${users[$1 + 3]}]-} || $gid == "${gidOf[${users[$1 + 3]}]}" ]] || options+=(--gid "${users[$1 + 3]}")
  if [[ -z $mutableUsers ]]; then
    passwordOf "$1"
    if [[ -n $plain ]]; then
      printf '%s:%s\n' "$name" "$plain" | chpasswd --crypt-method SHA512
    elif [[ -z $initial ]]; then
      options+=(--password "${hashed:-!}")
    fi
  fi
  ((${#options[@]})) || return 0
  output=$(usermod "${options[@]}" "$name" 2>&1) || {
    warn "user $name could not be changed: $output"
    activateStatus=1
  }
}

# A user that no longer names a group leaves it; members that were added inside stay.
removeMembers() {
  local i member
  for ((i = 0; i < ${#groups[@]}; i += 3)); do
    for member in ${membersOf[${groups[i]}]//,/ }; do
      [[ ,${groups[i + 2]}, == *,$member,* || (-n $mutableUsers && $1 != *" $member "*) ]] || gpasswd -d "$member" "${groups[i]}" >/dev/null
    done
  done
}

# Users that were declared and no longer are; where users are not mutable, all that are not declared.
removeUsers() {
  local record=/var/lib/nixos/declarative-users name before=''
  [[ ! -r $record ]] || before=$(<"$record")
  [[ -n $mutableUsers ]] || before+=" ${!uidOf[*]}"
  for name in $before; do
    [[ $1 == *" $name "* || -z ${uidOf[$name]-} ]] || userdel "$name"
  done
  [[ -d ${record%/*} ]] || mkdir -p "${record%/*}"
  printf '%s\n' "$1" >"$record"
}
