#!/bin/bash
# A disk that fills up: what was acknowledged stays, what is refused says why and leaves no trace, reading goes on,
# and with room again work goes on.
source "$(dirname "$0")/support.bash"
disk=$WORK/disk
cleanup() {
  umount "$disk" 2>/dev/null
  rm -rf "$WORK"
}
mkdir "$disk"
mount -t tmpfs -o size=1m tmpfs "$disk" 2>/dev/null || skip "only root may mount a small disk"
export REGIE_DB=$disk/desk.db

free_bytes() { echo $(($(stat -f -c '%a * %S' "$disk"))); }
fill_but() { head -c $(($(free_bytes) - $1)) /dev/zero >"$disk/ballast"; }

new_desk
fill_but 65536
acknowledged=0
for ((turn = 1; turn <= 200; ++turn)); do
  "${OPEN[@]}" "full-$turn" >"$WORK/out" 2>"$WORK/said"
  status=$?
  ((status == 0)) || break
  ((++acknowledged))
done
echo "opened $acknowledged requests until the disk was full; then exit $status: $(cat "$WORK/said")"
((status == 1)) || fail "exit $status instead of 1 on a full disk"
grep -q 'is full: nothing was saved' "$WORK/said" || fail "the message does not say that the disk is full"
[[ ! -s $WORK/out ]] || fail "a number was printed for what was not saved: $(cat "$WORK/out")"
((acknowledged > 0)) || fail "not one request fitted"
[[ $(count_requests) == "$acknowledged" ]] || fail "$(count_requests) requests are there, not $acknowledged"
check_whole

: >>"$disk/last-bytes"
cat /dev/zero >>"$disk/last-bytes" 2>/dev/null
(($(free_bytes) == 0)) || fail "the disk is not quite full: $(free_bytes) bytes"
before=$("$REGIE" list --all --limit 0 --format jsonl) || fail "list: exit $? on a full disk"
"$REGIE" show 1 >/dev/null || fail "show: exit $? on a full disk"
"$REGIE" report nightly >/dev/null || fail "report: exit $? on a full disk"
for command in "accept 1" "note 1 entendu" "import $SOURCE/config/examples/val-dorle/fortnight.csv"; do
  # shellcheck disable=SC2086
  "$REGIE" $command >"$WORK/out" 2>"$WORK/said" </dev/null
  status=$?
  echo "$command: exit $status: $(cat "$WORK/said")"
  ((status == 1)) || fail "$command: exit $status instead of 1 on a full disk"
  grep -q 'is full: nothing was saved' "$WORK/said" || fail "$command does not say that the disk is full"
done
[[ $("$REGIE" list --all --limit 0 --format jsonl) == "$before" ]] || fail "something changed on the full disk"
"$REGIE" list --all >"$disk/last-bytes.txt" 2>"$WORK/said"
status=$?
echo "list into a file on it: exit $status: $(cat "$WORK/said")"
((status == 74)) || fail "exit $status instead of 74 for output that could not be written"
check_whole

rm "$disk/ballast"
id=$("${OPEN[@]}" "full-$turn") || fail "with room again: exit $?"
((id == acknowledged + 1)) || fail "with room again request $id instead of $((acknowledged + 1))"
echo "with room again: request $id, by the key that was refused"
check_whole
