# Run inside a session: prints a line "OURS REFERENCE" (milliseconds) for each of $1 pairs.
leader=$(pgrep --parent "$(pgrep --full 'systemd-nspawn.*--machine=bench( |$)')")
milliseconds() { # COMMAND...
  local begin=$EPOCHREALTIME end
  "$@" || exit
  end=$EPOCHREALTIME
  local microseconds=$((${end/./} - ${begin/./}))
  printf '%d.%03d' $((microseconds / 1000)) $((microseconds % 1000))
}
for ((pair = 0; pair < $1; pair++)); do
  ours=$(milliseconds c true) || exit
  reference=$(milliseconds nsenter --all -t "$leader" true) || exit
  echo "$ours $reference"
done
