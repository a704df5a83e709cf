#!/bin/bash
# The manual pages say what the program does: generated ones are fresh, hand-written ones name every key that the
# program reads and no other, their examples work, and mandoc has nothing to complain about.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

# Nothing of whoever runs the tests.
regie() { env -i HOME="$work" PATH=/usr/bin:/bin "$REGIE" --lang en "$@"; }

man=$SOURCE/man
commands=$("$REGIE" __complete -- '' | cut -f 1)
[[ $(wc -w <<< "$commands") -ge 20 ]] || fail "the program names only these commands: $commands"

echo "generated pages are those the program prints now"
mkdir "$work/pages"
"$man/renew.sh" "$REGIE" "$work/pages"
while read -r name; do
  if [[ ! -e $man/$name ]]; then
    fail "man/$name is missing; make it with man/renew.sh"
  elif [[ ! -e $work/pages/$name ]]; then
    fail "man/$name describes a command that is no more; man/renew.sh removes it"
  elif ! diff -u "$man/$name" "$work/pages/$name" > "$work/difference"; then
    fail "man/$name is not what the program prints now; renew it with man/renew.sh"
    head -n 20 "$work/difference" >&2
  fi
done < <({ ls "$work/pages"; cd "$man" && find . -name 'regie*.1' -printf '%P\n'; } | sort -u)

echo "every option of --help is in its page"
options=0
for command in $commands; do
  page=$work/pages/regie-$command.1
  while read -r option; do
    options=$((options + 1))
    grep -Eq "^\.It (Fl . , )?Fl Fl ${option#--}( |\$)" "$page" || fail "$option is not in regie-$command.1"
  done < <(regie "$command" --help | grep -Eo '^  (-[a-z],|   ) --[a-z-]+' | grep -Eo -- '--[a-z-]+')
done
while read -r option; do
  options=$((options + 1))
  grep -Eq "^\.It (Fl . , )?Fl Fl ${option#--}( |\$)" "$work/pages/regie.1" || fail "$option is not in regie.1"
done < <(regie --help | grep -Eo '^  (-[a-z],|   ) --[a-z-]+' | grep -Eo -- '--[a-z-]+')
[[ $options -ge 60 ]] || fail "only $options options found: this test does not see what it must"

echo "every command and exit code is in regie.1"
for command in $commands; do
  grep -q "^\.It Cm $command\$" "$work/pages/regie.1" || fail "$command is not in regie.1"
done
while read -r code _; do
  grep -q "^\.It $code\$" "$work/pages/regie.1" || fail "exit code $code is not in regie.1"
done < <(regie help exit-codes | grep -E '^  [0-9]')

echo "every figure of every report is defined in regie-report.1, and no other"
cat > "$work/figures.py" << 'PYTHON'
import glob
import json
import os
import re
import sys

schemas = {os.path.basename(file): json.load(open(file)) for file in glob.glob(sys.argv[1] + "/*.json")}


def names(schema, file):
    """Keys of a row, or of headlines; and the words of what is counted by kinds."""
    found = set()
    if "$ref" in schema:
        other, _, path = schema["$ref"].partition("#/")
        there = schemas[other or file]
        for part in path.split("/"):
            there = there[part]
        found |= names(there, other or file)
    for part in schema.get("allOf", []):
        found |= names(part, file)
    for key, value in schema.get("properties", {}).items():
        found |= {key} | (set(value.get("enum", [])) if key in ("what", "reason") else set())
    return found


def rows(section, file):
    if "$ref" in section:
        return rows(schemas["report.schema.json"]["$defs"][section["$ref"].rsplit("/", 1)[1]], "report.schema.json")
    return names(section["properties"]["rows"]["items"], file)


page = open(sys.argv[2]).read().split("\n.Sh DEFINITIONS\n")[1].split("\n.Sh ")[0]
parts = {part.split("\n", 1)[0]: part for part in page.split("\n.Ss ")[1:]}
defined = {title: set(" , ".join(re.findall(r"^\.It Li (.*)", part, re.M)).split(" , ")) - {""} for title, part in parts.items()}
everywhere = defined["All reports"]
figures = 0
for file, schema in sorted(schemas.items()):
    if file == "report.schema.json":
        continue
    name, said = file.split(".")[1], schema["properties"]
    known = names(said["headlines"], file)
    for section in said["sections"]["properties"].values():
        known |= rows(section, file)
    wanted = known - everywhere - set(schemas["report.schema.json"]["$defs"]["cut"]["properties"])
    figures += len(wanted)
    there = defined.get(name, set())
    states = {"running", "proposed", "observed", "confirmed", "waived"} if name == "penalties" else set()
    for key in sorted(wanted - there):
        print(f"{name}: '{key}' is not defined")
    for key in sorted(there - known - states - everywhere):
        print(f"{name}: '{key}' is no figure of it")
if figures < 150:
    print(f"only {figures} figures found: this test does not see what it must")
