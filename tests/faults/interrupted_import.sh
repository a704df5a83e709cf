#!/bin/bash
# An import that is killed has not happened: nothing of it is there, everything before it is, and running it again
# imports the whole file; once more changes nothing.
source "$(dirname "$0")/support.bash"
records=4000
new_desk
"$REGIE" import "$SOURCE/config/examples/val-dorle/fortnight.csv" -q >/dev/null || fail "import: exit $?"
before=$(count_requests)
"$REGIE" list --all --limit 0 --format jsonl >"$WORK/before"
cp "$REGIE_DB" "$WORK/before.db"

# Closed long ago: the import is then mostly the database's work.
awk -v n=$records 'BEGIN {
  print "received_at,channel,residence,dwelling,tenant_name,description,closed_at,answer"
  for (i = 0; i < n; ++i)
    printf "2024-%02d-%02dT%02d:%02d:%02d+01:00,phone,BEL,B-%03d,Mme Aubin,\"fuite sous l'"'"'évier, %d\",2025-01-20T10:00:00+01:00,réparé\n",
      1 + i % 12, 1 + i % 28, i % 24, int(i / 24) % 60, int(i / 1440) % 60, 101 + i % 300, i
}' >"$WORK/archive.csv"

# How far an import has come is told by the processor time it has had, in clock ticks: on a machine with other things
# to do, the clock on the wall says nothing about it. 0 when it has ended.
ticks_of() {
  local fields
  read -r -a fields 2>/dev/null <"/proc/$1/stat" || { echo 0; return; }
  echo $((fields[13] + fields[14]))
}

expect_nothing_imported() {
  check_whole >/dev/null || fail "$1: $(check_whole)"
  "$REGIE" list --all --limit 0 --format jsonl | cmp -s - "$WORK/before" ||
    fail "$1: something of the interrupted import is there: $(count_requests) requests"
}

# The first one is let run, to see how long that is; whichever ends before it is killed tells it anew.
kills=12
dead=0
whole=1000000
for ((attempt = 0; dead < kills && attempt <= 2 * kills; ++attempt)); do
  "$REGIE" import "$WORK/archive.csv" -q >/dev/null 2>&1 &
  pid=$!
  end=$((whole * (dead + 1) / (kills + 1)))
  seen=0
  while ticks=$(ticks_of $pid) && ((ticks < end)) && kill -0 $pid 2>/dev/null; do
    ((ticks > seen)) && seen=$ticks
    sleep 0.005
  done
  kill -9 $pid 2>/dev/null
  { wait $pid; } 2>/dev/null
  if [[ $? == 137 ]]; then
    ((++dead))
    expect_nothing_imported "killed after $ticks of $whole ticks"
  else
    whole=$seen
    cp "$WORK/before.db" "$REGIE_DB"
  fi
done
((dead == kills)) || fail "only $dead of $attempt imports were killed before their end"
echo "$dead imports killed at any moment: nothing of them is there"

# In the commit itself, between two of its pages.
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
  in_commit=0
  for n in 5 100 300 600; do
    {
      strace -o /dev/null -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when=$n \
        "$REGIE" import "$WORK/archive.csv" -q >/dev/null 2>&1
    } 2>/dev/null
    [[ $? == 137 ]] || fail "the import never wrote its page $n"
    [[ -s $REGIE_DB-journal ]] && ((++in_commit))
    expect_nothing_imported "killed at its page $n"
  done
  echo "$in_commit imports killed while they wrote their pages: nothing of them is there"
  ((in_commit > 0)) || fail "not one was killed while it wrote"
else
  echo "NOT TRIED: kills in the commit itself (needs strace)"
fi

"$REGIE" import "$WORK/archive.csv" >"$WORK/out" 2>&1 || fail "import again: exit $?: $(cat "$WORK/out")"
after=$(count_requests)
echo "run again: $(head -1 "$WORK/out")"
((after == before + records)) || fail "$after requests instead of $((before + records))"
"$REGIE" import "$WORK/archive.csv" >"$WORK/out" 2>&1 || fail "import twice: exit $?: $(cat "$WORK/out")"
[[ $(count_requests) == "$after" ]] || fail "importing twice made $(count_requests) requests of $after"
echo "and once more: $(head -1 "$WORK/out")"
check_whole
