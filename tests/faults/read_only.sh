#!/bin/bash
# A colleague who may read but not write: list works, a write is refused with a message that says what to change.
source "$(dirname "$0")/support.bash"

# root may write anywhere: play somebody else.
as_reader=()
if ((EUID == 0)); then
  command -v setpriv >/dev/null || skip "no setpriv to become somebody else than root"
  as_reader=(setpriv --reuid 65534 --regid 65534 --clear-groups)
  "${as_reader[@]}" test -x "$REGIE" || skip "another account cannot run $REGIE"
fi
chmod 755 "$WORK"
mkdir -m 755 "$WORK/srv"
export REGIE_DB=$WORK/srv/desk.db
new_desk
"${OPEN[@]}" before >/dev/null || fail "open: exit $?"

# refused WHAT: WHAT and its words to be found in the message
expect_refusal() {
  local what=$1 words=$2 status
  shift 2
  "${as_reader[@]}" "$@" >"$WORK/out" 2>"$WORK/said"
  status=$?
  echo "$what: exit $status: $(paste -sd' ' <"$WORK/said")"
  ((status == 1)) || fail "$what: exit $status instead of 1"
  grep -q -- "$words" "$WORK/said" || fail "$what: the message does not say '$words'"
  [[ ! -s $WORK/out ]] || fail "$what: something was printed: $(cat "$WORK/out")"
}

expect_reading() {
  local what=$1 command
  for command in list "report nightly" "show 1" "log 1" "list --format json"; do
    # shellcheck disable=SC2086
    "${as_reader[@]}" "$REGIE" $command >"$WORK/out" 2>"$WORK/said" || fail "$what: $command: exit $?: $(cat "$WORK/said")"
    [[ -s $WORK/out ]] || fail "$what: $command printed nothing"
  done
  echo "$what: list, report, show and log work"
}

may_not_write="may only be read by you"

chmod 444 "$REGIE_DB"
expect_reading "file 0444 in a folder 0755"
expect_refusal "open, file 0444 in a folder 0755" "$may_not_write" "${OPEN[@]}" one
expect_refusal "accept, file 0444 in a folder 0755" "$may_not_write" "$REGIE" accept 1
chmod 777 "$WORK/srv"
expect_reading "file 0444 in a folder 0777"
expect_refusal "open, file 0444 in a folder 0777" "$may_not_write" "${OPEN[@]}" two
chmod 666 "$REGIE_DB"
chmod 555 "$WORK/srv"
expect_reading "file 0666 in a folder 0555"
# The journal cannot be made: the hint must speak of the folder.
expect_refusal "open, file 0666 in a folder 0555" "folder must be writable" "${OPEN[@]}" three
chmod 755 "$WORK/srv"
chmod 000 "$REGIE_DB"
expect_refusal "list, file 0000" "cannot be opened" "$REGIE" list
expect_refusal "open, file 0000" "cannot be opened" "${OPEN[@]}" four
# A writer died in mid-commit: only who may write can clear that up, and afterwards everybody can read again.
chmod 644 "$REGIE_DB"
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
  { strace -o /dev/null -e inject=fdatasync:signal=KILL:when=4 "${OPEN[@]}" dead >/dev/null 2>&1; } 2>/dev/null
  [[ -s $REGIE_DB-journal ]] || fail "the writer did not die in mid-commit"
  expect_refusal "list beside a broken commit" "$REGIE_DB" "$REGIE" list
  [[ $(count_requests) == 1 ]] || fail "the broken commit was not rolled back"
  expect_reading "after a colleague who may write came by"
else
  echo "NOT TRIED: a writer that died in mid-commit (needs strace)"
fi
chmod 660 "$REGIE_DB"
[[ $(count_requests) == 1 ]] || fail "$(count_requests) requests instead of 1"
[[ $(ls "$WORK/srv") == desk.db ]] || fail "left behind: $(ls "$WORK/srv")"
check_whole
