#!/bin/bash
# After a nixcloud container has stopped: what only it used of the host's networks goes.
#   stop.sh           after a stop, by its unit (ExecStopPost)
#   stop.sh destroy   after its files are removed, by `destroy`: its ids too
set -euf
here=${BASH_SOURCE[0]%/*}
: "${INSTANCE:?}"
fail() {
  echo "container '$INSTANCE': $*" >&2
  exit 1
}
# shellcheck source-path=SCRIPTDIR source=ids.sh
. "$here/ids.sh"
# shellcheck source-path=SCRIPTDIR source=network.sh
. "$here/network.sh"
release_networks
if [[ ${1-} == destroy ]]; then
  rm -f "/run/extra-container/lxc/$INSTANCE.env"
  release_ids
fi
