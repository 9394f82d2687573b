# The functions of a session: h, c and cssh. Sourced by bash, before the user's command or in the rc file.
#
# Set by the session: name, ip, EXTRA_CONTAINER_ROOT (this program's folder), EXTRA_CONTAINER_CGROUP (what enter.bash
# wants), EXTRA_CONTAINER_STATE (the container's root folder), EXTRA_CONTAINER_USER and EXTRA_CONTAINER_WORKDIR (defaults
# of c). In a lab, a session of several containers, instead of the container's own: names, ip_NAME, EXTRA_CONTAINER_LAB
# (NAME=CONTAINER for each) and EXTRA_CONTAINER_MACHINES (the folder of their cgroups).

. "$EXTRA_CONTAINER_ROOT/src/machine/enter.bash"

# What the session's shell is to have, whichever that is.
export EXTRA_CONTAINER_HELPERS='h c cssh'
unalias h c cssh 2>/dev/null || :

h() {
    if [[ ${EXTRA_CONTAINER_LAB-} ]]; then
        ec_help_lab
        return
    fi
    if [[ $ip ]]; then
        echo "Container address: $ip (\$ip)"
    fi
    echo "Container filesystem: $EXTRA_CONTAINER_STATE"
    echo
    echo 'Run "c COMMAND" to execute a command in the container'
    echo 'Run "c" to start a shell session inside the container'
    echo 'Flags before COMMAND: -u USER, -w DIR, -e VAR=VALUE'
    if [[ ${EXTRA_CONTAINER_SSH-} ]]; then
        echo 'Run "cssh" for SSH'
    fi
}

ec_help_lab() {
    local container address members
    # shellcheck disable=SC2154  # The session sets it.
    IFS=' ' read -ra members <<<"$names"
    echo 'Containers:'
    for container in "${members[@]}"; do
        address=ip_${container//-/_}
        echo "  $container${!address:+, ${!address} (\$$address)}"
    done
    echo 'They find each other by these names.'
    echo
    echo 'Run "c NAME COMMAND" to execute a command in a container'
    echo 'Run "c NAME" to start a shell session inside a container'
    echo 'Flags before COMMAND: -u USER, -w DIR, -e VAR=VALUE'
    if [[ ${EXTRA_CONTAINER_SSH-} ]]; then
        echo 'Run "cssh NAME" for SSH'
    fi
}

c() {
    local cgroup=$EXTRA_CONTAINER_CGROUP defaults=()
    if [[ ${EXTRA_CONTAINER_LAB-} ]]; then
        ec_find_member "${1-}" || return
        shift
    fi
    if [[ ${EXTRA_CONTAINER_USER-} ]]; then defaults+=(-u "$EXTRA_CONTAINER_USER"); fi
    if [[ ${EXTRA_CONTAINER_WORKDIR-} ]]; then defaults+=(-w "$EXTRA_CONTAINER_WORKDIR"); fi
    ec_run "$cgroup" "${defaults[@]}" "$@"
}

# Sets the caller's cgroup to that of a container of the lab.
ec_find_member() {
    local member members
    IFS=' ' read -ra members <<<"$EXTRA_CONTAINER_LAB"
    for member in "${members[@]}"; do
        if [[ ${member%%=*} == "$1" ]]; then
            cgroup=$EXTRA_CONTAINER_MACHINES/container@${member#*=}.service
            return 0
        fi
    done
    echo "${1:+There is no container ${1@Q} in this lab. }Write c NAME [COMMAND], with NAME one of: $names" >&2
    return 2
}

cssh() { "$EXTRA_CONTAINER_ROOT/bin/cssh" "$@"; }

# For scripts that the command, or the user, starts.
export ec_file ec_env ec_nsenter ec_path ec_wdns ec_inside
export -f h c cssh ec_help_lab ec_find_member ec_run ec_say_destroyed ec_read_flags ec_refuse ec_find_leader ec_belongs ec_join_limits ec_has ec_on_terminal ec_relay ec_quote
