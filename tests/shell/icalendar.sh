#!/bin/bash
# The calendar of `regie agenda`, read by somebody else's parser: Debian's python3-icalendar.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python=''
for candidate in python3 /usr/bin/python3; do
  if "$candidate" -c 'import icalendar' 2> /dev/null; then
    python=$candidate
    break
  fi
done
if [[ -z $python ]]; then
  echo "SKIPPED: python3-icalendar is not installed: nobody else has read our calendars" >&2
  exit 77
fi

# Nothing of whoever runs the tests.
regie() {
  env -i HOME="$work" PATH=/usr/bin:/bin "$REGIE" --config "$SOURCE/config/examples/val-dorle" --db "$work/desk.db" \
    --lang en --at 2026-10-20T08:00:00+02:00 "$@"
}

regie init -q
long="Les sanitaires du rez-de-chaussée débordent à chaque fois que l'évier d'à côté est vidé : l'été dernier déjà, \
l'œuvre fut bâclée, ça sent mauvais jusqu'à l'entrée et la gêne s'aggrave ; naïveté, maïs, où, ÉÈÊË ÀÂ ÎÏ Ô ÙÛÜ Ç €, 💧💧💧"
# (No backslashes: icalendar 4 takes escaped ones apart in the wrong order. tests/text/icalendar_test.cpp has them.)
# Whatever some reader takes for the end of a line, and what a calendar would take for its own.
hostile=$'fuite\r\nEND:VEVENT\nBEGIN:VEVENT\rATTENDEE:mailto:x@example.org\v\f\x1c\x1d\x1e\xc2\x85\xe2\x80\xa8\xe2\x80\xa9BEGIN:VALARM\x1b[31m\xe2\x80\xae;,:"\x7f'

# visit TEXT WINDOW... -- OPTIONS...: opened, and an appointment made
visit() {
  local text=$1 from=$2 to=$3 id
  shift 3
  id=$(regie open "$text" -R ROS --trade plumbing -u normal -q "$@" 2>> "$work/said" | head -n 1)
  regie assign "$id" --to REGIE -r test >> "$work/said" 2>&1 || true
  regie schedule "$id" --from "$from" --to "$to" >> "$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
}
visit "$long" 2026-10-22T09:00 2026-10-22T11:00 -d B-203 -t 'Mme Éléonore de La Fontaine-aux-Œillets' --phone '06 39 98 10 10' \
  --wishes "l'après-midi ; pas le jeudi, sauf \"urgence\""
visit "$hostile" 2026-10-23T09:00 2026-10-23T11:00 -d A-101 -t "$hostile" --phone $'06\nEND:VCALENDAR' --wishes "$hostile"
visit 'à deux heures et demie' 2026-10-25T02:30 2026-10-25T02:30:00+01:00 -d A-102
visit 'la seconde fois' 2026-10-25T02:30:00+01:00 2026-10-25T03:30 -d A-103
regie schedule 4 --from 2026-10-25T02:45:00+01:00 --to 2026-10-25T03:45 >> "$work/said" 2>&1
regie agenda --format ics > "$work/agenda.ics" 2>> "$work/said"
regie agenda --format ics --from 2027-01-01 > "$work/empty.ics"
printf '%s' "$long" > "$work/long"

"$python" - "$work" << 'PYTHON'
import sys
from datetime import datetime, timezone
from pathlib import Path
import icalendar

work = Path(sys.argv[1])
failures = 0


def expect(got, wanted, what):
    global failures
    if got != wanted:
        failures += 1
        print(f"FAILED: {what} is {got!r}, not {wanted!r}", file=sys.stderr)


raw = (work / "agenda.ics").read_bytes()
expect(raw.endswith(b"END:VCALENDAR\r\n"), True, "its last line")
lines = raw.split(b"\r\n")
expect(max(len(line) for line in lines) <= 75, True, "no line longer than 75 octets")
for line in lines:
    line.decode("utf-8")  # no character is cut
    expect([byte for byte in line if byte < 0x20 or byte == 0x7F], [], f"the control characters of {line!r}")
expect(sum(line.startswith(b" ") for line in lines) > 10, True, "that lines were folded at all")

calendar = icalendar.Calendar.from_ical(raw)
expect(calendar.errors, [], "what the parser complains about")
expect(str(calendar["VERSION"]), "2.0", "VERSION")
expect(str(calendar["METHOD"]), "PUBLISH", "METHOD")
expect([part.name for part in calendar.walk()], ["VCALENDAR"] + ["VEVENT"] * 4, "what is in it")
events = [part for part in calendar.walk("VEVENT")]
names = ["UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY", "LOCATION", "DESCRIPTION"]
for event in events:
    expect(event.errors, [], f"what the parser complains about in {event['UID']}")
    expect(sorted(event.keys()), sorted(names), f"the properties of {event['UID']}")
    expect(str(event["STATUS"]), "CONFIRMED", "STATUS")
    expect(event["DTSTAMP"].dt, datetime(2026, 10, 20, 6, tzinfo=timezone.utc), "DTSTAMP")
expect([str(event["UID"]) for event in events], [f"request-{i}@val-d-orle-habitat" for i in (1, 2, 3, 4)], "UID")
expect([int(event["SEQUENCE"]) for event in events], [2, 2, 2, 3], "SEQUENCE")


def utc(day, hour, minute=0):
    return datetime(2026, 10, day, hour, minute, tzinfo=timezone.utc)


expect(
    [(event["DTSTART"].dt, event["DTEND"].dt) for event in events],
    [
        (utc(22, 7), utc(22, 9)),
        (utc(23, 7), utc(23, 9)),
        (utc(25, 0, 30), utc(25, 1, 30)),  # the hour that comes twice: summer time, then winter time
        (utc(25, 1, 45), utc(25, 2, 45)),
    ],
    "the times",
)
first, second = events[0], events[1]
expect(str(first["SUMMARY"]), "plumbing, La Roseraie B-203", "SUMMARY")
expect(str(first["LOCATION"]), "La Roseraie, building B, dwelling B-203", "LOCATION")
expect(
    str(first["DESCRIPTION"]),
    (work / "long").read_text(encoding="utf-8")
    + "\nTenant: Mme Éléonore de La Fontaine-aux-Œillets, 06 39 98 10 10"
    + "\nWishes: l'après-midi ; pas le jeudi, sauf \"urgence\""
    + "\nWho goes: Régie de Val d'Orle Habitat\nRequest 1, normal",
    "DESCRIPTION",
)
expect(str(second["SUMMARY"]), "plumbing, La Roseraie A-101", "SUMMARY of the hostile one")
description = str(second["DESCRIPTION"])
# A lone carriage return ends no line; everything else that might is made visible.
said = "BEGIN:VEVENT ATTENDEE:mailto:x@example.org\\x0b\\x0c\\x1c\\x1d\\x1e\\x85\\u2028\\u2029BEGIN:VALARM\\x1b[31m\\u202e"
expect(description.split("\n")[:3], ["fuite", "END:VEVENT", said + ';,:"\\x7f'], "the hostile text")
expect(len(description.splitlines()), 7, "the number of its lines")
expect(description.endswith("\nRequest 2, normal"), True, "the end of the hostile DESCRIPTION")

empty = icalendar.Calendar.from_ical((work / "empty.ics").read_bytes())
expect([part.name for part in empty.walk()], ["VCALENDAR"], "what is in an empty one")
print(f"{len(events)} appointments read back by icalendar {icalendar.__version__}")
sys.exit(1 if failures else 0)
PYTHON
