# Read by the zsh of a session: the caller's own .zshrc, so that prompt and aliases are as everywhere, then the helpers.
if [[ -n $EXTRA_CONTAINER_ZDOTDIR ]]; then
    export ZDOTDIR=$EXTRA_CONTAINER_ZDOTDIR
else
    unset ZDOTDIR
fi
if [[ -r ${ZDOTDIR:-$HOME}/.zshrc ]]; then
    . "${ZDOTDIR:-$HOME}/.zshrc"
fi
HOME=$EXTRA_CONTAINER_OWN_HOME
export PATH=$EXTRA_CONTAINER_PATH
for name_of_helper in ${(s: :)EXTRA_CONTAINER_HELPERS}; do
    unalias $name_of_helper 2>/dev/null
    # bash finds them in the environment: helpers.bash exports them.
    functions[$name_of_helper]="bash -c '\"\$0\" \"\$@\"' $name_of_helper \"\$@\""
done
unset EXTRA_CONTAINER_PATH EXTRA_CONTAINER_OWN_HOME EXTRA_CONTAINER_ZDOTDIR name_of_helper
