#!/bin/bash
# 64 people at once, 20 requests each, one process a request, on one server that syncs what it writes: all are taken,
# numbered from 1 without gap, and none waits for ever.
source "$(dirname "$0")/support.bash"
people=64
opens_each=20
most=$((people * opens_each))

person() {
  local number=$1 turn begin id
  for ((turn = 1; turn <= opens_each; ++turn)); do
    begin=${EPOCHREALTIME/./}
    if id=$("${OPEN[@]}" "p$number-$turn" 2>>"$WORK/errors.$number"); then
      echo "$id $((${EPOCHREALTIME/./} - begin))" >>"$WORK/done.$number"
    else
      echo "person $number, request $turn: exit $?" >>"$WORK/errors.$number"
    fi
  done
}

DURABLE=${DURABLE:-on} start_server
new_desk
begin=$(now_ms)
people_at_work=()
for ((number = 1; number <= people; ++number)); do
  person $number &
  people_at_work+=($!)
done
wait "${people_at_work[@]}"
wall=$(($(now_ms) - begin))

cat "$WORK"/errors.* >"$WORK/errors"
[[ ! -s $WORK/errors ]] || fail "$(sort "$WORK/errors" | uniq -c | head -5)"
cat "$WORK"/done.* | sort -n >"$WORK/done"
cut -d' ' -f1 "$WORK/done" | cmp -s - <(seq $most) ||
  fail "the numbers are not 1-$most, each once: $(cut -d' ' -f1 "$WORK/done" | diff - <(seq $most) | head -5)"
read -r median p99 slowest < <(cut -d' ' -f2 "$WORK/done" | sort -n | awk '
  { us[NR] = $1 }
  END { printf "%d %d %d\n", us[int((NR + 1) / 2)] / 1000, us[int(NR * 0.99)] / 1000, us[NR] / 1000 }')
echo "$most opens by $people people in $wall ms ($((most * 1000 / wall)) a second): numbers 1-$most," \
  "median $median ms, p99 $p99 ms, slowest $slowest ms, load $(cut -d' ' -f1 /proc/loadavg)"
[[ $(count_requests) == "$most" ]] || fail "$(count_requests) requests are there"
check_whole
