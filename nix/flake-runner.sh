#!/bin/sh
# Runs extra-container with the containers that this package holds. Without a command it opens a shell.
if ! command -v extra-container >/dev/null; then
  echo 'container: extra-container is not installed, or not in PATH. Its README.md says how to install it.' >&2
  exit 1
fi
EXTRA_CONTAINER_ETC=@out@ exec extra-container "$@"
