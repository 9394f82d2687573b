# shellcheck shell=bash disable=SC2154
# switch-to-configuration test|switch|boot|dry-activate: makes the running system this one.
#
# Units whose files changed are stopped before the activation and started after it; X-RestartIfChanged=, X-ReloadIfChanged=
# and X-StopIfChanged= say otherwise, as on NixOS. Exits with 4 where a unit failed, with 2 where the activation did.

set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin

action=${1-}
case $action in
  test | switch | dry-activate) ;;
  boot)
    echo "The container boots what its unit names: nothing to do for 'boot'." >&2
    exit 0
    ;;
  *)
    echo "Usage: $0 test|switch|boot|dry-activate (not '$action')" >&2
    exit 1
    ;;
esac

oldSystem=$(readlink -f /run/current-system)
oldUnits=$oldSystem/etc/systemd/system
newUnits=$systemConfig/etc/systemd/system
if [[ ! -d $oldUnits ]]; then
  echo "The system that runs ($oldSystem) is not there, so what changed is unknown. Restart the container." >&2
  exit 1
fi

# What a run that was interrupted had still to do.
pending=/run/switch-to-configuration
if [[ $action != dry-activate ]]; then
  mkdir -p "$pending"
  exec 9>"$pending/lock"
  flock 9
fi

declare -A active=() stop=() start=() restart=() reload=() skip=() targets=()

# Sets `names` to what an interrupted run noted under a name and the new system has.
load() {
  local unit
  names=()
  [[ -r $pending/$1 ]] || return 0
  while read -r unit; do [[ ! -e $newUnits/$unit ]] || names+=("$unit"); done <"$pending/$1"
}

