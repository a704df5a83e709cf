#!/bin/bash
# On one server many machines write, and no two clocks are the same: a colleague's is some seconds ahead, and what he wrote
# is no reason to refuse what comes after it. The journal stays in order. What somebody says himself, with --when, counts.
source "$(dirname "$0")/support.bash"
ahead=5
start_server
new_desk
"${OPEN[@]}" one >/dev/null || fail "open: exit $?"

acts=("note 1 vu" "accept 1" "schedule 1 --from $(date -d '+2 days' +%Y-%m-%dT14:00)" "done 1" "verify 1 --as lemercier"
  "close 1 --answer fait" "reopen 1 -r encore" "cancel 1 --why withdrawn")
refused=""
for act in "${acts[@]}"; do
  "$REGIE" -q --at "$(date -d "+$ahead seconds" -Is)" note 1 'en avance' >/dev/null || fail "note: exit $?"
  read -ra words <<<"$act"
  "$REGIE" -q "${words[@]}" >/dev/null 2>"$WORK/said"
  status=$?
  echo "${act%% *} after somebody whose clock is $ahead s ahead: exit $status $(paste -sd' ' "$WORK/said")"
  ((status == 0)) || { refused=$act; break; }
done
[[ -z $(query "select 1 from journal one join journal two using (request)
               where one.sequence < two.sequence and one.at > two.at limit 1") ]] || fail "the journal is not in order"
"$REGIE" -q note 1 'plus tôt' --when "$(date -d '1 hour ago' -Is)" >/dev/null 2>"$WORK/said"
status=$?
((status == 1)) || fail "what is said to have happened an hour ago: exit $status instead of 1"
check_whole
[[ -z $refused ]] || fail "'$refused' was refused because another machine's clock is ahead"
