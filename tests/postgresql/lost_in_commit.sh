#!/bin/bash
# The connection breaks around COMMIT, and at every other message of the conversation: whoever gets exit 0 has made
# exactly one request, whoever gets exit 75 is told what is known, and repeating a key makes nothing twice.
source "$(dirname "$0")/support.bash"
AT=2026-03-02T09:00:00+01:00
LEAK=("$REGIE" --at "$AT" open "fuite sous l'évier, ça coule par terre" -R BEL -d B-203 -q)
doubt="was lost while saving: it was saved, or not"

start_server
new_desk
open_gate
start_proxy

number_of() { gate "select count(*) from $1"; }

# run WORDS...: sets `status`; `added`, requests made; `noted`, entries made.
run() {
  local requests entries
  requests=$(number_of request) entries=$(number_of journal)
  "$@" >"$WORK/out" 2>"$WORK/said" </dev/null
  status=$?
  added=$(($(number_of request) - requests)) noted=$(($(number_of journal) - entries))
}

# expect WHAT STATUS ADDED [WORDS]: a message holds the words; none when there are none.
expect() {
  local cuts
  cuts=$(grep -c ^cut "$WORK/cuts")
  echo "$1: exit $status, $added requests and $noted entries more, $cuts cuts $(paste -sd' ' "$WORK/said")"
  ((cuts > 0)) || fail "$1: the connection was not cut"
  [[ $status == "$2" && $added == "$3" ]] || fail "$1: exit $2 and $3 requests were expected"
  if [[ -n ${4:-} ]]; then
    grep -qF -- "$4" "$WORK/said" || fail "$1: the message does not say '$4'"
  else
    [[ ! -s $WORK/said ]] || fail "$1: there is nothing to say"
  fi
}

for cut in before-commit at-commit after-commit; do
  plan $cut
  run "${LEAK[@]}"
  expect "open, $cut" 0 1
  [[ $(cat "$WORK/out") == "$(query "select max(id) from request")" ]] || fail "open, $cut: printed $(cat "$WORK/out")"
  plan $cut refuse refuse
  run "${LEAK[@]}" --key "$cut"
  expect "open --key, $cut, refused twice" 0 1
  plan $cut $cut $cut
  run "${LEAK[@]}"
  expect "open, $cut three times" 0 1
done

# Nobody comes back: what the client cannot know it says.
for cut in before-commit after-commit; do
  saved=$([[ $cut == after-commit ]] && echo 1 || echo 0)
  plan $cut 'refuse*'
  run "${LEAK[@]}" --key "doubt-$cut" --lock-wait 1
  expect "open --key, $cut, then nobody" 75 "$saved" "$doubt"
  [[ ! -s $WORK/out ]] || fail "a number was printed: $(cat "$WORK/out")"
  plan $cut
  run "${LEAK[@]}" --key "doubt-$cut"
  [[ $status == 0 && $added == "$((1 - saved))" ]] || fail "repeated with its key: exit $status, $added more"
  plan $cut 'refuse*'
  run "${LEAK[@]}" --lock-wait 0 --lang fr
  expect "in French" 75 "$saved" "enregistré"
  plan $cut 'refuse*'
  run "${LEAK[@]}" --lock-wait 0 --format json
  expect "as JSON" 75 "$saved" '"unreachable"'
done

# The commit takes longer than the client is there: the server waits for a standby that never answers.
let_commits_wait() {
  query "alter system set synchronous_standby_names = '$1'" >/dev/null
  query "select pg_reload_conf()" >/dev/null
  local until=$(($(now_ms) + 10000))
  until [[ $(query "show synchronous_standby_names") == "$1" ]]; do
    (($(now_ms) < until)) || fail "the server does not take '$1'"
  done
}
for wait in 1 7; do
  let_commits_wait nobody
  before=$(number_of request)
  plan at-commit
  (sleep $wait && let_commits_wait "") &
  run "${LEAK[@]}"
  wait $!
  if ((wait == 1)); then
    expect "open, the commit takes $wait s" 0 1
  else
    expect "open, the commit takes $wait s" 75 0 "$doubt"
    (($(number_of request) == before + 1)) || fail "it was committed in the end, and is not there"
  fi
done

# Other acts: done once, whatever became of the answer.
read -ra ids < <(query "select string_agg(id::text, ' ') from (select id from request order by id limit 3) three")
acts=("note ${ids[0]} vu" "accept ${ids[0]}" "schedule ${ids[0]} --from 2026-03-03T14:00" "done ${ids[0]}"
  "verify ${ids[0]} --as lemercier" "close ${ids[0]} --answer fait")
for act in "${acts[@]}"; do
  for cut in before-commit after-commit; do
    read -ra words <<<"$act"
    # The second time it is another request's turn.
    [[ $cut == after-commit ]] || words[1]=${ids[1]}
    plan $cut
    run "$REGIE" --at "$AT" -q "${words[@]}"
    expect "${words[*]}, $cut" 0 0
    ((noted == 1)) || fail "${words[*]}, $cut: $noted journal entries"
  done
done
plan after-commit
run "$REGIE" --at 2026-03-16T07:30 -q import "$SOURCE/config/examples/val-dorle/fortnight.csv"
expect "import of 400, after-commit" 0 408  # eight more that the rules open

# Several at once: what was saved before is told.
plan before-commit:2 'refuse*'
run "$REGIE" note "${ids[0]},${ids[1]},${ids[2]}" vu --lock-wait 0
expect "note on three, the second commit is lost" 75 0 "saved all the same: ${ids[0]}"
((noted == 1)) || fail "$noted journal entries instead of one"

# A cut after each message of the conversation, either way, and one that shows in writing only. Who had not begun to write may give up, who had may not.
outcome() {
  local before=$added_in_all
  ((++runs))
  added_in_all=$((added_in_all + added))
  case $status in
    0) ((++survived)) ;;
    75) ((++gave_up)) ;;
    *) fail "$1: exit $status: $(cat "$WORK/said")" ;;
  esac
  ((status != 0 || added == 1)) || fail "$1: exit 0, and $added requests"
  ((status != 75 || added == 0)) || grep -qF "$doubt" "$WORK/said" || fail "$1: exit 75, $added requests, said $(cat "$WORK/said")"
  ((status == 0)) || [[ -s $WORK/said ]] || fail "$1: exit $status without a word"
  ((added_in_all - before <= 1)) || fail "$1: twice"
}
for direction in to-server to-client deaf; do
  runs=0 survived=0 gave_up=0 added_in_all=0
  for ((n = 1; n <= 200; ++n)); do
    plan "$direction:$n"
    run "${LEAK[@]}" --lock-wait 2
    grep -q ^cut "$WORK/cuts" || break
    outcome "$direction:$n"
  done
  echo "cut after each message, $direction: $runs cuts, $survived survived them, $gave_up gave up with exit 75"
  ((runs > 10 && survived > 5)) || fail "too little for this to prove anything"
done
close_gate
check_whole
