#!/bin/bash
# The server dies between COMMIT and its answer, and what it had not written yet is forgotten with the number of the
# transaction: the next writer gets that number again. Who comes back and asks what became of it must not take the other's
# commit for its own.
source "$(dirname "$0")/support.bash"
DURABLE=${DURABLE:-on} start_server
# Nothing is written before somebody commits.
query "alter system set wal_writer_delay = '10s'" >/dev/null
query "alter system set checkpoint_timeout = '1h'" >/dev/null
query "select pg_reload_conf()" >/dev/null
new_desk
start_proxy
others="postgresql://regie@/desk?host=$SERVER"
"${OPEN[@]}" first --db "$others" >/dev/null || fail "open: exit $?"

# die HOW
die() {
  case $1 in
    all)
      "$SERVER_SCRIPT" kill "$SERVER" || fail "kill: exit $?"
      until "$SERVER_SCRIPT" restart "$SERVER" >"$WORK/server" 2>&1; do sleep 0.1; done
      ;;
    one)
      # It throws all others out and recovers by itself.
      kill -9 "$idler" || fail "kill: exit $?"
      until [[ $(query "select 1" 2>/dev/null) == 1 ]]; do sleep 0.05; done
      ;;
  esac
}

for how in all one; do
  before=$(query "select count(*) from request")
  psql --host="$SERVER" --username=regie --dbname=desk -XAtq -c "select pg_sleep(60)" >/dev/null 2>&1 &
  until idler=$(query "select pid from pg_stat_activity where query = 'select pg_sleep(60)'") && [[ -n $idler ]]; do sleep 0.05; done
  plan before-commit 'refuse*'
  {
    "${OPEN[@]}" "doubtful-$how" --lock-wait 60 >"$WORK/out" 2>"$WORK/said"
    echo $? >"$WORK/status"
  } &
  client=$!
  until grep -q "cut before-commit" "$WORK/cuts"; do sleep 0.002; done
  die $how
  [[ $(query "select count(*) from request") == "$before" ]] || fail "it was saved before it was committed"
  for other in 1 2 3 4 5; do "${OPEN[@]}" "other-$how-$other" --db "$others" >/dev/null || fail "open: exit $?"; done
  plan pass
  wait $client
  status=$(cat "$WORK/status")
  saved=$(query "select count(*) from request where key = 'doubtful-$how'")
  echo "killed: $how; open: exit $status, printed '$(cat "$WORK/out")', $saved saved: $(paste -sd' ' "$WORK/said")"
  ((status == 0 && saved == 1 || status == 75 && saved == 0)) || fail "exit $status, and $saved requests are there"
  ((status != 0)) || [[ $(query "select id from request where key = 'doubtful-$how'") == "$(cat "$WORK/out")" ]] ||
    fail "the number is another's"
done
check_whole