save() {
  local list=$1
  shift
  (($# == 0)) || printf '%s\n' "$@" >"$pending/$list"
}

# Sets `text` to a unit's file and its drop-ins.
readUnit() {
  local file content
  text=''
  for file in "$1/$2" "$1/$2.d"/*.conf; do
    [[ -r $file ]] || continue
    [[ ! -L $file ]] || text+="# $(readlink "$file")"$'\n'
    # Not $(<file), which forks.
    IFS= read -r -d '' content <"$file"
    text+=$content
  done
}

# Sets `plain` to a unit's text without what neither restarts nor reloads it, and without its reload triggers.
strip() {
  local line section=''
  plain=''
  while IFS= read -r line; do
    case $line in
      '['*) section=$line ;;
    esac
    [[ $section != '[Install]' ]] || continue
    case $line in
      X-Reload-Triggers=* | Description=* | Documentation=* | OnFailure=* | OnSuccess=* | OnFailureJobMode=* | \
        IgnoreOnIsolate=* | StopWhenUnneeded=* | RefuseManualStart=* | RefuseManualStop=* | AllowIsolate=* | \
        CollectMode=* | SourcePath=* | X-StopOnRemoval=* | X-RestartIfChanged=* | X-StopIfChanged=* | \
        X-ReloadIfChanged=* | X-NotSocketActivated=* | X-OnlyManualStart=*) ;;
      *) plain+=$line$'\n' ;;
    esac
  done <<<"$1"
}

# Sets `value` to the last setting of a key in a unit's text, or to a default.
setting() {
  value=$3
  if [[ $1 =~ (.*$'\n')?$2=([^$'\n']*) ]]; then value=${BASH_REMATCH[2]}; fi
}

isTrue() {
  setting "$1" "$2" "$3"
  [[ ${value,,} =~ ^(1|yes|true|on)$ ]]
}

reloadTriggers() { grep '^X-Reload-Triggers=' <<<"$1"; }

changedUnit() {
  local unit=$1 new=$2 name service socketed=
  case $unit in
    *.target | *.slice | *.path) return ;;
    *.mount | *.automount)
      reload[$unit]=1
      return
      ;;
  esac
  if isTrue "$new" X-ReloadIfChanged no; then
    reload[$unit]=1
  elif ! isTrue "$new" X-RestartIfChanged yes || isTrue "$new" RefuseManualStop no || isTrue "$new" X-OnlyManualStart no; then
    skip[$unit]=1
  elif ! isTrue "$new" X-StopIfChanged yes; then
    restart[$unit]=1
  else
    stop[$unit]=1
    if [[ $unit == *.service ]] && ! isTrue "$new" X-NotSocketActivated no; then
      # A service that sockets start is not started: its sockets are.
      setting "$new" Sockets "${unit%.service}.socket"
      for name in $value; do
        [[ -n ${active[$name]-} ]] || continue
        stop[$name]=1
        [[ ! -e $newUnits/$name ]] || start[$name]=1 socketed=1
      done
    elif [[ $unit == *.socket ]]; then
      # A socket does not start while its service runs.
      setting "$new" Service "${unit%.socket}.service"
      service=$value
      [[ -z ${active[$service]-} ]] || stop[$service]=1
    fi
    [[ -n $socketed ]] || start[$unit]=1
  fi
}

compareUnit() {
  local unit=$1 base=$1 text old new plain before
  if [[ ! -e $oldUnits/$base && ! -e $newUnits/$base && $base == *@*.* ]]; then base=${unit%%@*}@.${unit##*.}; fi
  [[ -e $oldUnits/$base ]] || return 0

  readUnit "$oldUnits" "$base"
  old=$text
  if [[ ! -e $newUnits/$base || $newUnits/$base -ef /dev/null ]]; then
    isTrue "$old" X-StopOnRemoval yes && stop[$unit]=1
    return 0
  fi
  readUnit "$newUnits" "$base"
  new=$text
  if [[ $unit == *.target ]]; then
    # Starts what the target newly wants.
    isTrue "$new" RefuseManualStart no || isTrue "$new" X-OnlyManualStart no || targets[$unit]=1
    return 0
  fi
  [[ $old != "$new" ]] || return 0
  strip "$old"
  before=$plain
  strip "$new"
  if [[ $before != "$plain" ]]; then
    changedUnit "$unit" "$new"
  elif [[ $(reloadTriggers "$old") != "$(reloadTriggers "$new")" ]]; then
    reload[$unit]=1
  fi
}

tell() {
  local message=$1
  shift
  (($# == 0)) || echo "$message: $(printf '%s\n' "$@" | sort | paste -sd, | sed 's/,/, /g')" >&2
}

failedUnits() {
  local unit
  systemctl list-units --plain --no-legend --full --state=failed | while read -r unit _; do echo "$unit"; done
  # Between two attempts of Restart=.
  systemctl list-units --plain --no-legend --full --state=auto-restart | while read -r unit _; do
    [[ $(systemctl show -P ExecMainStatus "$unit") == 0 ]] || echo "$unit"
  done
}

while read -r unit _; do active[$unit]=1; done < <(
  systemctl list-units --plain --no-legend --full --state=active,activating,reloading
)
for unit in "${!active[@]}"; do compareUnit "$unit"; done
load start
for unit in "${names[@]}"; do start[$unit]=1; done
load restart
for unit in "${names[@]}"; do restart[$unit]=1; done
load reload
for unit in "${names[@]}"; do reload[$unit]=1; done
for unit in "${!stop[@]}" "${!restart[@]}" "${!start[@]}"; do unset "reload[$unit]"; done
for unit in "${!stop[@]}" "${!start[@]}"; do unset "restart[$unit]"; done

if [[ $action == dry-activate ]]; then
  tell 'would stop the following units' "${!stop[@]}"
  tell 'would NOT restart the following changed units' "${!skip[@]}"
  echo 'would activate the configuration...' >&2
  tell 'would reload the following units' "${!reload[@]}"
  tell 'would restart the following units' "${!restart[@]}"
  tell 'would start the following units' "${!start[@]}"
  exit 0
fi

status=0
save start "${!start[@]}"
save restart "${!restart[@]}"
save reload "${!reload[@]}"
if ((${#stop[@]})); then
  tell 'stopping the following units' "${!stop[@]}"
  systemctl stop -- "${!stop[@]}"
fi
tell 'NOT restarting the following changed units' "${!skip[@]}"

tmpfilesChanged=
diff -rq "$oldSystem/etc/tmpfiles.d" "$systemConfig/etc/tmpfiles.d" >/dev/null 2>&1 || tmpfilesChanged=1

echo 'activating the configuration...' >&2
"$systemConfig/activate" || status=2

systemctl reset-failed
systemctl daemon-reload || status=3
[[ -z $tmpfilesChanged ]] || systemctl start systemd-tmpfiles-resetup.service

if ((${#reload[@]})); then
  tell 'reloading the following units' "${!reload[@]}"
  systemctl reload-or-restart -- "${!reload[@]}" || status=4
fi
if ((${#restart[@]})); then
  tell 'restarting the following units' "${!restart[@]}"
  systemctl restart -- "${!restart[@]}" || status=4
fi
tell 'starting the following units' "${!start[@]}"
if ((${#start[@]} + ${#targets[@]})); then
  systemctl start -- "${!start[@]}" "${!targets[@]}" || status=4
fi
rm -f "$pending/start" "$pending/restart" "$pending/reload"

new=()
while read -r unit _; do
  [[ -n ${active[$unit]-} || -n ${start[$unit]-} || $unit == *.scope ]] || new+=("$unit")
done < <(systemctl list-units --plain --no-legend --full --state=active)
tell 'the following new units were started' "${new[@]}"

mapfile -t failed < <(failedUnits)
if ((${#failed[@]})); then
  tell 'warning: the following units failed' "${failed[@]}"
  systemctl status --no-pager --full -- "${failed[@]}" >&2
  status=4
fi
exit "$status"
