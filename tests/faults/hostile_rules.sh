#!/bin/bash
# Configurations and messages made to hurt: ten thousand rules and words, patterns that would explode where a matcher
# goes back and tries again, a hundred thousand examples, TOML without end, words without end. Nothing may take more
# than its share of processor time and memory, and whatever is refused is refused with its place.
#
# Figures are of processor time, which hardly depends on what else the machine does, and are judged beside the same
# command on the plain example in the same run: a slower machine or build is allowed more in proportion.
source "$(dirname "$0")/support.bash"
command -v python3 >/dev/null || skip "this needs python3"
hostile="$(dirname "$0")/hostile_rules.py"
runs=20
scale=1
if ldd "$REGIE" 2>/dev/null | grep -q libasan; then
  scale=20 # whatever is checked is checked in this build, too; figures are for the others
  runs=1
fi
# Much that the compiler takes out of a release build counts for more where there is more of it.
unoptimised=1
grep -q '^CMAKE_BUILD_TYPE:.*=Debug' "$BUILD/CMakeCache.txt" 2>/dev/null && unoptimised=8
ulimit -t 60 # seconds of processor time; whoever needs that much never ends

python3 "$hostile" make "$WORK" "$REGIE_CONFIG" $scale || fail "no landlords were made"
landlords=(plain many exploding same-start megabyte examples)

# line NAME LANDLORD MESSAGE WORD...: one for hostile_rules.py; MESSAGE "" = nothing comes in.
line() {
  local name=$1 landlord=$2 message=$3 word words=""
  shift 3
  for word in "$REGIE" "$@" --config "$WORK/$landlord" --db "$WORK/$landlord.db"; do words+=",\"$word\""; done
  echo "{\"name\":\"$name\",\"in\":\"$message\",\"words\":[${words#,}]}"
}
sentence="fuite sous l'évier de la cuisine"
route=(route "$sentence" -R BEL -d B-203)

# Whether a number is at most another; both may have decimals.
at_most() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a <= b) }'; }
# A line's figures: $exit, $ms and $mib.
figures_of() {
  read -r _ exit ms mib < <(grep "^$1 " "$WORK/figures") || fail "nothing was measured of $1"
}
# expect NAME ALLOWED_MS ALLOWED_MIB
expect() {
  figures_of "$1"
  [[ $exit == 0 ]] || fail "$1: exit $exit"
  printf '%-28s %8s ms %5s MiB   (at most %s ms, %s MiB)\n' "$1" "$ms" "$mib" "$2" "$3"
  ((scale > 1)) && return
  if ! at_most "$ms" "$2" || ! at_most "$mib" "$3"; then
    echo "  TOO MUCH"
    ((++failures))
  fi
}
failures=0
times() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.0f", a * b }'; }

for landlord in "${landlords[@]}"; do
  "$REGIE" init -q --config "$WORK/$landlord" --db "$WORK/$landlord.db" || fail "$landlord: init: exit $?"
done

# ---- the first start reads, checks and compiles everything
sleep 2.5 # a configuration of this very moment is not kept
for landlord in "${landlords[@]}"; do line "first/$landlord" "$landlord" "" "${route[@]}"; done |
  python3 "$hostile" measure 1 >"$WORK/figures" || fail "measuring: exit $?"
figures_of first/plain
plain=$ms
expect first/many "$(times "$plain" 50)" 300
expect first/exploding "$(times "$plain" 10)" 100
expect first/same-start "$(times "$plain" 10)" 100
expect first/megabyte "$(times "$plain" 20)" 200
expect first/examples "$(times "$plain" 300)" 1000

# ---- from then on: 1 ms more for every 200 rules, and nothing for what is not asked
for landlord in "${landlords[@]}"; do
  line "route/$landlord" "$landlord" "" "${route[@]}"
  line "open/$landlord" "$landlord" "" open "$sentence" -R BEL -d B-203 -q
  line "list/$landlord" "$landlord" "" list -n 20
done | python3 "$hostile" measure $runs >"$WORK/figures" || fail "measuring: exit $?"
figures_of route/plain
slowness=$(awk -v ms="$ms" -v build=$unoptimised 'BEGIN { printf "%.2f", (ms > 5 ? ms / 5 : 1) * build }')
echo "a plain route takes $ms ms: everything may take $slowness times what a release build on a fast machine may"
for command in route open list; do
  figures_of $command/plain
  plain=$ms
  extra=50
  [[ $command == list ]] && extra=2
  expect $command/many "$(awk -v a="$plain" -v b=$extra -v s="$slowness" 'BEGIN { printf "%.1f", a + b * s }')" 60
done
for landlord in exploding same-start megabyte examples; do expect route/$landlord "$(times 50 "$slowness")" 60; done

# ---- no message stops the desk
for landlord in plain many exploding same-start; do
  for message in "$WORK"/messages/*; do
    line "$landlord/${message##*/}" $landlord "$message" route --stdin --format jsonl -R BEL
  done
done | python3 "$hostile" measure 1 >"$WORK/figures" || fail "measuring: exit $?"
while read -r name _; do expect "$name" "$(times 1000 "$slowness")" 200; done <"$WORK/figures"

# ---- what is no configuration is refused, with its place
for folder in "$WORK"/broken-*; do
  name=${folder##*/}
  said=$("$REGIE" route "$sentence" -R BEL --config "$folder" 2>&1 >/dev/null)
  exit=$?
  [[ $exit == 78 && $said =~ more\.toml:[0-9]+:[0-9]+: ]] || { echo "$name: exit $exit: ${said:0:200}"; ((++failures)); }
done
((failures == 0)) || fail "$failures of these"
echo "every broken file is refused with its place"
