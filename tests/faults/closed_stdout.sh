#!/bin/bash
# Output that goes nowhere: exit 74 (141 when the reader has gone), said on stderr; what was written to the database
# before that is there, and nothing of the output lands in a file.
source "$(dirname "$0")/support.bash"
new_desk
for ((turn = 1; turn <= 3; ++turn)); do "${OPEN[@]}" "begin-$turn" >/dev/null || fail "open: exit $?"; done
requests=3

unsaid=""  # kept for the end, so that everything else is tried first

expect_74() {
  local what=$1 status=$2
  echo "$what: exit $status: $(head -2 "$WORK/said" | paste -sd' ')"
  ((status == 74)) || fail "$what: exit $status instead of 74"
  grep -q 'could not be written' "$WORK/said" || fail "$what: the message does not say it"
}

expect_saved() {
  local key=$1 id=$((++requests))
  [[ $("${OPEN[@]}" "$key" 2>/dev/null) == "$id" ]] || fail "'$key' was not saved as request $id"
  grep -q "\b$id\b" "$WORK/said" || unsaid+="the message does not say that it was saved as request $id"$'\n'
}

for command in list "report nightly" "show 1" "list --format json" "list --format csv" --help --version; do
  # shellcheck disable=SC2086
  "$REGIE" $command >/dev/full 2>"$WORK/said"
  expect_74 "$command >/dev/full" $?
  # shellcheck disable=SC2086
  "$REGIE" $command >&- 2>"$WORK/said"
  expect_74 "$command >&-" $?
done

# More than a pipe holds, and the reader takes one line. --default-signal: whoever started us may ignore SIGPIPE.
"$REGIE" import "$SOURCE/config/examples/val-dorle/fortnight.csv" -q >/dev/null || fail "import: exit $?"
requests=$(count_requests)
mapfile -t all < <(seq 1 "$requests")
env --default-signal=PIPE "$REGIE" show "${all[@]}" --format json 2>"$WORK/said" | head -1 >/dev/null
status=${PIPESTATUS[0]}
echo "show of $requests requests | head -1: exit $status, $(wc -c <"$WORK/said") bytes of message"
((status == 141)) || fail "exit $status instead of 141 when nobody reads"
[[ ! -s $WORK/said ]] || fail "SIGPIPE is quiet, but: $(cat "$WORK/said")"
env --ignore-signal=PIPE "$REGIE" show "${all[@]}" --format json 2>"$WORK/said" | head -1 >/dev/null
status=${PIPESTATUS[0]}
echo "the same where SIGPIPE is ignored: exit $status: $(cat "$WORK/said")"
((status == 74 || status == 141)) || fail "exit $status instead of 74 when nobody reads and SIGPIPE is ignored"

"${OPEN[@]}" to-full >/dev/full 2>"$WORK/said"
expect_74 "open >/dev/full" $?
expect_saved to-full
"${OPEN[@]}" to-closed >&- 2>"$WORK/said"
expect_74 "open >&-" $?
expect_saved to-closed

# No descriptor at all: the files a program opens then get the numbers 0, 1 and 2.
"${OPEN[@]}" to-nothing <&- >&- 2>&-
status=$?
((status == 74)) || fail "open without any descriptor: exit $status"
((++requests))
[[ $("${OPEN[@]}" to-nothing 2>/dev/null) == "$requests" ]] || fail "open without any descriptor was not saved"
"$REGIE" report --no-such-option <&- >&- 2>&-
status=$?
((status == 2)) || fail "a usage error without any descriptor: exit $status"
printf 'no such header\n' >"$WORK/bad.csv"
cp "$WORK/bad.csv" "$WORK/bad.csv.kept"
"$REGIE" import "$WORK/bad.csv" <&- >&- 2>&-
status=$?
((status == 1)) || fail "a bad import without any descriptor: exit $status"
cmp -s "$WORK/bad.csv" "$WORK/bad.csv.kept" || fail "a message was written into the imported file"
[[ $(count_requests) == "$requests" ]] || fail "$(count_requests) requests instead of $requests"
echo "without any descriptor: saved, and every file as it was"
check_whole
[[ -z $unsaid ]] || fail "$unsaid"
