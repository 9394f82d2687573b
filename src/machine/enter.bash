#!/usr/bin/env bash
# Running commands inside a container, for the helper shell (sourced) and for src/machine/exec.ts (executed).
# No Node and nearly no processes of its own: `c true` is to cost little more than nsenter.
#
#   ec_run CGROUP [-u USER] [-w DIR] [-e VAR=VALUE]... [--] COMMAND ARG...
#       runs a command; with a terminal of the container where stdin and stdout are terminals. With no command, a login shell.
#       The caller's terminal stays outside then: what runs inside could type into it (TIOCSTI), or go on reading from it
#   ec_find_leader CGROUP             sets ec_leader (PID of the container's init here) and ec_join (cgroup of commands)
#
# CGROUP is the folder of the container's unit: .../machine.slice/container@NAME.service. It need not exist: then
# machinectl is asked. Set EC_TERMINAL=0 for no terminal; `relayed` is what ec_relay sets. Status: the command's own; 1 where
# the container is down, has no such user or folder; 2 where the flags are wrong.
# Executed: enter.bash with the arguments of ec_run.

ec_file=${BASH_SOURCE[0]}
# In place of `type -P`, whose answer would cost a process each.
hash env nsenter 2>/dev/null || :
ec_env=${BASH_CMDS[env]-env} ec_nsenter=${BASH_CMDS[nsenter]-nsenter}
# Before util-linux 2.38 there is no --wdns. Asked once a session.
if [[ ! ${ec_wdns+known} ]]; then
    ec_wdns=
    if [[ $("$ec_nsenter" --help 2>&1) == *--wdns* ]]; then ec_wdns=1; fi
fi
ec_path=/run/wrappers/bin:/run/current-system/sw/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

IFS= read -r -d '' ec_inside <"${BASH_SOURCE[0]%/*}/enter-inside.sh" || :

