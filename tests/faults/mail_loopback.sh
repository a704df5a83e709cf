#!/bin/bash
# Mail that really goes: regie, msmtp as its sendmail program, SMTP on the loopback, and a server that takes, refuses,
# drops the line or is slow. What came is read by Python's mail package and by python3-icalendar. regie runs as cron
# runs it: no environment, no terminal, nothing to read, from /, umask 0022.
source "$(dirname "$0")/support.bash"
msmtp=$(command -v msmtp) || skip "mail does not really go anywhere: msmtp is not installed"
python=''
for candidate in python3 /usr/bin/python3; do
  "$candidate" -c 'import aiosmtpd, icalendar' 2>/dev/null && python=$candidate && break
done
[[ -n $python ]] || skip "mail does not really go anywhere: python3-aiosmtpd or python3-icalendar is not installed"
helper=$(cd "$(dirname "$0")" && pwd)/mail_loopback.py
umask 0022

server=''
stop_server() {
  [[ -n $server ]] && kill "$server" && { wait "$server"; } 2>/dev/null
  server=''
}
trap 'stop_server; cleanup' EXIT

mode() { echo "$*" >"$BOX/mode"; }

# desk NAME FILTER: a landlord whose mail goes to a server of its own, and a desk. FILTER is for sed, of mail.toml.
desk() {
  BOX=$WORK/$1
  mkdir "$BOX"
  stop_server
  mode ok
  "$python" "$helper" sink "$BOX" 2>"$BOX/server" &
  server=$!
  for ((i = 0; i < 200; ++i)); do
    [[ -e $BOX/port ]] && break
    sleep 0.05
  done
  [[ -e $BOX/port ]] || fail "no server: $(cat "$BOX/server")"
  printf '%s\n' 'account default' 'host 127.0.0.1' "port $(<"$BOX/port")" 'tls off' 'auth off' 'timeout 2' >"$BOX/msmtprc"
  chmod 600 "$BOX/msmtprc"
  cp -r "$SOURCE/config/examples/val-dorle" "$BOX/config"
  sed -e "s|^sendmail .*|sendmail = [\"$msmtp\", \"-C\", \"$BOX/msmtprc\"]|" \
    -e "s|^from .*|&\nname = \"Régie d'Orle, réclamations\"|" -e "$2" \
    "$SOURCE/config/examples/val-dorle/mail.toml" >"$BOX/config/mail.toml"
  export REGIE_CONFIG=$BOX/config REGIE_DB=$BOX/desk.db
  new_desk
}

at() {
  local time=$1
  shift
  "$REGIE" "$@" --at "2026-03-$time:00+01:00" >>"$BOX/said" 2>&1 || fail "$*: exit $?: $(tail -n 3 "$BOX/said")"
}
# remind TIME STATUS: what it says is in $BOX/told. Without `speak` it speaks the landlord's language.
speak=()
remind() {
  local status
  (cd / && exec setsid -w env -i "$REGIE" remind "${speak[@]}" --config "$REGIE_CONFIG" --db "$REGIE_DB" \
    --at "2026-03-$1:00+01:00" </dev/null >"$BOX/told" 2>&1)
  status=$?
  ((status == $2)) || fail "remind on $1: exit $status instead of $2: $(cat "$BOX/told")"
  (($2 == 0)) && [[ -s $BOX/told ]] && fail "remind on $1 says: $(cat "$BOX/told")"
  return 0
}
came() { find "$BOX" -maxdepth 1 -name '*.eml' | wc -l; }
came_is() { [[ $(came) == "$1" ]] || fail "$(came) mails came instead of $1: $2"; }
fact() { echo "$1" >>"$BOX/facts"; }
check() { "$python" "$helper" check "$BOX" "$REGIE" || fail "what came is not what was sent"; }
# field MAIL COLUMN, of the list.
field() {
  "$REGIE" remind --list --limit 0 --format tsv --columns "mail,$2" |
    awk -F '\t' -v mail="$1" '$1 == mail { print $2 }'
}
is() { [[ $(field "$1" "$2") == "$3" ]] || fail "mail $1: $2 is '$(field "$1" "$2")' instead of '$3'"; }

