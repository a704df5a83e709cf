#!/bin/bash
# 64 people at once, 20 requests each, one process a request: all are taken, none waits for ever.
source "$(dirname "$0")/support.bash"
people=64
opens_each=20

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

new_desk
begin=$(now_ms)
for ((number = 1; number <= people; ++number)); do person $number & done
wait
wall=$(($(now_ms) - begin))

cat "$WORK"/errors.* >"$WORK/errors"
cat "$WORK"/done.* | sort -n >"$WORK/done"
[[ -s $WORK/errors ]] && fail "$(sort "$WORK/errors" | uniq -c | head -5)"
distinct=$(cut -d' ' -f1 "$WORK/done" | sort -un | wc -l)
read -r median slowest < <(cut -d' ' -f2 "$WORK/done" | sort -n |
  awk '{ us[NR] = $1 } END { printf "%d %d\n", us[int((NR + 1) / 2)] / 1000, us[NR] / 1000 }')
echo "$((people * opens_each)) opens by $people people in $wall ms ($((people * opens_each * 1000 / wall)) a second):" \
  "$distinct distinct numbers, median $median ms, slowest $slowest ms, load $(cut -d' ' -f1 /proc/loadavg)"
((distinct == people * opens_each)) || fail "$distinct distinct numbers"
[[ $(count_requests) == "$((people * opens_each))" ]] || fail "$(count_requests) requests are there"
check_whole