# Sets ec_leader and ec_join. Fails where the container does not run. Costs no process while the init is the same.
ec_find_leader() {
    local unit=${1##*/} line pid folder
    if [[ ${ec_leader-} && ${ec_found-} == "$1" ]] && ec_belongs "$ec_leader" "$unit"; then return 0; fi
    ec_leader='' ec_join='' ec_found=$1
    for folder in "$1"/payload/init.scope "$1"/payload; do
        [[ -e $folder/cgroup.procs ]] || continue
        while read -r pid; do
            while read -r line; do
                if [[ $line == NSpid:*[[:blank:]]*[[:blank:]]1 ]]; then
                    ec_leader=$pid ec_join=$folder
                    return 0
                fi
            done 2>/dev/null </proc/"$pid"/status
        done <"$folder"/cgroup.procs
    done
    if [[ ! -d $1 && -d /run/systemd/system ]]; then
        folder=${unit#container@} folder=${folder%.service}
        ec_leader=$(machinectl show --property=Leader --value -- "${folder//_/-}" 2>/dev/null) || :
        # A machine of that name may be another program's, and its leader a process of the host.
        if [[ $ec_leader ]] && ! ec_belongs "$ec_leader" "$unit"; then ec_leader=''; fi
    fi
    [[ $ec_leader ]]
}

# Whether process $1 is in the unit $2: its PID could be another's by now.
ec_belongs() {
    local line
    while read -r line; do
        if [[ $line == *"/$2/"* ]]; then return 0; fi
    done 2>/dev/null </proc/"$1"/cgroup
    return 1
}

# Moves process $2 to where the leader's limits are on machines whose controllers are bound to cgroup v1 (limits.sh).
ec_join_limits() {
    local controllers path
    while IFS=: read -r _ controllers path; do
        if [[ $controllers && $controllers != name=* && $path/ == *"/$1/"* ]]; then
            # The variables are the inner shell's. Only it sees the mount.
            # shellcheck disable=SC2016
            unshare --mount sh -c 'mount -t cgroup -o "$1" cgroup /sys/fs/cgroup && echo "$3" >"/sys/fs/cgroup$2/cgroup.procs"' \
                - "$controllers" "$path" "$2" || :
        fi
    done </proc/"$ec_leader"/cgroup
}

ec_has() {
    local found
    for found in "/proc/$ec_leader/root$1" "/proc/$ec_leader/root/run/current-system/sw$2"; do
        if [[ -e $found || -L $found ]]; then return 0; fi
    done
    return 1
}

# Whether stdin and stdout are a terminal that is ours to read: a job in the background would be stopped.
ec_on_terminal() {
    local stat group foreground tries
    if [[ ${EC_TERMINAL-} == relayed ]]; then return 0; fi
    [[ ${EC_TERMINAL-1} != 0 && -t 0 && -t 1 ]] || return 1
    for ((tries = 0; tries < 50; tries++)); do
        read -r stat </proc/"$BASHPID"/stat || return 0
        # Behind the program's name: state, parent, process group, session, terminal, the terminal's foreground group.
        IFS=' ' read -r _ _ group _ _ foreground _ <<<"${stat##*) }"
        if [[ ${EC_TERMINAL-} != late ]]; then break; fi
        if [[ $group == "$foreground" ]]; then
            # Its modes come a moment after: they would undo those that script sets.
            sleep 0.03
            return 0
        fi
        sleep 0.01
    done
    [[ ${EC_TERMINAL-} == late || $group == "$foreground" ]]
}

# For sh, in single quotes; bash's own ${x@Q} gives $'...', which dash does not know.
ec_quote() {
    local quote="'" word
    ec_quoted=''
    for word; do ec_quoted+=" '${word//$quote/$quote\\$quote$quote}'"; done
    ec_quoted=${ec_quoted# }
}

# The same call again, on a terminal of its own that the host's script passes on to the caller's.
ec_relay() {
    local script how=()
    if ! script=$(type -P script); then
        echo 'script is not installed (util-linux), without which no terminal can be had inside. Without one: c COMMAND | cat' >&2
        return 1
    fi
    # Signals for this process are for script: it ends what it runs, and puts the caller's terminal in order.
    if [[ $ec_file == "$0" ]]; then how=(exec); fi
    ec_quote "$BASH" "$ec_file" "$@"
    "${how[@]}" "$ec_env" SHELL=/bin/sh EC_TERMINAL=relayed ec_wdns="$ec_wdns" \
        "$script" --quiet --return --command "exec $ec_quoted" /dev/null
}

# Reads the flags before the command into flag_user, flag_dir and flag_variables of the caller, and the count of their words.
ec_read_flags() {
    local flag OPTARG OPTIND=1
    while getopts :u:w:e: flag; do
        case $flag in
            u) flag_user=$OPTARG ;;
            w) flag_dir=$OPTARG ;;
            e) flag_variables+=("$OPTARG") ;;
            :) ec_refuse "-$OPTARG needs a value after it." || return ;;
            *) ec_refuse "There is no flag -$OPTARG." || return ;;
        esac
        if [[ ! $OPTARG ]]; then ec_refuse "-$flag must not be empty." || return; fi
        if [[ $flag == e && ! $OPTARG =~ ^[A-Za-z_][A-Za-z0-9_]*= ]]; then
            ec_refuse "-e ${OPTARG@Q} is no VAR=VALUE." || return
        fi
    done
    flag_words=$((OPTIND - 1))
}

ec_refuse() {
    echo "$1 Flags of c: -u USER, -w DIR, -e VAR=VALUE. A command that begins with a dash: c -- -x" >&2
    return 2
}

# Says so where the container $1 is gone, or is about to be: the journal of its destruction is written before the first kill.
ec_say_destroyed() {
    local journal=''
    if [[ -e /run/extra-container/steps/$1 ]]; then
        read -r journal 2>/dev/null </run/extra-container/steps/"$1" || :
        if [[ $journal != *'"destroy"'* ]]; then return 1; fi
    elif [[ -L /etc/systemd-mutable/system/container@$1.service || -L /nix/var/nix/gcroots/auto/extra-container-$1 ]]; then
        return 1
    fi
    echo "Container \"$1\" was destroyed by another command." >&2
}

