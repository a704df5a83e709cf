#!/bin/bash
# What reports print as JSON is what config/schemas says, no key more and none less, and nothing else passes: read by
# somebody else's validator. Every section is seen with a row in it, and every one without.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "schemas: $*" >&2; exit 1; }

python=''
for candidate in python3 /usr/bin/python3; do
  if "$candidate" -c 'import jsonschema; jsonschema.Draft202012Validator' 2> /dev/null; then
    python=$candidate
    break
  fi
done
if [[ -z $python ]]; then
  echo "SKIPPED: python3-jsonschema is not installed: nobody has compared reports with their schemas" >&2
  exit 77
fi

# The example landlord, with contracts that end, a firm without an address, and a mail program that takes everything.
cp -r "$SOURCE/config/examples/val-dorle" "$work/desk"
sed -i -e 's|^sendmail .*|sendmail = "/bin/true"|' "$work/desk/mail.toml"
sed -i -e 's|^from  *= .*|&\nceiling = 1000|' -e '/^email = "garrigue@/d' "$work/desk/providers.toml"
regie() {
  env -i HOME="$work" REGIE_CONFIG="$work/desk" REGIE_DB="$work/${db:-desk}.db" "$REGIE" --lang fr "$@" \
    2> "$work/said" || fail "regie $*: exit $?: $(cat "$work/said")"
}
# at TIME COMMAND...: as seen then
at() { regie --quiet --at "$@" > /dev/null; }
numbers() { regie list --all --format tsv --columns id --quiet "$@"; }
by() { numbers --provider "$@" | tail -n +2 | paste -s -d ,; }

echo "a fortnight, with a little of everything"
regie init --quiet
at '2025-11-03 10:00' open 'Plus de lumière dans la cuisine' -R BEL -d B-203 -t 'Mme Aubin' --as abadie
at '2025-11-03 10:00' open "Fuite sous l'évier" -R BEL -d B-203 -t 'Mme Aubin' --as abadie
(at '2025-11-03 10:30' remind) 2> /dev/null || true  # an order is held: the firm has no address
# A month before, two firms were quick.
sed 's/^2026-03-/2026-02-/' "$SOURCE/config/examples/val-dorle/fortnight.csv" | head -n 61 > "$work/february.csv"
at '2026-02-05 08:00' import "$work/february.csv"
at '2026-02-05 09:00' 'done' "$(by GAR)" --by GAR --work 'remis en service' --cost 80 --as montagnier
at '2026-02-05 09:30' 'done' "$(by ELO)" --by ELO --work 'remis en service' --as montagnier
regie import "$SOURCE/config/examples/val-dorle/fortnight.csv" --at '2026-03-16 07:30' > /dev/null
at '2026-03-14 08:00' accept "$(by ELO --from 2026-03-02 --before 2026-03-14)" --as montagnier
at '2026-03-14 12:00' 'done' "$(by GAR --from 2026-03-02 --before 2026-03-13)" --by GAR --work 'joint refait' \
  --cost 95 --as montagnier
