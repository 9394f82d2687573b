#!/bin/bash
# Before the start of a container with credentials:
#   credentials.sh check OPTION PATH ...                  whether files are there
#   credentials.sh keep FILE NAME PROGRAM ARGUMENT...     puts what a program prints where systemd-nspawn reads it
# From the unit: INSTANCE. Status 78: another start would fail too.
set -uf
umask 077

fail() {
  echo "container '$INSTANCE': $*" >&2
  exit 78
}

check() {
  while (($# > 0)); do
    [[ -e $2 ]] || fail "$1: $2 does not exist on this machine. Make it, or name another file."
    shift 2
  done
}

keep() {
  local file=$1 name=$2 size most
  shift 2
  trap 'rm -f "$file"' EXIT
  # A program, never a builtin of this shell.
  (exec -- "$@") >"$file" || fail "the command of its credential $name failed with exit status $?: $*"
  # What a service inside may load, with the name.
  size=$(stat -c %s "$file") most=$((1024 * 1024 - ${#name}))
  ((size <= most)) || fail "the command of its credential $name printed $size bytes, and systemd takes at most $most: $*"
  trap - EXIT
}

"$@"
