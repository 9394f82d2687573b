# shellcheck shell=dash
# Builder of stdenv.mkDerivation and runCommand: nixpkgs's phases, in bash where it is there, else in busybox's shell.

if [ -z "${hostTools+x}" ]; then
  self=$0
  if [ -x /usr/bin/bash ]; then
    export hostTools=1 PATH="${inputPath:+$inputPath:}/usr/bin:/usr/sbin"
    exec /usr/bin/bash "$self"
  fi
  export hostTools="" PATH="$inputPath"
fi

set -e
export HOME=/homeless-shelter TMPDIR="${TMPDIR:-$NIX_BUILD_TOP}"

explain() {
  status=$?
  if [ "$status" = 127 ] && [ -z "$hostTools" ]; then
    echo "A program is missing. Nix's sandbox hides this machine's programs: allow them with --option extra-sandbox-paths '/usr /bin /lib /lib64', or build with --option sandbox false." >&2
  fi
  exit "$status"
}
trap explain EXIT

runHook() {
  eval "hook=\${$1-}"
  # shellcheck disable=SC2154 # set by the line above
  if [ -n "$hook" ]; then eval "$hook"; fi
}

fail() {
  echo "$1" >&2
  exit 1
}

# A phase given as text replaces the one below, hooks included, as nixpkgs has it.
runPhase() {
  eval "given=\${$1-}"
  if [ -n "${given:-}" ]; then eval "$given"; else "$1_"; fi
}

unpackPhase_() {
  runHook preUnpack
  # shellcheck disable=SC2154 # src is an attribute of the derivation
  if [ -d "$src" ]; then
    cp -r "$src" source
    chmod -R u+w source
  else
    mkdir source
    case $src in
      *.tar | *.tar.* | *.tgz | *.tbz2 | *.txz) tar -xf "$src" -C source ;;
      *.zip) unzip -q "$src" -d source ;;
      *) fail "src '$src' is neither a folder nor a tar or zip archive. Give an unpackPhase, or dontUnpack = true." ;;
    esac
    # An archive with one folder at its top is entered, as nixpkgs does.
    set -- source/*
    if [ $# = 1 ] && [ -d "$1" ]; then
      mv "$1" source.inner
      rmdir source
      mv source.inner source
    fi
  fi
  sourceRoot=${sourceRoot:-source}
  cd "$sourceRoot"
  runHook postUnpack
}

patchPhase_() {
  runHook prePatch
  for patch in ${patches:-}; do patch -p1 <"$patch"; done
  runHook postPatch
}

configurePhase_() {
  runHook preConfigure
  # shellcheck disable=SC2086 # flags are a list of words
  if [ -x ./configure ]; then ./configure --prefix="${prefix:-$out}" ${configureFlags:-}; fi
  runHook postConfigure
}

buildPhase_() {
  runHook preBuild
  # shellcheck disable=SC2086
  if hasMakefile; then make ${makeFlags:-} ${buildFlags:-}; fi
  runHook postBuild
}

checkPhase_() {
  runHook preCheck
  # shellcheck disable=SC2086
  if [ -n "${doCheck:-}" ] && hasMakefile; then make ${makeFlags:-} "${checkTarget:-check}"; fi
  runHook postCheck
}

installPhase_() {
  runHook preInstall
  # shellcheck disable=SC2086,SC2154 # out is set by Nix
  if hasMakefile; then make ${makeFlags:-} install PREFIX="$out" prefix="$out" ${installFlags:-}; fi
  runHook postInstall
}

hasMakefile() { [ -e Makefile ] || [ -e makefile ] || [ -e GNUmakefile ]; }

if [ -n "${buildCommandPath:-}" ] && [ -s "$buildCommandPath" ]; then
  # shellcheck disable=SC1090 # what runCommand was given
  . "$buildCommandPath"
elif [ -n "${buildCommand:-}" ]; then
  eval "$buildCommand"
else
  if [ -z "${dontUnpack:-}" ] && { [ -n "$src" ] || [ -n "${unpackPhase:-}" ]; }; then runPhase unpackPhase; fi
  for phase in patch configure build check install; do
    eval "skip=\${dont$(echo "$phase" | sed 's/^./\U&/')-}"
    # shellcheck disable=SC2154 # set by the line above
    if [ -z "$skip" ]; then runPhase "${phase}Phase"; fi
  done
  runHook preFixup
  runHook postFixup
  [ -e "$out" ] || fail "The installPhase made no \$out ($out)."
fi