checked=$(by GAR --state 'done' --from 2026-03-02)
at '2026-03-15 09:00' verify "${checked#*,}" --as lemercier
at '2026-03-15 10:00' verify "${checked%%,*}" --fail --reason 'fuit encore' --as lemercier
checked=${checked#*,}
at '2026-03-15 17:00' close "$checked" --answer 'réparé, locataire prévenu' --rating 4 --as abadie
at '2026-03-15 17:05' reopen "${checked%%,*}" --reason 'fuit de nouveau' --as abadie
late=$(regie report penalties --from 2026-03-01 --at '2026-03-15 17:05' --provider GAR --ids proposed | sed -n 1p)
at '2026-03-15 17:05' edit "$late" --penalty waived --reason 'la pièce manquait' --as astruc
at '2026-03-15 17:10' hold "$(by ELO --state assigned --limit 2)" --for tenant --reason 'absent' --as abadie
again=$(regie list --all --state closed --provider GAR --trade plumbing --from 2026-03-02 --format tsv \
  --columns residence,dwelling --quiet |
  awk -F '\t' 'NR > 1 && $2 != "" && !found { print; found = 1 }')
at '2026-03-15 18:00' open "Fuite sous l'évier" -R "${again%$'\t'*}" -d "${again#*$'\t'}" -t 'Mme Aubin' --as abadie
at '2026-03-16 07:45' report nightly --mail-to astruc --at '2026-03-16 07:45'

# documents FOLDER: each report by itself, and divided
documents() {
  mkdir "$work/$1"
  for report in $reports; do
    regie report "$report" "${then[@]}" --format json > "$work/$1/$report.json"
  done
  for report in backlog targets providers verification repeat tenants; do
    regie report "$report" "${then[@]}" --by provider,urgency --format json > "$work/$1/$report-by.json"
  done
}
reports=$(regie report --format tsv --columns report | tail -n +2)
then=(--from 2026-03-01 --at '2026-03-16 08:00')
documents full
regie report tenants "${then[@]}" --by agency,sector,residence,dwelling --format json > "$work/full/tenants-places.json"
regie report targets "${then[@]}" --by trade,place,channel,month --format json > "$work/full/targets-words.json"
regie report residences "${then[@]}" --residence BEL --trade plumbing,electrical --format json \
  > "$work/full/filtered.json"
echo "an empty database"
db=empty
regie init --quiet
documents empty

cat > "$work/check.py" << 'PYTHON'
import copy
import glob
import json
import os
import re
import sys
import warnings

import jsonschema

warnings.simplefilter("ignore")  # what resolves references has another name in later versions
source, work = sys.argv[1:3]
failures = 0


def fail(sentence):
    global failures
    failures += 1
    print(f"FAILED: {sentence}", file=sys.stderr)


schemas = {os.path.basename(file): json.load(open(file)) for file in glob.glob(f"{source}/config/schemas/*.json")}
for name, schema in schemas.items():
    jsonschema.Draft202012Validator.check_schema(schema)
    if schema["$id"] != name:
        fail(f"{name} calls itself {schema['$id']}")
reports = sorted(sys.argv[3:])
described = sorted(name.split(".")[1] for name in schemas if name != "report.schema.json")
if reports != described:
    fail(f"there are reports {reports} and schemas of {described}")


def validator(report):
    schema = schemas[f"report.{report}.schema.json"]
    try:
        from referencing import Registry, Resource
    except ImportError:
        resolver = jsonschema.RefResolver.from_schema(schema, store=schemas)
        return jsonschema.Draft202012Validator(schema, resolver=resolver)
    registry = Registry().with_resources([(name, Resource.from_contents(one)) for name, one in schemas.items()])
    return jsonschema.Draft202012Validator(schema, registry=registry)


# Closed vocabularies are those of the program.
def codes(header, name):
    found = re.findall(rf'CodeRow<{name}>{{{name}::\w+, "([^"]+)"', open(f"{source}/{header}").read())
    if not found:
        fail(f"{header} has no words of {name}")
    return found


common = schemas["report.schema.json"]["$defs"]
mails = schemas["report.reminders.schema.json"]["properties"]["sections"]["properties"]["mails"]["properties"]["rows"]
orders = schemas["report.penalties.schema.json"]["properties"]["sections"]["properties"]["orders"]["properties"]["rows"]
for header, name, words in (
        ("include/regie/codes.hpp", "State", common["state"]["enum"]),
        ("include/regie/codes.hpp", "Urgency", common["urgency"]["enum"]),
        ("include/regie/codes.hpp", "Place", common["place"]["enum"]),
        ("include/regie/codes.hpp", "Channel", common["channel"]["enum"]),
        ("include/regie/codes.hpp", "PenaltyState", orders["items"]["properties"]["state"]["enum"][2:]),
        ("src/store/outbox.hpp", "MailKind", common["mail"]["enum"]),
        ("src/store/outbox.hpp", "MailState", mails["items"]["properties"]["state"]["enum"]),
        ("src/report/query.hpp", "By", list(common["cut"]["properties"])),
        ("src/report/query.hpp", "By", list(common["cut_total"]["properties"]))):
    if codes(header, name) != words:
        fail(f"{header}: the words of {name} are {codes(header, name)}, a schema knows {words}")


def places(value, path=()):
    """Every object below, with the way to it; what was typed as a filter is anybody's."""
    if isinstance(value, dict) and path != ("filters",):
        yield path, value
        for key, one in value.items():
            yield from places(one, path + (key,))
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from places(one, path + (i,))


cut = common["cut"]["properties"]
words = {"schema", "report", "state", "urgency", "what", "reason", "kind", "trouble", "place", "channel", "month"} | {
    "as_of", "made_at", "cost", "expected"}


def mutants(document):
    for path, there in places(document):
        where = "/".join(map(str, path))
        for key, value in list(there.items()):
            del there[key]
            # Not with --by; and by what is divided nobody knows.
            if (path, key) != (("sections",), "ceilings") and (path[1:2] != ("by",) or key not in cut):
                yield f"without {where}/{key}"
            there[key] = "no word of ours" if isinstance(value, int) else {"no": "value of ours"}
            if (path, key) != ((), "filters"):
                yield f"another {where}/{key}"
            if key in words and (key, "trouble") != ("reason", path[1:2] and path[1]):
                there[key] = "no word of ours"
                yield f"no word of {where}/{key}"
            there[key] = value
        there["no_key_of_ours"] = None
        yield f"more in {where}"
        del there["no_key_of_ours"]


seen, kinds, tried = set(), set(), 0
for file in sorted(glob.glob(f"{work}/full/*.json") + glob.glob(f"{work}/empty/*.json")):
    document = json.load(open(file))
    name = document["report"]
    valid = validator(name)
    for error in valid.iter_errors(document):
        fail(f"{file[len(work) + 1:]}: /{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
    rows = {key: section["rows"] for key, section in document["sections"].items()}
    seen |= {(name, key) for key in rows if rows[key]}
    kinds |= {(name, row.get("what", row.get("reason"))) for there in rows.values() for row in there}
    if "/full/" not in file or failures:
        continue
    for key in rows:
        document["sections"][key]["rows"] = rows[key][:1]
    for mutant in mutants(document):
        tried += 1
        if valid.is_valid(document):
            fail(f"{file[len(work) + 1:]}: valid all the same: {mutant}")
    if valid.is_valid(dict(document, report="other")) or valid.is_valid([document]):
        fail(f"{name}: any report passes")
for name in reports:
    for key in schemas[f"report.{name}.schema.json"]["properties"]["sections"]["properties"]:
        if (name, key) not in seen:
            fail(f"{name}: no row of {key} was looked at: the desk of this test is too poor")
for name, section, word in (("nightly", "happened", "what"), ("targets", "left_out", "reason")):
    rows = schemas[f"report.{name}.schema.json"]["properties"]["sections"]["properties"][section]["properties"]["rows"]
    for kind in rows["items"]["properties"][word]["enum"]:
        if (name, kind) not in kinds:
            fail(f"{name}: {section} has no {kind}")
if tried < 1000:
    fail(f"only {tried} wrong documents were tried")
if failures == 0:
    print(f"{len(seen)} sections of {len(reports)} reports are as their schemas say, {tried} wrong ones refused")
sys.exit(1 if failures else 0)
PYTHON
# shellcheck disable=SC2086  # a list of words
"$python" "$work/check.py" "$SOURCE" "$work" $reports