ec_run() {
    local cgroup=$1 name=${1##*/container@} shell=/bin/sh workdir=/ environment exports='' stderr status
    local flag_user='' flag_dir='' flag_variables=() flag_words words=("$@") terminal=''
    shift
    ec_read_flags "$@" || return
    shift "$flag_words"
    name=${name%.service}
    if ! ec_find_leader "$cgroup"; then
        if ! ec_say_destroyed "$name"; then echo "Container \"$name\" is not running. Start it: extra-container start $name" >&2; fi
        return 1
    fi
    if ec_on_terminal; then terminal=1; fi
    if [[ $terminal && ${EC_TERMINAL-} != relayed ]]; then
        ec_relay "${words[@]}"
        return
    fi
    if ec_has /bin/bash /bin/bash; then
        shell=/bin/bash
        if [[ ! -e /proc/$ec_leader/root/bin/bash ]]; then shell=/run/current-system/sw/bin/bash; fi
    fi
    environment=(PATH="$ec_path" HOME=/root USER=root LOGNAME=root LANG=C.UTF-8 ${TERM:+TERM="$TERM"})
    # Looked up inside: nsenter opens --wd before it enters, and follows a link that the container's root put there to the
    # host's files.
    if [[ -d /proc/$ec_leader/root/root && ! -L /proc/$ec_leader/root/root ]]; then workdir=/root; fi
    if [[ $ec_wdns ]]; then workdir=--wdns=$workdir; else workdir=--wd=/proc/$ec_leader/root; fi
    # SHELL is the user's, which is known inside.
    # shellcheck disable=SC2016
    if (($# == 0)); then set -- /bin/sh -c 'exec "$SHELL" -l'; fi
    if [[ $terminal ]] && ec_has /usr/bin/script /bin/script; then
        # The terminal outside does not exist in the container's /dev/pts; script makes one there and links the two. It
        # runs the command by SHELL -c.
        if ((${#flag_variables[@]})); then
            ec_quote "${flag_variables[@]}"
            exports="export $ec_quoted; "
            flag_variables=()
        fi
        ec_quote "$@"
        set -- script --quiet --return --command "SHELL=\$EC_SHELL; unset EC_SHELL; ${exports}exec $ec_quoted" /dev/null
        environment+=(SHELL=/bin/sh EC_SHELL="$shell")
    else
        environment+=(SHELL="$shell")
    fi
    if [[ $flag_user || $flag_dir ]] || ((${#flag_variables[@]})); then
        set -- /bin/sh -c "$ec_inside" sh "$name" "$flag_user" "$flag_dir" "${#flag_variables[@]}" "${flag_variables[@]}" "$@"
    fi
    # Bash itself would report a command that a signal ended, on the stderr that is the command's.
    exec {stderr}>&2
    {
        (
            # Commands in the container's cgroup count for its limits and end with it. Not let in: no reason to fail.
            if [[ $ec_join ]]; then echo "$BASHPID" >"$ec_join"/cgroup.procs || :; fi
            ec_join_limits "${cgroup##*/}" "$BASHPID"
            umask 022
            # nsenter looks the command up in this PATH, after it has entered.
            exec "$ec_env" -i "${environment[@]}" "$ec_nsenter" --target "$ec_leader" --all "$workdir" -- "$@" \
                2>&"$stderr" {stderr}>&-
        ) && status=0 || status=$?
    } 2>/dev/null
    exec {stderr}>&-
    if [[ $status != 0 ]]; then ec_say_destroyed "$name" || :; fi
    return "$status"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    if (($# == 0)); then
        echo 'Usage: enter.bash CGROUP [-u USER] [-w DIR] [-e VAR=VALUE]... [--] [COMMAND ARG...]' >&2
        exit 2
    fi
    ec_run "$@"
fi
