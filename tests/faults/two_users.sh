#!/bin/bash
# Two accounts of one group share a database in a setgid folder, root passes by: whatever their umask, in turn, at
# once, and after one of them died in mid-commit, everybody can go on. A stranger gets nothing.
source "$(dirname "$0")/support.bash"
((EUID == 0)) || skip "only root can be two other people"
command -v setpriv >/dev/null || skip "no setpriv"
group=60010
as() { setpriv --reuid "$1" --regid "$1" --groups "$group" "${@:2}"; }
stranger() { setpriv --reuid 60003 --regid 60003 --clear-groups "$@"; }
stranger test -x "$REGIE" || skip "other accounts cannot run $REGIE"
users=(60001 60002)
umasks=(077 022 002 027)

chmod 755 "$WORK"
mkdir "$WORK/srv"
chown "root:$group" "$WORK/srv"
chmod 2770 "$WORK/srv"
export REGIE_DB=$WORK/srv/desk.db
unset HOME  # neither may write into it
as 60001 bash -c "umask 077; '$REGIE' init -q" || fail "init: exit $?"
[[ $(stat -c '%u:%g %a' "$REGIE_DB") == "60001:$group 660" ]] || fail "the database is $(stat -c '%u:%g %a' "$REGIE_DB")"

# write_as USER UMASK KEY
write_as() {
  local user=$1 mask=$2 key=$3
  (umask "$mask"; if ((user == 0)); then "${OPEN[@]}" "$key"; else as "$user" "${OPEN[@]}" "$key"; fi) \
    >>"$WORK/ids.$user" 2>>"$WORK/said.$user"
}

turns=0
for mask in "${umasks[@]}"; do
  for user in "${users[@]}" 0 "${users[@]}"; do
    write_as "$user" "$mask" "turn-$((++turns))" || fail "$user, umask $mask: exit $?: $(cat "$WORK/said.$user")"
    [[ $(ls "$WORK/srv") == desk.db ]] || fail "left behind by $user: $(ls -l "$WORK/srv")"
  done
done
echo "$turns writes in turn by 60001, 60002 and root, umask ${umasks[*]}"

at_once=10
for user in "${users[@]}"; do
  for mask in 077 022; do
    for ((n = 1; n <= at_once; ++n)); do write_as "$user" $mask "once-$user-$mask-$n" || exit 1; done &
  done
done
for pid in $(jobs -p); do wait "$pid" || fail "writing at once: $(cat "$WORK"/said.*)"; done
turns=$((turns + 4 * at_once))
echo "$((4 * at_once)) writes by four processes of the two accounts at once"
[[ $(sort -u "$WORK"/ids.* | wc -l) == "$turns" ]] || fail "numbers given twice or not at all"

# One dies in mid-commit; the other finds the journal of the first, and must be able to use and remove it.
if command -v strace >/dev/null && as 60001 strace -o /dev/null true 2>/dev/null; then
  for pair in "60001 60002" "60002 60001" "60001 0" "0 60002"; do
    read -r dies goes_on <<<"$pair"
    {
      (umask 077
      [[ $dies == 0 ]] || exec setpriv --reuid "$dies" --regid "$dies" --groups $group strace -o "/dev/null" \
        -e inject=fdatasync:signal=KILL:when=4 "${OPEN[@]}" "dead-$dies-$goes_on"
      exec strace -o /dev/null -e inject=fdatasync:signal=KILL:when=4 "${OPEN[@]}" "dead-$dies-$goes_on")
    } >/dev/null 2>&1
    [[ -s $REGIE_DB-journal ]] || fail "$dies did not die in mid-commit"
    echo "$dies died in mid-commit ($(stat -c '%u:%g %a' "$REGIE_DB-journal") left behind), $goes_on goes on"
    write_as "$goes_on" 022 "after-$pair" || fail "$goes_on after $dies: exit $?: $(tail -2 "$WORK/said.$goes_on")"
    [[ ! -e $REGIE_DB-journal ]] || fail "$goes_on left the journal of $dies"
    ((++turns))
  done
else
  echo "NOT TRIED: a death in mid-commit (needs strace)"
fi

refused_badly=""  # said last, when everything else was tried
for command in list "open fuite -R BEL"; do
  # shellcheck disable=SC2086
  stranger "$REGIE" $command >"$WORK/out" 2>"$WORK/said"
  status=$?
  echo "a stranger: $command: exit $status: $(paste -sd' ' <"$WORK/said")"
  [[ ! -s $WORK/out ]] || fail "a stranger got '$(cat "$WORK/out")'"
  ((status == 1)) && grep -q "cannot be opened" "$WORK/said" || refused_badly+="a stranger: $command: exit $status"$'\n'
done
[[ $(count_requests) == "$turns" ]] || fail "$(count_requests) requests instead of $turns"
check_whole
[[ -z $refused_badly ]] || fail "$refused_badly"
