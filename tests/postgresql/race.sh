#!/bin/bash
# Several clients act on one request at the same moment, many rounds: where only one may win exactly one does, the others
# are told so, and the journal keeps each winner and nobody else. In every other round all of them wait for the writers'
# turn together before the first one gets it.
source "$(dirname "$0")/support.bash"
rounds=4
most_clients=8
# The contracts of the example end one day.
AT=2026-03-02T09:00:00+01:00
# In the common parts: what was repaired twice in one dwelling waits for a person.
OPEN=("$REGIE" --at "$AT" open "fuite sous l'évier, ça coule par terre" -R BEL -q --key)

# client NUMBER WORDS...
client() {
  "$REGIE" --at $AT "${@:2}" >"$WORK/out.$1" 2>"$WORK/said.$1" </dev/null
  echo $? >"$WORK/status.$1"
}

# Waits until all clients wait for the lock.
gather() {
  local until=$(($(now_ms) + 20000))
  while (($(gate "select count(*) from pg_locks where not granted") < $1)); do
    (($(now_ms) < until)) || fail "the clients do not wait for the writers' turn: $(cat "$WORK"/said.*)"
    sleep 0.02
  done
}

# race COMMAND...: each is one client's words. Sets `wins` and `statuses`.
race() {
  local number=0 command words pids=()
  rm -f "$WORK"/{out,said,status}.*
  ((++races))
  ((races % 2)) || gate "begin; select schema_version from regie for update" >/dev/null
  for command in "$@"; do
    read -ra words <<<"$command"
    ((++number))
    client $number "${words[@]}" &
    pids+=($!)
  done
  ((races % 2)) || { gather $#; gate commit >/dev/null; }
  wait "${pids[@]}"
  wins=0
  for ((number = 1; number <= $#; ++number)); do [[ ! -s $WORK/out.$number ]] || ((++wins)); done
  statuses=$(sort "$WORK"/status.* | uniq -c | awk '{ printf "%s%d×%d", (NR > 1 ? " " : ""), $2, $1 }')
  told=$(grep -lx 5 "$WORK"/status.* | wc -l)
  cat "$WORK"/status.* | grep -qvx '[05]' && fail "$1: exits $statuses: $(cat "$WORK"/said.*)"
}

# count WHAT ENTRIES
count() {
  local clients saved refused
  read -r clients saved refused <<<"${tally[$1]:-0 0 0}"
  tally[$1]="$((clients + $(cat "$WORK"/status.* | wc -l))) $((saved + $2)) $((refused + told))"
}

# expect ID ENTRIES WINS WHAT: entries of the journal that the race must have added, and clients that won.
expect() {
  local there
  there=$(query "select count(*) - $entries || ' ' || max(sequence) - $entries from journal where request = $1")
  [[ $there == "$2 $2" && $wins == "$3" ]] ||
    fail "$4: $wins won instead of $3, journal entries and last number $there instead of $2; exits $statuses: $(cat "$WORK"/said.*)"
  entries=$((entries + $2))
  count "$4" "$2"
}

fresh() {
  ((++turn))
  id=$("${OPEN[@]}" "race-$turn") || fail "open: exit $?"
  entries=1
}

times() { for ((n = 0; n < $1; ++n)); do commands+=("${*:2}"); done; }

declare -A tally=()
start_server
new_desk
open_gate
races=0 turn=0
for ((round = 0; round < rounds; ++round)); do
  clients=$((2 + round * (most_clients - 2) / (rounds - 1)))
  races=$round  # every kind of race is held behind the gate and without it

  commands=()
  times $clients "open fuite -R BEL -q --key same-$round"
  race "${commands[@]}"
  id=$(sort -u "$WORK"/out.*) entries=0
  [[ $id =~ ^[0-9]+$ ]] || fail "one key, several numbers: $id"
  expect "$id" 1 "$clients" "open with one key"

  for kind in accept:accept "done:done" "verify:verify --as lemercier" "close:close --answer fait" "reopen:reopen -r encore"; do
    races=$round
    [[ $kind == accept:* ]] && fresh
    commands=()
    times $clients "${kind#*:} $id"
    race "${commands[@]}"
    steps=1
    [[ $kind == reopen:* ]] && steps=2  # reopened, and sent again
    expect "$id" $steps 1 "${kind%%:*}"
  done

  races=$round
  commands=()
  times $clients "note $id vu"
  race "${commands[@]}"
  expect "$id" "$clients" "$clients" note

  races=$round
  fresh
  commands=()
  times $clients "cancel $id --why withdrawn"
  race "${commands[@]}"
  expect "$id" 1 1 cancel

  # Whoever comes first decides what the other may do: whatever was said to be done is in the journal, nothing else.
  for pair in "done,cancel --why withdrawn" "assign --to GARDIENS -r proche,assign" "accept,decline -r complet" "hold --for tenant -r absent,done"; do
    races=$round
    fresh
    commands=()
    times $(((clients + 1) / 2)) "${pair%%,*} $id"
    times $((clients / 2)) "${pair#*,} $id"
    race "${commands[@]}"
    added=$(query "select count(*) - 1 from journal where request = $id")
    # A decline is two entries: declined, and sent to the next.
    declined=$(query "select count(*) from journal where request = $id and action = 4")
    ((wins >= 1 && added == wins + declined)) ||
      fail "$pair: $wins won, $added entries, $declined of them declined; exits $statuses: $(cat "$WORK"/said.*)"
    count "${pair/,/ against }" "$added"
  done
done
close_gate

for what in "${!tally[@]}"; do
  read -r clients saved refused <<<"${tally[$what]}"
  echo "$what: $rounds races of 2-$most_clients, $clients clients, $saved journal entries, $refused refused with exit 5"
done | sort
check_whole