# -- what comes

desk letters '/^\[\[reminder\]\]$/{N;/fin-de-marche/Q}'  # not of contracts
long="fuite sous l'évier : "
while ((${#long} < 1200)); do long+="l'œuvre bâclée gêne l'été, "; done
hostile=$'\nBcc: x@evil.example\r\nSubject: x@evil.example\r\n\r\n--=_\nTo: x@evil.example'
tenant=(-t 'Mme Éléonore de La Fontaine-aux-Œillets' --phone '06 39 98 10 10')
plumbing=(-R TIL -d B-203 --trade plumbing -u normal "${tenant[@]}")
at 02T09:00 open "Ça goutte à l'évier, naïveté, où, ÉÈÊË Ÿ Œ €, 💧💧 👩‍🔧" "${plumbing[@]}" \
  --wishes "l'après-midi ; pas le jeudi"
at 02T09:00 open "${long:0:1200}" "${plumbing[@]}"
at 02T09:00 open $'fuite sous l\'évier\n.\nFrom ici\n..\nfin = après le point' "${plumbing[@]}"
at 02T09:00 open "fuite sous l'évier$hostile" -R TIL -d B-204 --trade plumbing -u normal -t "Mme X$hostile" \
  --phone "06 39 98 10 10$hostile" --wishes "le matin$hostile"
at 02T09:00 open "la prise ne marche plus" -R BEL -d B-203 --trade electrical -u normal "${tenant[@]}"
remind 02T09:05 0
came_is 5 "an order each"
# Mails are numbered by recipient: that of request 5 is the first.
order() {
  local known="\"mail\":$1,\"to\":\"$2\",\"name\":\"$3\""
  fact "{$known,\"date\":\"2026-03-$4:00+01:00\",\"subject\":\"$5\"${6:+,$6}}"
}
gar=(garrigue@example.com 'Garrigue Plomberie-Chauffage')
elo=(elec.service@example.com 'Élec-Service Orle')
who='"Contact sur place : Mme Éléonore de La Fontaine-aux-Œillets\nTéléphone : 06 39 98 10 10\n"'
order 2 "${gar[@]}" 02T09:05 '[#1] Bon de commande : plomberie, normal, Les Tilleuls' \
  "\"says\":[$who,\"« Ça goutte à l'évier, naïveté, où, ÉÈÊË Ÿ Œ €, 💧💧 👩‍🔧 »\"]"
order 3 "${gar[@]}" 02T09:05 '[#2] Bon de commande : plomberie, normal, Les Tilleuls' \
  "\"says\":[$who,\"« ${long:0:1200} »\"]"
order 4 "${gar[@]}" 02T09:05 '[#3] Bon de commande : plomberie, normal, Les Tilleuls' \
  "\"says\":[$who,\"« fuite sous l'évier\n  .\n  From ici\n  ..\n  fin = après le point »\n\"]"
order 5 "${gar[@]}" 02T09:05 '[#4] Bon de commande : plomberie, normal, Les Tilleuls' \
  '"says":["\n  Bcc: x@evil.example\n"]'
order 1 "${elo[@]}" 02T09:05 '[#5] Bon de commande : électricité, normal, Les Bélandres' "\"says\":[$who]"

at 02T10:00 schedule 1 --from 2026-03-04T09:00 --to 2026-03-04T11:00
remind 02T10:05 0
came_is 6 "an appointment"
event() {
  local times="\"from\":\"2026-03-0$2:00+01:00\",\"to\":\"2026-03-0$3:00+01:00\""
  echo "\"thread\":2,\"calendar\":{\"uid\":\"request-1@val-d-orle-habitat\",\"status\":\"$1\",$times}"
}
order 6 "${gar[@]}" 02T10:05 '[#1] Bon modifié : plomberie, normal, Les Tilleuls' \
  "$(event CONFIRMED 4T09:00 4T11:00),\"says\":[\"Ce qui change : le rendez-vous\n\",\"Rendez-vous : mercredi 4 mars 09:00 à 11:00\n\"]"
at 02T11:00 schedule 1 --from 2026-03-05T14:00 --to 2026-03-05T16:00
remind 02T11:05 0
order 7 "${gar[@]}" 02T11:05 '[#1] Bon modifié : plomberie, normal, Les Tilleuls' "$(event CONFIRMED 5T14:00 5T16:00)"
at 02T12:00 cancel 1 --why withdrawn
remind 02T12:05 0
order 8 "${gar[@]}" 02T12:05 '[#1] Bon annulé : plomberie, Les Tilleuls' "$(event CANCELLED 5T14:00 5T16:00),\"says\":[\"Motif : retirée\n\"]"
came_is 8 "an appointment moved, and an order cancelled"

# The ladder: what is due is one mail to each.
remind 04T14:00 0
reminders() { order "$1" "$2" "$3" 04T14:00 "$4" "$5"; }
first_of_ladder=9
for mail in $("$REGIE" remind --list --limit 0 --format tsv --columns mail | tail -n +2 | sort -n); do
  ((mail >= first_of_ladder)) || continue
  case $(field "$mail" to) in
    garrigue@*)
      reminders "$mail" "${gar[@]}" "Val d'Orle Habitat : Bons sans réponse" \
        '"says":["Bons sans réponse (3)","- n° 2 · ","- n° 3 · ","- n° 4 · "]'
      ;;
    elec.service@*) reminders "$mail" "${elo[@]}" "[#5] Bons sans réponse" '"thread":1,"says":["- n° 5 · "]' ;;
    agence.nord@*)
      reminders "$mail" agence.nord@example.org 'Agence Nord' "Val d'Orle Habitat : Locataires sans nouvelles" \
        '"says":["- n° 2 · "]'
      ;;
    *) fail "who else gets a mail: $(field "$mail" to)" ;;
  esac
