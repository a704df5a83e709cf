#!/bin/bash
# Four writers are killed 200 times with SIGKILL, at any moment of `regie open`. What was acknowledged (its number was
# printed) is there, and repeating the command with its key makes nothing twice.
source "$(dirname "$0")/support.bash"
writers=4
kills_each=50

# The moment of the kill lies anywhere in the life of one run, however long that is here (a debug program beside three
# others, or a release alone): the longest delay begins with what four at once take undisturbed, grows with every kill
# and shrinks with every run that finished first.
shortest_ms=1

# Half of the kills wait for somebody's commit: that moment is short, and it is the one that matters.
await_commit() {
  local pid=$1 until=$((${EPOCHREALTIME/./} + 100000))
  while [[ ! -e $REGIE_DB-journal && -d /proc/$pid ]] && ((${EPOCHREALTIME/./} < until)); do
    read -rt 0.0005 -u "$silence"  # sleeps without a process
  done
}

writer() {
  local number=$1 killed=0 turn=0 longest=$undisturbed_ms delay pid status key=""
  RANDOM=$((number * 1000 + 7))
  while ((killed < kills_each)); do
    # One time in three the command is repeated with the key of the one before, as a careful script would.
    if [[ -z $key ]] || ((RANDOM % 3)); then
      key="w$number-$((++turn))"
      echo "$key" >>"$WORK/keys.$number"
    fi
    "${OPEN[@]}" "$key" >>"$WORK/acknowledged.$key" 2>>"$WORK/errors.$number" &
    pid=$!
    delay=$((shortest_ms + RANDOM % longest))
    sleep "$((delay / 1000)).$(printf %03d $((delay % 1000)))"
    ((RANDOM % 2)) && await_commit $pid
    kill -9 $pid 2>/dev/null
    { wait $pid; } 2>/dev/null
    status=$?
    case $status in
      0)
        echo "$key" >>"$WORK/finished.$number"
        longest=$((longest * 8 / 10 + 2))
        ;;
      137)
        ((++killed))
        longest=$((longest * 11 / 10 + 1))
        ((longest <= 8 * undisturbed_ms)) || longest=$((8 * undisturbed_ms))
        ;;
      *) echo "exit $status for $key" >>"$WORK/wrong.$number" ;;
    esac
  done
  echo "$longest" >"$WORK/longest.$number"
}

rows() { "$REGIE" list --all --limit 0 --format tsv --columns key,id | tail -n +2 | sort; }

# Whole lines only: half a number is no acknowledgement.
acknowledged() {
  local key id
  cat "$WORK"/keys.* | while read -r key; do
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
begin=$(now_ms)
for ((number = 0; number < writers; ++number)); do
  echo "undisturbed-$number" >>"$WORK/keys.$number"
  "${OPEN[@]}" "undisturbed-$number" >>"$WORK/acknowledged.undisturbed-$number" 2>>"$WORK/errors.$number" &
done
wait
undisturbed_ms=$(($(now_ms) - begin + 1))
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
echo "$((writers * kills_each)) kills in $storm ms, in the end within $shortest_ms-$(cat "$WORK"/longest.* | sort -n | tail -1) ms, $finished runs left to finish, $keys keys:" \
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
