# Run inside a session with --ssh: prints a line "OURS REFERENCE" (milliseconds) for each of $1 pairs.
connect='require("node:net").connect(22, process.argv[1], function () { this.destroy() })'
milliseconds() { # COMMAND...
  local begin=$EPOCHREALTIME end
  "$@" || exit
  end=$EPOCHREALTIME
  local microseconds=$((${end/./} - ${begin/./}))
  printf '%d.%03d' $((microseconds / 1000)) $((microseconds % 1000))
}
# The first one logs in.
cssh true || exit
for ((pair = 0; pair < $1; pair++)); do
  ours=$(milliseconds cssh true) || exit
  # shellcheck disable=SC2154  # The session sets it.
  reference=$(milliseconds node -e "$connect" "$ip") || exit
  echo "$ours $reference"
done
