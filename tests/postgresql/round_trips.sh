#!/bin/bash
# How often a command waits for the server once it is connected: over a slow line that is what a command costs. A table;
# `open` may wait four times, `list` twice.
source "$(dirname "$0")/support.bash"
AT=2026-03-02T09:00:00+01:00

start_server
new_desk
start_proxy

# waits_of WORDS...: sets `waits`.
waits_of() {
  local until=$(($(now_ms) + 10000)) label=$1
  shift
  plan pass
  "$REGIE" --at "$AT" -q "$@" >"$WORK/out" 2>"$WORK/said" || fail "$label: exit $?: $(cat "$WORK/said")"
  until grep -q ^turns "$WORK/cuts"; do
    (($(now_ms) < until)) || fail "the proxy did not see the end of $label"
    sleep 0.01
  done
  [[ $(grep -c ^turns "$WORK/cuts") == 1 ]] || fail "$label: more than one connection"
  read -r _ waits _ sent _ received <"$WORK/cuts"
  printf '%-28s %3d waits  %4d messages sent, %4d received\n' "$label" "$waits" "$sent" "$received"
}

# at_most WAITS LABEL WORDS...
at_most() {
  waits_of "${@:2}"
  ((waits > 0)) || fail "$2: nothing was counted"
  ((waits <= $1)) || fail "$2 waits $waits times for the server, more than $1"
}

leak="fuite sous l'évier, ça coule par terre"
at_most 5 open open "$leak" -R BEL -d B-203
at_most 6 "open --key, new" open "$leak" -R BEL -d B-203 --key one
at_most 4 "open --key, known" open "$leak" -R BEL -d B-203 --key one
at_most 4 "open, closed at once" open "voisins bruyants la nuit" -R BEL --channel phone
at_most 2 list list
at_most 2 "list --all --format json" list --all --format json
at_most 4 "show" show 1
at_most 2 "log" log 1
at_most 60 "report nightly" report nightly
at_most 10 "report targets" report targets --from 2026-03-01
at_most 4 "note" note 1 vu
at_most 4 "accept" accept 1
at_most 4 "schedule" schedule 1 --from 2026-03-03T14:00
at_most 5 "done" 'done' 1
at_most 4 "verify" verify 1 --as lemercier
at_most 5 "close" close 1 --answer fait
at_most 8 "reopen" reopen 1 -r encore
at_most 5 "cancel" cancel 2 --why withdrawn
# A second request in the same command costs no connection, and no question about the schema.
waits_of "note on one" note 1 vu
one=$waits
waits_of "note on three" note 1,2,3 vu
(((waits - one) % 2 == 0 && waits <= one + 2 * (one - 1))) || fail "the second and third cost more than the first"
check_whole