done
came_is 11 "reminders"

# Reports: as a page, and as a file, which is what the command prints; a night's job that is repeated sends no second one.
report=(report backlog --lang fr)
"$REGIE" "${report[@]}" --format csv --at 2026-03-04T14:10:00+01:00 >"$BOX/backlog.csv" 2>>"$BOX/said" ||
  fail "report: exit $?: $(tail -n 3 "$BOX/said")"
[[ -s $BOX/backlog.csv ]] || fail "the report is empty"
for ((night = 0; night < 2; ++night)); do
  at 04T14:10 "${report[@]}" --format html --mail-to astruc
  at 04T14:10 "${report[@]}" --format csv --mail-to direction@example.org
  remind 04T14:15 0
  came_is 13 "reports"
done
reports() { order "$1" "$2" "$3" 04T14:10 "$(field "$1" subject)" "$4"; }
reports 12 astruc@example.org 'Mme Brigitte Astruc' '"besides":["text/html","text/html"]'
reports 13 direction@example.org '' "\"besides\":[\"text/csv\"],\"file\":\"$BOX/backlog.csv\""
check
modes=$(stat -c '%a' "$REGIE_DB.spool" "$REGIE_DB.spool"/* | sort -u | paste -sd' ')
[[ $modes == '600 700' ]] || fail "under umask 0022 the spool has the modes $modes"

# -- what does not come, or not at once

speak=(--lang en)
desk troubles '/^\[\[reminder\]\]/,$d'
leak=(open "fuite sous l'évier" -R TIL -d B-203 --trade plumbing -u normal)
again() { order "$1" "${gar[@]}" "$2" "[#$1] Bon de commande : plomberie, normal, Les Tilleuls" "${3:+\"attempt\":\"$3\"}"; }

# Not now: later.
at 02T09:00 "${leak[@]}"
mode tempfail
remind 02T09:00 0
is 1 state due
[[ $(field 1 reason) == *'code 69: msmtp: '*' not accepted by the server'* ]] || fail "the reason is '$(field 1 reason)'"
mode ok
remind 02T09:04 0
came_is 0 "four minutes later it is too early"
remind 02T09:05 0
came_is 1 "five minutes later"
is 1 state sent
again 1 02T09:05 2

# Nobody listens: later.
port=$(<"$BOX/port")
at 02T10:00 "${leak[@]}"
sed -i 's/^port .*/port 1/' "$BOX/msmtprc"
remind 02T10:00 0
is 2 state due
sed -i "s/^port .*/port $port/" "$BOX/msmtprc"
remind 02T10:05 0
is 2 state sent
again 2 02T10:05 2

# Nobody of that name: held at once.
at 02T10:30 "${leak[@]}"
mode permfail
remind 02T10:30 1
is 3 state held
grep -q '^regie remind: mail 3 to garrigue@example.com .* code 65: msmtp: .* not accepted by the server' "$BOX/told" ||
  fail "it says: $(cat "$BOX/told")"
"$REGIE" remind --drop 3 -q -r "there is another address" >/dev/null || fail "--drop: exit $?"

# Not this text, and msmtp does not say whether for good: tried again, longer and longer; after the third time somebody
# is told, and in the end it is held.
at 02T11:00 "${leak[@]}"
mode spam
minute=660 tries=0
for rest in 5 15 60 240; do
  remind "$(printf '02T%02d:%02d' $((minute / 60)) $((minute % 60)))" $((++tries >= 3))
  is 4 attempts $tries
  ((minute += rest - 1))
  remind "$(printf '02T%02d:%02d' $((minute / 60)) $((minute % 60)))" $((tries >= 3))
  is 4 attempts $tries
  ((++minute))
done
is 4 state due
[[ $(field 4 reason) == *'code 69: msmtp: '* ]] || fail "the reason is '$(field 4 reason)'"
while ((tries < 40)); do
  minute=$((4 * 60 * tries++))
  remind "$(printf '%02dT%02d:%02d' $((3 + minute / 1440)) $((minute / 60 % 24)) $((minute % 60)))" 1
done
is 4 state held
is 4 attempts 40
remind 12T00:00 1
is 4 attempts 40
mode ok
"$REGIE" remind --retry 4 -q --at 2026-03-12T00:10:00+01:00 >/dev/null || fail "--retry: exit $?"
remind 12T00:15 0
is 4 state sent
again 4 12T00:15 41

# Taken, and the line is cut: nobody knows. It does not leave again unless somebody says so.
at 12T09:00 "${leak[@]}"
mode drop
remind 12T09:00 1
mapfile -t said <"$BOX/told"
[[ ${#said[@]} == 2 && ${said[0]} == 'regie remind: mail 5 to garrigue@example.com '* &&
  ${said[1]} == "  'regie remind --show NUMBER' "* ]] || fail "it says: $(cat "$BOX/told")"
is 5 state uncertain
came_is 4 "dropped after it came"
mode ok
remind 12T09:30 1
[[ ! -s $BOX/told ]] || fail "half an hour later it is told again: $(cat "$BOX/told")"
remind 13T09:30 1
[[ -s $BOX/told ]] || fail "a day later nobody is told again"
came_is 4 "what is uncertain does not leave by itself"
"$REGIE" remind --retry 5 -q --at 2026-03-13T10:00:00+01:00 >/dev/null || fail "--retry: exit $?"
remind 13T10:05 0
is 5 state sent
again 5 12T09:00
again 5 13T10:05 2

# Slow, and too slow.
at 13T11:00 "${leak[@]}"
mode slow 0.7
remind 13T11:00 0
is 6 state sent
again 6 13T11:00
at 13T12:00 "${leak[@]}"
mode slow 4
remind 13T12:00 1
is 7 state uncertain
again 7 13T12:00
check
came_is 7 "each once, but for what was asked for twice"
echo "refused for now, nobody there, refused for good, cut after it came, slow, too slow: each as it must be"
check_whole
