# Read first by the zsh of a session, whose ZDOTDIR is this folder: the caller's own .zshenv.
EXTRA_CONTAINER_OWN_HOME=$HOME HOME=$EXTRA_CONTAINER_HOME
if [[ -n $EXTRA_CONTAINER_ZDOTDIR ]]; then
    ZDOTDIR=$EXTRA_CONTAINER_ZDOTDIR
else
    unset ZDOTDIR
fi
if [[ -r ${ZDOTDIR:-$HOME}/.zshenv ]]; then
    . "${ZDOTDIR:-$HOME}/.zshenv"
fi
# It may have set ZDOTDIR.
EXTRA_CONTAINER_ZDOTDIR=$ZDOTDIR
ZDOTDIR=$EXTRA_CONTAINER_ROOT/src/shell/zsh
