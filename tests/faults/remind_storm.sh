#!/bin/bash
# Orders and reminders while everything dies: four `regie remind` at once, again and again, with clocks that rise, but
# not always; most are killed with SIGKILL at any moment, now and then also the processes that they leave behind to
# deliver one mail. The mail program accepts, refuses for now, refuses with the exit code that msmtp has for all
# refusals, is slow, accepts and dies, accepts and says that it does not know, dies before it accepts, hangs. In the
# end everything is calm, and every mail is accounted for: none was accepted twice, none was lost, and each one that
# perhaps left is listed and has its reason, a mail program or a deliverer that died at it.
#
#     bash tests/faults/remind_storm.sh                     500 orders and 1,500 reminders (bundled): under a minute
#     REMINDERS=10000 bash tests/faults/remind_storm.sh     the long one: eight minutes
#
# Every order is a mail of its own; the reminders of a ladder without repetitions are bundled by recipient and time.
# A second desk has emergencies: what perhaps left is sent again there, once, under the same Message-ID.
#
# The desks are in memory where there is room, as killing a process loses nothing that it wrote: what a power cut loses
# is not tried here. TMPDIR=FOLDER has them on a disk.
if [[ -z ${TMPDIR:-} && -w /dev/shm ]] && (($(df --output=avail -k /dev/shm | tail -n 1) > 2000000)); then
  export TMPDIR=/dev/shm
fi
source "$(dirname "$0")/support.bash"
reminders=${REMINDERS:-500}
# A checked build is slow, and its memory is what is looked at there.
[[ -z ${REMINDERS:-} ]] && ldd "$REGIE" 2>/dev/null | grep -q libasan && reminders=60
emergencies=$((reminders < 480 ? reminders / 16 + 1 : 30))
[[ $reminders =~ ^[1-9][0-9]*$ ]] || fail "REMINDERS=$reminders is not a number"

python=''
for candidate in python3 /usr/bin/python3; do
  "$candidate" -c 'import sqlite3, sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null && python=$candidate && break
done
[[ -n $python ]] || skip "this needs python3 with sqlite3"
storm=$(dirname "$0")/remind_storm.py