PYTHON
while read -r line; do
  fail "DEFINITIONS of regie-report.1, $line"
done < <(python3 "$work/figures.py" "$SOURCE/config/schemas" "$work/pages/regie-report.1" 2>&1)

# Codes of a vocabulary such as Urgency.
vocabulary() { sed -n "s/.*CodeRow<$1>{$1::[a-z_]*, \"\([a-z_-]*\)\".*/\1/p" "$SOURCE/include/regie/codes.hpp"; }

# Keys that a reader of TOML asks for: by name, itself or through a helper such as read_span(table, "ago"), or one for
# every word of a vocabulary. A call may go over several lines.
keys_read() {
  cat "$@" | tr -s ' \n' ' ' > "$work/flat"
  grep -Eo '(\.|->)(text|texts|required_text|number|real|flag|day|days|table|tables|has|is_[a-z]+)\( ?"[a-z_]+"' "$work/flat" |
    sed 's/.*"\(.*\)"/\1/'
  grep -Eo '[a-z_]+(<[A-Za-z]+>)?\( ?\*?[a-z_]+, "[a-z_]+"' "$work/flat" | grep -v complain | sed 's/.*"\(.*\)"/\1/'
  grep -Eo '(Strength|List)\{"[a-z_]+"' "$work/flat" | sed 's/.*"\(.*\)"/\1/'
  awk 'match($0, /codes<[A-Z][A-Za-z]*>/) { name = substr($0, RSTART + 6, RLENGTH - 7) }
       /row\.code\.data\(\)|has\(row\.code\)/ { print name }' "$@" | sort -u | while read -r name; do vocabulary "$name"; done
}

# Keys that a page defines: its list items and the tables in its headings.
keys_named() {
  sed -n -e 's/^\.It Ic \(.*\)/\1/p' -e 's/^\.Ss \(\[.*\)/\1/p' "$1" | sed 's/ No = .*//' | grep -Eo '\b[a-z_]+\b'
  sed -n 's/^\.Ic \(.*\) No = .*/\1/p' "$1" | grep -Eo '\b[a-z_]+\b'
}

# differ PAGE LEAST: what is in $work/read, which are LEAST at least, but not in $work/named, and the other way round.
differ() {
  local page=$1 least=$2
  [[ $(wc -l < "$work/read") -ge $least ]] || fail "only $(wc -l < "$work/read") keys found: this test does not see what it must"
  while read -r key; do fail "the program reads '$key', $page does not describe it"; done < <(comm -23 "$work/read" "$work/named")
  while read -r key; do fail "$page describes '$key', the program does not read it"; done < <(comm -13 "$work/read" "$work/named")
}

# compare PAGE LEAST < KEYS
compare() {
  sort -u > "$work/read"
  keys_named "$man/$1" | sort -u > "$work/named"
  differ "$1" "$2"
}

# section TITLE PREFIX LEAST FILE FUNCTION...: keys that these functions read are those of that section of regie.toml.5,
# behind the prefix; `rule`, the list of them all, aside.
section() {
  local title=$1 prefix=$2 least=$3 file=$4 function
  shift 4
  for function in "$@"; do sed -n "/^[A-Za-z].* $function(/,/^}/p" "$SOURCE/src/desk/$file"; done > "$work/functions.cpp"
  keys_read "$work/functions.cpp" | grep -vx rule | sed "s/^/$prefix/" | sort -u > "$work/read"
  title=".Ss $title" awk '$0 == ENVIRON["title"] { inside = 1; next } /^\.S[sh] / { inside = 0 } inside' "$man/regie.toml.5" |
    sed -n 's/^\.It Ic \(.*\)/\1/p' | sed 's/ No = .*//' | grep -Eo '[a-z_.]+' | grep -E "^${prefix}[a-z_]+\$" |
    sort -u > "$work/named"
  differ "regie.toml.5 ($title)" "$least"
}

echo "every key of the configuration is in regie.toml.5, and no other"
compare regie.toml.5 80 < <(cd "$SOURCE/src/desk" && keys_read landlord.cpp ladder.cpp answer_words.cpp policy.cpp settings.cpp rules.cpp examples.cpp lexicon.cpp)

