#!/bin/bash
# Eight writers go on while the server is killed as by a power cut and started again, while their connections are ended
# one by one and all at once, and while one of the server's processes is killed. What was acknowledged is there, once;
# a client goes on or ends with exit 75 and a word; repeating a key makes nothing twice; every journal replays.
source "$(dirname "$0")/support.bash"
writers=8
kills=3

# Opens, and writes notes into what it opened, each with a text of its own. After exit 75 an `open` is repeated with its
# key, a note is not repeated.
writer() {
  local number=$1 turn=0 key id
  while [[ ! -e $WORK/end ]]; do
    key=w$number-$((++turn))
    echo "$key" >>"$WORK/keys.$number"
    until attempt "$number" open id "${OPEN[@]}" "$key"; do sleep 0.1; done
    printf '%s\t%s\n' "$key" "$id" >>"$WORK/opened.$number"
    attempt "$number" note id "$REGIE" -q note "$id" "note-$key" && echo "note-$key" >>"$WORK/noted.$number"
  done
}

# attempt NUMBER WHAT VARIABLE COMMAND...: false after exit 75.
attempt() {
  local number=$1 what=$2 begin=$EPOCHREALTIME status
  local -n printed=$3
  shift 3
  # shellcheck disable=SC2034  # a reference
  printed=$("$@" 2>"$WORK/said.$number")
  status=$?
  echo "$what $status $begin $EPOCHREALTIME" >>"$WORK/runs.$number"
  case $status in
    0) [[ ! -s $WORK/said.$number ]] || echo "$what: exit 0, said $(cat "$WORK/said.$number")" >>"$WORK/wrong.$number" ;;
    75) head -1 "$WORK/said.$number" >>"$WORK/gave_up.$number" ;;
    *) echo "$what: exit $status: $(cat "$WORK/said.$number")" >>"$WORK/wrong.$number" ;;
  esac
  [[ $status != 75 || -s $WORK/said.$number ]] || echo "$what: exit 75 without a word" >>"$WORK/wrong.$number"
  return $((status != 0))
}

# Nobody writes until the server is killed: then everybody has begun.
stop_all_writers() {
  local until=$(($(now_ms) + 20000))
  psql --host="$SERVER" --username=regie --dbname=desk -XAtq -c begin -c "select * from regie for update" \
    -c "select pg_sleep(60)" >/dev/null 2>&1 &
  until (($(query "select count(*) from pg_locks where not granted") >= writers)); do
    (($(now_ms) < until)) || fail "the writers do not wait for each other"
    sleep 0.05
  done
}

restart() {
  local until=$(($(now_ms) + 30000))
  # The server's processes leave when they see that their parent is gone; until then the next one does not start.
  until "$SERVER_SCRIPT" restart "$SERVER" >"$WORK/server" 2>&1; do
    (($(now_ms) < until)) || fail "the server does not start again: $(tail -3 "$WORK/server")"
    sleep 0.1
  done
}

gone="pid <> pg_backend_pid() and backend_type = 'client backend' and application_name = 'regie'"

DURABLE=${DURABLE:-on} start_server
new_desk
for ((number = 1; number <= writers; ++number)); do
  writer $number &
  at_work+=($!)
done

for ((kill = 1; kill <= kills; ++kill)); do
  sleep 0.7
  ((kill % 2)) || stop_all_writers
  echo "$EPOCHREALTIME" >>"$WORK/kills"
  "$SERVER_SCRIPT" kill "$SERVER" || fail "kill: exit $?"
  sleep 0.3
  restart
done
sleep 0.5
# One connection every 20 ms, whatever it is doing.
ended=$(query "
  create temporary table ended (pid int);
  do \$\$
  declare one int;
  begin
    for turn in 1..60 loop
      perform pg_stat_clear_snapshot();
      select pid into one from pg_stat_activity where $gone order by random() limit 1;
      if found and pg_terminate_backend(one) then insert into ended values (one); end if;
      perform pg_sleep(0.02);
    end loop;
  end \$\$;
  select count(distinct pid) from ended" 2>>"$WORK/server")
for turn in 1 2 3; do
  ((turn % 2)) || stop_all_writers
  ended=$((ended + $(query "select count(pg_terminate_backend(pid)) from pg_stat_activity where $gone")))
  # Whoever held the writers up goes as well.
  query "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()" >/dev/null
  sleep 0.2
done
# One process of the server dies: it throws all others out and recovers by itself.
until kill -9 "$(query "select pid from pg_stat_activity where $gone limit 1")" 2>/dev/null; do :; done
echo "$EPOCHREALTIME" >>"$WORK/kills"
sleep 1
: >"$WORK/end"
wait "${at_work[@]}"

compgen -G "$WORK/wrong.*" >/dev/null && fail "$(cat "$WORK"/wrong.* | head -5)"
check_whole >"$WORK/whole" || { cat "$WORK/whole"; exit 1; }
cat "$WORK"/opened.* | sort >"$WORK/opened"
cat "$WORK"/noted.* | sort >"$WORK/noted"
cat "$WORK"/keys.* | sort >"$WORK/keys"
query "select key || E'\t' || id from request" | LC_ALL=C sort >"$WORK/rows"
query "select reason from journal where reason like 'note-%'" | LC_ALL=C sort >"$WORK/notes"
survived=$(cat "$WORK"/runs.* | sort -s -k3,3 |
  awk 'NR == FNR { kills[NR] = $1; next }
       $2 == 0 { for (i in kills) if ($3 < kills[i] && kills[i] < $4) { ++n; break } } END { print n + 0 }' "$WORK/kills" -)
gave_up=$(cat "$WORK"/gave_up.* 2>/dev/null | wc -l)
unspoken=$(comm -13 "$WORK/noted" "$WORK/notes" | wc -l)
echo "$kills kills of the server, 1 of one of its processes, $ended connections ended: $(wc -l <"$WORK/opened") opens and" \
  "$(wc -l <"$WORK/noted") notes acknowledged, $survived outlived a kill, $gave_up gave up with exit 75," \
  "$unspoken notes saved without an answer"
cat "$WORK"/gave_up.* | sed "s/regie [a-z]*: //; s/'[^']*'/…/" | cut -c1-110 | sort | uniq -c | sort -rn
cmp -s "$WORK/opened" "$WORK/rows" || fail "acknowledged and saved are not the same: $(diff "$WORK/opened" "$WORK/rows" | head -5)"
lost=$(comm -23 "$WORK/noted" "$WORK/notes")
[[ -z $lost ]] || fail "acknowledged, but not there: $(head -3 <<<"$lost")"
twice=$(uniq -d "$WORK/notes")
[[ -z $twice ]] || fail "written twice: $(head -3 <<<"$twice")"
((survived >= writers)) || fail "nobody outlived a kill"
(($(wc -l <"$WORK/noted") >= 40)) || fail "too few were acknowledged for this to prove anything"

for ((number = 1; number <= writers; ++number)); do
  tail -3 "$WORK/keys.$number" | while read -r key; do printf '%s\t%s\n' "$key" "$("${OPEN[@]}" "$key" 2>/dev/null)"; done
done | sort >"$WORK/repeated"
[[ -z $(comm -23 "$WORK/repeated" "$WORK/rows") ]] || fail "a key got a second number: $(comm -23 "$WORK/repeated" "$WORK/rows")"
echo "repeated $(wc -l <"$WORK/repeated") keys: the same numbers"
check_whole