# The mail program: it says in `fates` what it is about to do, and does it. What it accepted is a file in `accepted`,
# whole from its first moment on. In a calm, all is accepted; `always` names one fate for all.
mail_program() {
  cat <<'PROGRAM'
#!/bin/bash
here=${0%/*}
[[ $# == 5 && "$1 $2 $3 $4" == '-i -f retours@example.org --' ]] || {
  echo "$*" >>"$here/wrong"
  exit 64
}
head='' id='' attempt=1
while IFS= read -r line && [[ -n $line ]]; do
  head+=$line$'\n'
  [[ $line == Message-ID:* ]] && id=${line#*<} id=${id%>*}
  [[ $line == X-Regie-Attempt:* ]] && attempt=${line#*: }
done
fate() { echo "$id $attempt $1" >>"$here/fates"; }
accept() {
  local file=$here/taking/$BASHPID.$SRANDOM
  { printf '%s\n' "X-Envelope-To: $recipient" "$head" && cat; } >"$file" && mv "$file" "$here/accepted/"
}
moment() { sleep "0.$(printf %03d $((SRANDOM % ${1:-300})))"; }
# A machine that is slower than the patience of regie: asked to end, this is as much in doubt as if it hung.
trap 'fate stopped; exit 75' TERM
recipient=$5
chance=$((SRANDOM % 1000))
always=''
[[ -e $here/always ]] && always=$(<"$here/always")
if [[ -n $always ]]; then fate=$always
elif [[ -e $here/calm ]] || ((chance < 560)); then fate=accept
elif ((chance < 700)); then fate=refuse-75
elif ((chance < 780)); then fate=refuse-69
elif ((chance < 900)); then fate=late
elif ((chance < 930)); then fate=slowly-refuse
elif ((chance < 955)); then fate=accept-and-die
elif ((chance < 975)); then fate=accept-and-76
elif ((chance < 985)); then fate=die
elif ((chance < 994)); then fate=refuse-74
elif ((chance < 997)); then fate=accept-and-hang
else fate=hang; fi
fate $fate
case $fate in
  accept) accept && exit 0 ;;
  late) moment && accept && moment 50 && exit 0 ;;
  refuse-*) exit "${fate#refuse-}" ;;
  slowly-refuse) moment && exit 75 ;;
  accept-and-die) accept && kill -9 $$ ;;
  accept-and-76) accept && exit 76 ;;
  die) kill -9 $$ ;;
  # Whose deliverer was killed is asked by nobody to end.
  accept-and-hang) accept && sleep 7 && exit 75 ;;
  hang) sleep 7 && exit 75 ;;
esac
fate broken
exit 70
PROGRAM
}

ladder() {
  cat <<'LADDER'
[[reminder]]
name  = "fournisseur"
title = "Bons sans reponse"
when  = "order-unanswered"
steps = [{ after = "4 working hours", to = "provider" }]

[[reminder]]
name  = "agence"
title = "Bons sans reponse"
when  = "order-unanswered"
steps = [{ after = "1 working day", to = "agency" }]

[[reminder]]
name  = "responsable"
title = "Bons sans reponse"
when  = "order-unanswered"
steps = [{ after = "2 working days", to = "agency-head" }]
LADDER
}

# desk NAME: a landlord, a mail program and a database.
desk() {
  local folder=$WORK/$1
  mkdir "$folder" "$folder/accepted" "$folder/taking"
  cp -r "$SOURCE/config/examples/val-dorle" "$folder/config"
  mail_program >"$folder/mail"
  chmod +x "$folder/mail"
  sed -e '/^\[\[reminder\]\]/,$d' -e "s|^sendmail .*|sendmail = [\"$folder/mail\"]\npatience = 3|" \
    -e 's|^at .*|per_run = 2000\nper_recipient_a_day = 1000|' \
    "$SOURCE/config/examples/val-dorle/mail.toml" >"$folder/config/mail.toml"
  ladder >>"$folder/config/mail.toml"
  export REGIE_CONFIG=$folder/config REGIE_DB=$folder/desk.db
  "$REGIE" config check -q >"$folder/said" 2>&1 || fail "config check: $(cat "$folder/said")"
  new_desk
}

# requests NAME: takes in requests.csv, each of them certain.
requests() {
  local said assigned
  said=$("$REGIE" import "$WORK/$1/requests.csv" --at 2026-03-02T17:00:00+01:00 2>&1) || fail "import: $said"
  assigned=$("$REGIE" list --all --limit 0 --format tsv --columns state,provider | grep -c '^assigned.[A-Z]')
  [[ $assigned == "$(($(wc -l <"$WORK/$1/requests.csv") - 1))" ]] || fail "only $assigned requests were sent to somebody"
}

for name in orders emergencies; do
  desk $name
  if [[ $name == orders ]]; then count=$reminders; else count=$emergencies; fi
  "$python" "$storm" requests $name "$count" >"$WORK/$name/requests.csv" || fail "no requests were made"
  requests $name
  "$python" "$storm" storm $name "$WORK/$name" "$REGIE"
  status=$?
  ((status == 77)) && exit 77
  ((status == 0)) || fail "$name: exit $status"
  [[ ! -e $WORK/$name/wrong ]] || fail "the mail program was called with $(sort -u "$WORK/$name/wrong" | head -n 3)"
  left=$(find "$REGIE_DB.spool" -mindepth 1 -printf '%f\n' | sort | paste -sd' ')
  [[ $left == 'name run.lock started' ]] || fail "left in the spool: $left"
  check_whole
done

# An emergency step by step: the mail program dies at it twice.
desk doubt
"$python" "$storm" requests emergencies 1 >"$WORK/doubt/requests.csv"
requests doubt
echo accept-and-die >"$WORK/doubt/always"
# One run more than there are copies: in the end a person decides.
said=''
for minute in 01 10 20; do
  "$REGIE" remind --at "2026-03-02T17:$minute:00+01:00" 2>>"$WORK/doubt/said"
  said+=" $?"
done
[[ $said == ' 0 1 1' ]] || fail "an emergency in doubt: exit$said"
copies=$(cat "$WORK"/doubt/accepted/* | grep -cE '^Message-ID: ')
named=$(cat "$WORK"/doubt/accepted/* | grep -E '^Message-ID: ' | sort -u | wc -l)
again=$(cat "$WORK"/doubt/accepted/* | grep -E '^X-Regie-Attempt: ' | paste -sd' ')
[[ "$copies $named $again" == '2 1 X-Regie-Attempt: 2' ]] ||
  fail "an emergency in doubt: $copies copies with $named names, '$again'"
listed=$("$REGIE" remind --list --state uncertain --format tsv --columns mail | tail -n +2)
[[ $listed == 1 ]] || fail "an emergency in doubt for the second time is not listed: '$listed'"
grep -q 'mail 1 to ' "$WORK/doubt/said" || fail "nobody is told: $(cat "$WORK/doubt/said")"
echo "an emergency whose mail program dies: $copies copies, the second said to be one, then a person decides"
