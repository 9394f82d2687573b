# Read by an interactive bash in place of ~/.bashrc: the caller's own first, so that prompt and aliases are as everywhere.
EXTRA_CONTAINER_OWN_HOME=$HOME HOME=$EXTRA_CONTAINER_HOME
if [[ -r ~/.bashrc ]]; then
    # shellcheck source=/dev/null
    . ~/.bashrc
fi
HOME=$EXTRA_CONTAINER_OWN_HOME
# A login profile may have set PATH anew.
export PATH=$EXTRA_CONTAINER_PATH
unset EXTRA_CONTAINER_PATH EXTRA_CONTAINER_OWN_HOME
. "$EXTRA_CONTAINER_ROOT/src/shell/helpers.bash"
