#!/bin/bash
# The Nth system call of `regie open` fails, or the program is killed in it, for every N until no call is left: never
# success without the request, never a crash, the database whole, and the same command run again makes exactly one.
# Then the same for the command that finds what a killed one left behind and has to roll it back.
source "$(dirname "$0")/support.bash"
command -v strace >/dev/null || skip "no strace"
grep -q __asan_init "$REGIE" && skip "the sanitizers make system calls of their own; the debug build is tested"
strace -f -o /dev/null true 2>/dev/null || skip "strace may not trace here"
# A fixed moment: what is due when must come out the same whatever failed.
OPEN=("$REGIE" --at 2026-03-02T09:00:00+01:00 "${OPEN[@]:1}")
most=40  # calls of one kind that are made to fail
before=3

decided_on() {
  "$REGIE" show "$1" --format tsv --columns trade,urgency,provider,rule,opened_at,due_at,target_at | tail -1
}

new_desk
for ((turn = 1; turn <= before; ++turn)); do "${OPEN[@]}" "begin-$turn" >/dev/null || fail "open: exit $?"; done
mkdir "$WORK/sound"
cp "$REGIE_DB" "$WORK/sound/"
export XDG_CACHE_HOME=$WORK/cache
fresh_cache=false
expected=$(decided_on 1)
[[ $expected == *plumbing*GAR*2026-03-* ]] || fail "not the decision that was expected: $expected"
misled=""  # told at the end, so that everything is tried
runs=0 refused=0 killed=0 acknowledged=0 unspoken=0

begin_from() {
  rm -f "$REGIE_DB"*
  cp "$WORK/$1"/* "$(dirname "$REGIE_DB")/"
  $fresh_cache && rm -rf "$XDG_CACHE_HOME"
}

# Sets `status`; false when the program never made an Nth call.
run_with_fault() {
  local call=$1 fault=$2 n=$3 quick=(-f --seccomp-bpf)
  [[ $fault == signal=* ]] && quick=()  # it cannot send signals
  {
    strace "${quick[@]}" -o "$WORK/trace" -e trace="$call" -e inject="$call:$fault:when=$n" \
      "${OPEN[@]}" once >"$WORK/out" 2>"$WORK/said"
  } 2>/dev/null
  status=$?
  [[ $fault == signal=* ]] && return $((status != 137))
  grep -q INJECTED "$WORK/trace"
}

# Sets `there`: requests in the database.
look() {
  local said
  said=$(check_whole) || fail "$1: $said"
  there=${said%% *}
}

judge() {
  local what=$1 again id=$((before + 1))
  ((++runs))
  look "$what"
  case $status in
    132 | 134 | 135 | 136 | 139) fail "$what: crashed with $status: $(cat "$WORK/said")" ;;
    0) ((++acknowledged)) ;;
    137) ((++killed)) ;;
    *)
      ((++refused))
      [[ -s $WORK/said ]] || fail "$what: exit $status without a word"
      ;;
  esac
  ((status != 0 || there == id)) || fail "$what: exit 0, but the request is not there"
  ((status == 0 || there == before)) || ((++unspoken))
  again=$("${OPEN[@]}" once 2>"$WORK/said") || fail "$what: run again: exit $?: $(cat "$WORK/said")"
  look "$what, run again"
  [[ $again == "$id" && $there == "$id" ]] || fail "$what: run again: request '$again', $there in all"
  # Neither the request itself nor a later one may be decided by half a configuration.
  [[ $(decided_on $id) == "$expected" ]] || misled+="$what: decided '$(decided_on $id)' instead of '$expected'"$'\n'
  $fresh_cache || return 0
  "${OPEN[@]}" later >/dev/null 2>"$WORK/said" || fail "$what: a later one: exit $?: $(cat "$WORK/said")"
  [[ $(decided_on $((id + 1))) == "$expected" ]] ||
    misled+="$what: a later one decided '$(decided_on $((id + 1)))' instead of '$expected'"$'\n'
}

# sweep FROM FAULT CALL...
sweep() {
  local from=$1 fault=$2 call n
  shift 2
  for call in "$@"; do
    for ((n = 1; n <= most; ++n)); do
      begin_from "$from"
      run_with_fault "$call" "$fault" "$n" || break
      judge "$from, $call $fault, call $n"
    done
    echo "$from database, $call $fault: $((n - 1)) faults"
    ((n > 1)) || fail "not one $call: nothing was tried"
  done
}

# A database as a writer left it that was killed with its pages half written, the file longer than before: rolling
# back must cut it.
make_broken() {
  local n long
  long=$(printf 'fuite %.0s' {1..2000})
  mkdir "$WORK/broken"
  for ((n = 1; n <= most; ++n)); do
    begin_from sound
    {
      strace -o "$WORK/trace" -e inject=pwrite64:signal=KILL:when="$n" "$REGIE" open "$long" -R BEL >/dev/null 2>&1
    } 2>/dev/null
    [[ -s $REGIE_DB-journal ]] && ! cmp -s "$REGIE_DB" "$WORK/sound/desk.db" && cp "$REGIE_DB"* "$WORK/broken/"
  done
  [[ -s $WORK/broken/desk.db-journal ]] || fail "no kill left a half-written database"
}

sweep sound error=ENOSPC pwrite64 write
sweep sound error=EIO pwrite64 fdatasync unlink
sweep sound error=EMFILE openat
sweep sound error=ENOLCK fcntl
sweep sound signal=KILL pwrite64 fdatasync unlink write
fresh_cache=true
echo "The same without what an earlier run kept of the configuration:"
sweep sound error=ENOSPC write
sweep sound error=EMFILE openat
sweep sound error=EIO rename
sweep sound signal=KILL write rename
fresh_cache=false
make_broken
sweep broken error=EIO pwrite64 fdatasync unlink ftruncate
sweep broken signal=KILL pwrite64 fdatasync unlink ftruncate
echo "$runs faults: $acknowledged acknowledged, $refused refused, $killed killed;" \
  "$unspoken saved without an answer, none lost, none twice"
[[ -z $misled ]] || fail "exit 0 with half a configuration:"$'\n'"$misled"
