#!/bin/bash
# The examples for the nightly report work, under cron's bare environment too.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

contrib=$SOURCE/config/contrib
regie() { env -i HOME="$work" REGIE_CONFIG="$SOURCE/config/examples/val-dorle" REGIE_DB="$work/desk.db" "$REGIE" "$@"; }
regie init -q
regie open 'fuite sous évier' -R BEL -d B-203 -q > /dev/null

# nightly FOLDER [VARIABLE=VALUE...]
nightly() {
  local folder=$1
  shift
  env -i REGIE="$REGIE" HOME="$work" REGIE_CONFIG="$SOURCE/config/examples/val-dorle" REGIE_DB="$work/desk.db" "$@" \
    /bin/sh "$contrib/nightly.sh" "$folder" > "$work/said" 2>&1
}

echo "nightly report"
before=$(date +%Y-%m-%d)
nightly "$work/reports" || fail "nightly.sh exits with $?: $(cat "$work/said")"
[[ ! -s $work/said ]] || fail "nightly.sh is not silent: $(cat "$work/said")"
after=$(date +%Y-%m-%d)
names=$(cd "$work/reports" && find . -mindepth 1 -printf '%P\n' | sort | paste -s -d ' ')
[[ $names == "$before.csv $before.txt" || $names == "$after.csv $after.txt" ]] || fail "nightly.sh leaves '$names'"
diff <(regie report --format csv) "$work/reports"/*.csv || fail "not the report in CSV"
grep -q 'BEL\|Bélandres' "$work/reports"/*.txt || fail "not the report in text: $(cat "$work/reports"/*.txt)"
[[ $(stat -c %a "$work/reports"/*.txt) == 640 ]] || fail "the report is for everybody to read"

echo "again on the same day, with what happened since"
regie open 'ampoule hall' -R TIL -q > /dev/null
nightly "$work/reports" || fail "the second run exits with $?: $(cat "$work/said")"
grep -q '^residence,TIL,' "$work/reports/$(date +%Y-%m-%d).csv" || fail "the second run does not renew the report"

echo "failures"
for variable in REGIE_DB="$work/nowhere.db" REGIE_CONFIG="$work/nowhere"; do
  if nightly "$work/failed" "$variable"; then fail "$variable: no failure"; fi
  [[ -s $work/said ]] || fail "$variable: fails without a word"
  [[ -z $(ls -A "$work/failed") ]] || fail "$variable: leaves $(ls -A "$work/failed")"
done
status=0
nightly "$work/failed" REGIE_CONFIG="$work/nowhere" || status=$?
[[ $status -eq 78 ]] || fail "regie's exit code is not passed on: $status instead of 78"

echo "crontab, service and timer run it as it is called"
command=$(sed -n 's/^[0-9].* \* \* *//p' "$contrib/crontab")
[[ $command == "regie-nightly "* ]] || fail "crontab runs '$command'"
grep -q "^ExecStart=/usr/local/bin/$command\$" "$contrib/regie-nightly.service" || fail "the service runs something else"
if command -v systemd-analyze > /dev/null; then
  sed "s|^ExecStart=[^ ]*|ExecStart=/bin/true|" "$contrib/regie-nightly.service" > "$work/regie-nightly.service"
  cp "$contrib/regie-nightly.timer" "$work"
  said=$(systemd-analyze verify --man=no "$work"/regie-nightly.* 2>&1 | grep regie-nightly || true)
  [[ -z $said ]] || fail "systemd-analyze: $said"
fi

if ! command -v shellcheck > /dev/null; then
  echo "SKIPPED: shellcheck is not installed" >&2
  exit 77
fi
echo "shellcheck"
shellcheck "$contrib/nightly.sh" "$SOURCE/man/renew.sh" "$SOURCE/completions/regie.bash"
