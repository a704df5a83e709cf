#!/bin/bash
# Four writers are killed 200 times with SIGKILL, at any moment of `regie open`. What was acknowledged (its number was
# printed) is there, and repeating the command with its key makes nothing twice.
source "$(dirname "$0")/support.bash"
writers=4
kills_each=50

# From 5 ms to a bit beyond the time one open takes beside three others, so that a slow (debug) program, too, is hit
# in its commit and behind it, not only while it loads.
longest_delay() {
  local begin pids=() number
  begin=$(now_ms)
  for ((number = 0; number < writers; ++number)); do
    "${OPEN[@]}" "warm-up-$number" >/dev/null &
    pids+=($!)
  done
  wait "${pids[@]}"
  local each=$(($(now_ms) - begin))
  echo $((each * 13 / 10 > 60 ? each * 13 / 10 : 60))
}

# Half of the kills wait for somebody's commit: that moment is short, and it is the one that matters.
await_commit() {
  local pid=$1 until=$((${EPOCHREALTIME/./} + longest * 1000))
  while [[ ! -e $REGIE_DB-journal && -d /proc/$pid ]] && ((${EPOCHREALTIME/./} < until)); do
    read -rt 0.0005 -u "$silence"  # sleeps without a process
  done
}

writer() {
  local number=$1 killed=0 turn=0 delay pid status key=""
  RANDOM=$((number * 1000 + 7))
  while ((killed < kills_each)); do
    # One time in three the command is repeated with the key of the one before, as a careful script would.
    if [[ -z $key ]] || ((RANDOM % 3)); then
      key="w$number-$((++turn))"
      echo "$key" >>"$WORK/keys.$number"
    fi
    "${OPEN[@]}" "$key" >>"$WORK/acknowledged.$key" 2>>"$WORK/errors.$number" &
    pid=$!
    delay=$((5 + RANDOM % (longest - 4)))
    sleep "0.$(printf %03d $delay)"
    ((RANDOM % 2)) && await_commit $pid
    kill -9 $pid 2>/dev/null
    { wait $pid; } 2>/dev/null
    status=$?
    case $status in
      0) echo "$key" >>"$WORK/finished.$number" ;;
      137) ((++killed)) ;;
      *) echo "exit $status for $key" >>"$WORK/wrong.$number" ;;
    esac
  done
}

rows() { "$REGIE" list --all --limit 0 --format tsv --columns key,id | tail -n +2 | grep -v '^warm-up' | sort; }

# Whole lines only: half a number is no acknowledgement.
acknowledged() {
  local key id
  for key in $(cat "$WORK"/keys.*); do
    while read -r id; do printf '%s\t%s\n' "$key" "$id"; done <"$WORK/acknowledged.$key"
  done | sort -u
}

repeat_all() {
  local number=$1 key
  while read -r key; do printf '%s\t%s\n' "$key" "$("${OPEN[@]}" "$key" 2>/dev/null)"; done <"$WORK/keys.$number" \
    >"$WORK/repeated.$number"
}

mkfifo "$WORK/silence"
exec {silence}<>"$WORK/silence"
new_desk
longest=$(longest_delay)
((longest < 1000)) || longest=999
begin=$(now_ms)
for ((number = 0; number < writers; ++number)); do writer $number & done
wait
storm=$(($(now_ms) - begin))
compgen -G "$WORK/wrong.*" >/dev/null && fail "$(cat "$WORK"/wrong.* "$WORK"/errors.*)"

check_whole >"$WORK/whole" || { cat "$WORK/whole"; exit 1; }
rows >"$WORK/rows"
acknowledged >"$WORK/acknowledged"
keys=$(cat "$WORK"/keys.* | wc -l)
finished=$(cat "$WORK"/finished.* 2>/dev/null | wc -l)
lost=$(comm -13 "$WORK/rows" "$WORK/acknowledged" | wc -l)
unspoken=$(comm -23 <(cut -f1 "$WORK/rows") <(cut -f1 "$WORK/acknowledged") | wc -l)
echo "$((writers * kills_each)) kills within 5-$longest ms in $storm ms, $finished runs left to finish, $keys keys:" \
  "$(wc -l <"$WORK/acknowledged") acknowledged, $lost lost, $unspoken saved without an answer"
((lost == 0)) || fail "acknowledged, but not there: $(comm -13 "$WORK/rows" "$WORK/acknowledged" | head -5)"
(($(wc -l <"$WORK/acknowledged") >= 20)) || fail "too few were acknowledged for this to prove anything"

for ((number = 0; number < writers; ++number)); do repeat_all $number & done
wait
sort "$WORK"/repeated.* >"$WORK/repeated"
rows >"$WORK/rows"
[[ $(cut -f1 "$WORK/repeated" | sort -u | wc -l) == "$keys" ]] || fail "not every key was repeated"
cmp -s "$WORK/rows" "$WORK/repeated" || fail "repeated: $(diff "$WORK/rows" "$WORK/repeated" | head -5)"
[[ -z $(comm -13 "$WORK/repeated" "$WORK/acknowledged") ]] || fail "a key got a second number"
echo "repeated $keys keys: $(wc -l <"$WORK/rows") requests, one for each"
check_whole
