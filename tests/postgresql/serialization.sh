#!/bin/bash
# A server that says "somebody came between, try again": a few times nobody notices, for ever ends soon with exit 75
# and nothing saved. And servers whose owner asks for stricter isolation than we do: nobody notices either.
source "$(dirname "$0")/support.bash"
AT=2026-03-02T09:00:00+01:00
OPEN=("$REGIE" --at "$AT" "${OPEN[@]:1}")
start_server
new_desk

# The next $2 inserts or updates of a request fail with SQLSTATE $1; the sequence counts on through what is rolled back.
fail_next() {
  query "
    create sequence if not exists attempts;
    alter sequence attempts restart;
    create or replace function interfere() returns trigger language plpgsql as \$\$
    begin
      if nextval('attempts') <= $2 then raise exception 'somebody came between' using errcode = '$1'; end if;
      return new;
    end \$\$;
    create or replace trigger interfere before insert or update on request
      for each row execute function interfere()"
}
attempts() { query "select last_value from attempts"; }

# run WORDS...: sets `status`, `took` (ms), `added`, `noted`.
run() {
  local requests entries begin
  requests=$(query "select count(*) from request") entries=$(query "select count(*) from journal")
  begin=$(now_ms)
  "$@" >"$WORK/out" 2>"$WORK/said"
  status=$?
  took=$(($(now_ms) - begin))
  added=$(($(query "select count(*) from request") - requests))
  noted=$(($(query "select count(*) from journal") - entries))
}

turn=0
for state in 40001 40P01; do
  for times in 1 3; do
    fail_next "$state" "$times"
    ((++turn))
    run "${OPEN[@]}" "again-$turn"
    echo "open, $times times $state: exit $status after $took ms, $(attempts) attempts, $added request more"
    [[ $status == 0 && $added == 1 && $noted == 1 && ! -s $WORK/said ]] || fail "$(cat "$WORK/said")"
    (($(attempts) == times + 1)) || fail "not $((times + 1)) attempts"
    fail_next "$state" "$times"
    run "$REGIE" --at "$AT" -q note "$(cat "$WORK/out")" vu
    [[ $status == 0 && $noted == 1 && ! -s $WORK/said ]] || fail "note: exit $status, $noted entries: $(cat "$WORK/said")"
  done

  fail_next "$state" 1000000
  for words in "open fuite -R BEL --key never-$state" "accept 1" "import $SOURCE/config/examples/val-dorle/fortnight.csv"; do
    # shellcheck disable=SC2086  # a list of words
    run "$REGIE" $words
    echo "${words%% *}, always $state: exit $status after $took ms: $(paste -sd' ' "$WORK/said")"
    [[ $status == 75 && $added == 0 && $noted == 0 && ! -s $WORK/out ]] || fail "$added requests and $noted entries more"
    grep -q "others wrote at the same moment, nothing was saved" "$WORK/said" || fail "the message does not say so"
    grep -q "try again" "$WORK/said" || fail "there is no hint"
    ((took < 10000)) || fail "that took too long"
  done
  run "$REGIE" --lang fr accept 1
  grep -q "rien n’a été enregistré" "$WORK/said" || fail "in French: $(cat "$WORK/said")"
done
query "drop trigger interfere on request"

# person NUMBER: opens, and writes a note into what it opened and into the first request.
opens_each=5
person() {
  local turn id
  for ((turn = 1; turn <= opens_each; ++turn)); do
    id=$("${OPEN[@]}" "$level-$1-$turn" 2>>"$WORK/errors.$1") || echo "open: exit $?" >>"$WORK/errors.$1"
    "$REGIE" --at "$AT" -q note "$id",1 "$level" >/dev/null 2>>"$WORK/errors.$1" || echo "note: exit $?" >>"$WORK/errors.$1"
  done
}
people=8
for level in serializable "repeatable read" "read uncommitted"; do
  query "alter database desk set default_transaction_isolation = '$level'"
  before=$(query "select count(*) from request")
  notes=$(query "select count(*) from journal where request = 1")
  begin=$(now_ms)
  for ((number = 1; number <= people; ++number)); do person $number & done
  wait
  [[ -z $(cat "$WORK"/errors.*) ]] || fail "$level: $(sort "$WORK"/errors.* | uniq -c | head -5)"
  opened=$(($(query "select count(*) from request") - before))
  noted=$(($(query "select count(*) from journal where request = 1") - notes))
  echo "$level: $opened opens and $((2 * noted)) notes by $people people in $(($(now_ms) - begin)) ms"
  ((opened == people * opens_each && noted == opened)) || fail "$opened opened, $noted noted"
  "$REGIE" list -q >/dev/null || fail "list: exit $?"
  "$REGIE" report nightly -q >/dev/null || fail "report: exit $?"
done
check_whole
