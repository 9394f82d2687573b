#!/usr/bin/env bash
# What `npm test` needs beyond install.sh: run by npm before the tests, quick when all is there.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$root/util/install/common.sh"
# shellcheck source-path=SCRIPTDIR source=packages.sh
source "$root/util/install/packages.sh"

install_packages "${base_needs[@]}" "${test_needs[@]}"
