#!/bin/bash
# A newcomer's first two commands work at once, in both languages, and so do the examples in the starter's remarks.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# Nothing of whoever runs the tests.
regie() { env -i HOME="$work/home" PATH=/usr/bin:/bin "$REGIE" "$@"; }

# expect WHAT PATTERN COMMAND...
expect() {
  local what=$1 pattern=$2 output
  shift 2
  output=$("$@" 2>&1) || fail "$what: $* exits with $?: $output"
  [[ $output == *$pattern* ]] || fail "$what: no '$pattern' in: $output"
}

provider_of() { regie list --all --limit 0 --format tsv --columns id,provider | sed -n "s/^$1\t//p"; }

# The example file of that name in the remarks at the end of the starter.
example() {
  sed -n "/^# ---- $1\$/,/^# [0-9]\\./p" "$2" | sed -e '1d' -e '/^# [0-9]\./d' -e 's/^# \{0,1\}//'
}

for language in fr en; do
  echo "starter configuration: $language"
  starter=$SOURCE/config/starter/regie.$language.toml
  rm -rf "${work:?}/home"
  mkdir "$work/home"
  regie init --lang "$language" -q
  config=$work/home/.config/regie
  cmp "$starter" "$config/regie.toml" || fail "init did not copy $starter"
  expect check "2 residences, 3 people, 3 providers" regie config check --lang en

  # The commands of the first remark, one after the other.
  sed -n 's/^#     \(regie .*\)/\1/p' "$starter" | grep -v 'config check' > "$work/tour"
  [[ $(wc -l < "$work/tour") -ge 5 ]] || fail "the first remark of $starter shows only: $(cat "$work/tour")"
  while read -r line; do
    expect "first steps" '' eval "$line"
    [[ $line != "regie open "* || $(provider_of 1) == REGIE ]] || fail "the first request is sent to '$(provider_of 1)'"
  done < "$work/tour"
  expect "first steps" '1,closed' regie list --all --format csv --columns id,state

  # Every residence, any hour: an emergency of the trades everybody knows is never left without anybody.
  for residence in LIL MOU; do
    for time in '2027-01-04 03:00' '2027-01-05 10:00'; do
      for trade in plumbing heating gas electrical locksmith; do
        number=$(regie open essai -R $residence --trade $trade --urgency emergency --at "$time" -q)
        [[ -n $(provider_of "$number") ]] || fail "nobody for $trade at $residence on $time"
      done
    done
  done

  rules=rules.toml words=my-words.toml
  [[ $language == en ]] || rules=regles.toml words=mes-mots.toml
  example $rules "$starter" > "$config/$rules"
  example $words "$starter" > "$config/$words"
  grep -q '^\[\[rule\]\]' "$config/$rules" || fail "no example of rules in $starter"
  grep -q '^\[trade' "$config/$words" || fail "no example of words in $starter"
  sed -i -e "s/^# rules .*/rules = [\"$rules\"]/" -e "s/^lexicon .*/lexicon = [\"fr\", \"$words\"]/" \
    -e '/^# dwelling_codes = /s/^# //' -e '/^# closed = /s/^# //' -e '/^# unix = /s/^# //' -e '/^# away = /s/^# //' \
    "$config/regie.toml"
  expect "examples in the remarks" "2 rules" regie config check --lang en
  expect "example rule" "REGIE" regie open 'le robinet goutte' -R LIL --at '2027-01-05 10:00' --format json
  expect "example words" "intercom" regie open 'le pass bleu est perdu' -R MOU --format json
done