echo "every key of a rule is where it belongs"
section '[[rule]]\&' '' 6 rules.cpp read_rules
section '[[rule.example]]\&' '' 3 examples.cpp read_example
section '[[rule.example]]\&' given. 7 examples.cpp read_given
section '[[rule.example]]\&' before. 9 examples.cpp read_earlier
section '[[rule.example]]\&' expect. 14 examples.cpp read_expected
section Conditions '' 26 rules.cpp read_conditions read_alternatives
section Conditions similar. 4 rules.cpp read_similar
section Conditions repaired. 2 rules.cpp read_repaired
section Effects '' 14 rules.cpp read_effects
section Effects open. 3 rules.cpp read_second
fields=$(sed -n 's/.*"\({[a-z]*}, .*{[a-z]*}\)".*/\1/p' "$SOURCE/src/desk/rules.cpp")
[[ $(wc -w <<< "$fields") -ge 5 ]] || fail "only these fields of texts found: $fields"
for field in ${fields//,/}; do
  grep -q "^\.Li $field\( [,:]\)\?\$" "$man/regie.toml.5" || fail "regie.toml.5 does not describe $field"
done

echo "every key, field and rejection of an import map is in regie-map.5, and no other"
import=$SOURCE/src/desk/import.cpp
map_keys() {
  sed -n '/^ImportMap read_import_map/,/^}/p' "$import" > "$work/reader.cpp"
  keys_read "$work/reader.cpp"
  grep -Eo 'read_texts\("[a-z_]+"' "$work/reader.cpp" | sed 's/.*"\(.*\)"/\1/'
  grep -Eo 'ImportField\{"[a-z_]+"' "$import" | sed 's/.*"\(.*\)"/\1/'
}
compare regie-map.5 24 < <(map_keys)
# Codes stand first in what a bad record throws, or last in what reads a word of a vocabulary.
tr -s ' \n' ' ' < "$import" > "$work/import.cpp"
{
  grep -Eo 'throw Bad\{[^,]*,' "$work/import.cpp" | grep -Eo '"[a-z0-9_]+"'
  grep -Eo 'coded<[A-Za-z]+>\(record, "[a-z_]+", "[a-z_]+"' "$work/import.cpp" | grep -Eo '"[a-z_]+"$'
} | tr -d '"' | sort -u > "$work/codes"
[[ $(wc -l < "$work/codes") -ge 20 ]] || fail "only $(wc -l < "$work/codes") codes of rejection found"
while read -r code; do
  grep -Eq "^\.It Li (.* , )?$code( ,|\$)" "$man/regie-map.5" || fail "rejection '$code' is not in regie-map.5"
done < "$work/codes"

# The literal block of a page that holds this text.
block() {
  awk -v wanted="$2" '/^\.Bd -literal/ { inside = 1; text = ""; next }
    /^\.Ed/ { if (index(text, wanted)) { printf "%s", text; exit } inside = 0 }
    inside { text = text $0 "\n" }' "$man/$1"
}

echo "the examples of regie.toml.5 are a valid configuration"
mkdir "$work/example"
block regie.toml.5 'name = "Example Housing"' |
  sed 's/^rules = .*/&\nlexicon = ["fr", "my-words.toml"]/' > "$work/example/regie.toml"
block regie.toml.5 'name = "no-water"' > "$work/example/memory.toml"
block regie.toml.5 'name  = "flood"' > "$work/example/rules.toml"
block regie.toml.5 '[trade.intercom]' > "$work/example/my-words.toml"
block regie.toml.5 '[hours.office]' > "$work/example/hours.toml"
here=(--config "$work/example" --db "$work/example.db")
regie config check "${here[@]}" > "$work/said" 2>&1 || fail "$(cat "$work/said")"
grep -q '5 rules' "$work/said" || fail "the example's rules were not read: $(cat "$work/said")"
regie config check --config "$work/example/hours.toml" > "$work/said" 2>&1 || fail "$(cat "$work/said")"
regie init "${here[@]}" -q
regie open 'le pass bleu est perdu' -R LIL "${here[@]}" > "$work/said" 2>&1 || true
grep -q 'intercom' "$work/said" || fail "the example's own words are not understood: $(cat "$work/said")"
regie open 'fuite, ça inonde la cuisine' -R LIL --at '2027-01-05 23:00' "${here[@]}" > "$work/said" 2>&1 || true
grep -q 'SAN' "$work/said" || fail "the example's rule sends nobody: $(cat "$work/said")"
sed -i 's/^\[hours.office\]/[hour.office]/' "$work/example/regie.toml"
! regie config check "${here[@]}" > "$work/said" 2>&1 || fail "a misspelt key is accepted"
grep -q "unknown key 'hour'; did you mean 'hours'?" "$work/said" || fail "not the message in DIAGNOSTICS: $(cat "$work/said")"

echo "the example of regie-map.5 imports"
block regie-map.5 'Numero,' > "$work/calls.csv"
block regie-map.5 'source      =' > "$work/calls.toml"
here=(--config "$SOURCE/config/starter/regie.en.toml" --db "$work/calls.db")
regie init "${here[@]}" -q
regie import --map "$work/calls.toml" "$work/calls.csv" "${here[@]}" > "$work/said" 2>&1 || true
grep -q '^2 requests imported' "$work/said" || fail "$(cat "$work/said")"

if ! command -v mandoc > /dev/null; then
  echo "SKIPPED: mandoc is not installed, nobody looks at the form of the pages" >&2
  [[ $failures -gt 0 ]] || exit 77
else
  echo "mandoc has nothing to say"
  mandoc -T lint -W warning "$man"/*.[0-9] >&2 || fail "mandoc -T lint"
fi
[[ $failures -eq 0 ]] || { echo "$failures failures" >&2; exit 1; }
