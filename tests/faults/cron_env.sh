#!/bin/bash
# As cron starts it, and worse: no environment, no home, umask 077, standard input closed, the root folder.
source "$(dirname "$0")/support.bash"
cd / || fail "no root folder"
umask 077
# cron's own environment is one PATH; here not even that.
bare() { env -i "$@" --config "$REGIE_CONFIG" --db "$REGIE_DB" <&-; }

bare "$REGIE" init -q 2>"$WORK/said" || fail "init: exit $?: $(cat "$WORK/said")"
mode=$(stat -c %a "$REGIE_DB")
[[ $mode == 660 ]] || fail "under umask 077 the database has mode $mode instead of 660"

id=$(bare "${OPEN[@]}" nightly 2>"$WORK/said") || fail "open: exit $?: $(cat "$WORK/said")"
[[ $id == 1 ]] || fail "open printed '$id'"
for command in list report "show 1" "log 1" "list --format csv" "report nightly --format json"; do
  # shellcheck disable=SC2086
  bare "$REGIE" $command >"$WORK/out" 2>"$WORK/said" || fail "$command: exit $?: $(cat "$WORK/said")"
  [[ -s $WORK/out ]] || fail "$command printed nothing"
  [[ ! -s $WORK/said ]] || fail "cron would mail this remark of $command: $(cat "$WORK/said")"
done
bare "$REGIE" show 1 | grep -q "l'évier, ça" || fail "accents are lost without a locale"
bare "$REGIE" report nightly | grep -q "Val d'Orle Habitat" || fail "the report does not name the landlord"
echo "without environment and input: init (0660 under umask 077), open, list, report, show and log work"

bare "$REGIE" open - -R BEL -q >"$WORK/out" 2>"$WORK/said"
status=$?
echo "open - from a closed input: exit $status: $(cat "$WORK/said")"
((status == 1)) || fail "open - from a closed input: exit $status instead of 1"
[[ -s $WORK/said && ! -s $WORK/out ]] || fail "open - from a closed input says '$(cat "$WORK/out")'"

# An account that /etc/passwd does not know, without a home: the two options say all there is to know.
if ((EUID == 0)) && command -v setpriv >/dev/null && setpriv --reuid 60077 --clear-groups test -x "$REGIE"; then
  chmod 755 "$WORK"
  mkdir "$WORK/nobodys"
  chown 60077 "$WORK/nobodys"
  mkdir -m 777 "$WORK/started-here"
  cd "$WORK/started-here" || fail "no folder to start in"
  REGIE_DB=$WORK/nobodys/desk.db
  for command in "init -q" "open fuite -R BEL -q" list "report nightly"; do
    # shellcheck disable=SC2086
    bare setpriv --reuid 60077 --clear-groups "$REGIE" $command >"$WORK/out" 2>"$WORK/said" ||
      fail "an account without a name: $command: exit $?: $(cat "$WORK/said")"
  done
  echo "an account without name and home: init, open, list and report work"
  litter=$(find . -mindepth 1 | paste -sd' ')
  grep -q uid60077 <(bare "$REGIE" log 1) || fail "the journal does not name uid60077: $(bare "$REGIE" log 1)"
else
  echo "NOT TRIED: an account without a name (needs root and setpriv)"
fi
check_whole

# What it keeps in a home is its owner's alone, as XDG says, and as umask 077 asked for.
mkdir "$WORK/home"
HOME=$WORK/home "$REGIE" open fuite -R BEL -q >/dev/null 2>&1 || fail "open with a home: exit $?"
open_to_others=$(find "$WORK/home" -mindepth 1 -perm /077 | paste -sd' ')
[[ -z ${litter:-} ]] || fail "left in the folder it was started in: $litter"
[[ -z $open_to_others ]] || fail "under umask 077 others were let into $open_to_others"
