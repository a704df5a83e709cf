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
regie open 'fuite sous évier' -R BEL -d B-203 --when=-2h -q > /dev/null

# nightly FOLDER[:BACKUPS] [VARIABLE=VALUE...]
nightly() {
  local folders
  IFS=: read -ra folders <<< "$1"
  shift
  env -i REGIE="$REGIE" HOME="$work" REGIE_CONFIG="$SOURCE/config/examples/val-dorle" REGIE_DB="$work/desk.db" "$@" \
    /bin/sh "$contrib/nightly.sh" "${folders[@]}" > "$work/said" 2>&1
}

echo "nightly report"
before=$(date +%Y-%m-%d) month=$(date -d "$(date +%Y-%m-01) -1 day" +%Y-%m)
nightly "$work/reports" || fail "nightly.sh exits with $?: $(cat "$work/said")"
[[ ! -s $work/said ]] || fail "nightly.sh is not silent: $(cat "$work/said")"
after=$(date +%Y-%m-%d)
names=$(cd "$work/reports" && find . -mindepth 1 -printf '%P\n' | sort | paste -s -d ' ')
expected() { echo "$1.csv $1.html $1.txt nightly.html providers-$month.xlsx targets-$month.xlsx"; }
[[ $names == "$(expected "$before")" || $names == "$(expected "$after")" ]] || fail "nightly.sh leaves '$names'"
# What does not change within the minute.
counts() { grep -E '^(section|headlines|happened),' "$@"; }
diff <(regie report nightly --format csv | counts) <(counts "$work/reports"/*.csv) || fail "not the report in CSV"
grep -q "Val d'Orle Habitat" "$work/reports"/*.txt || fail "not the report in text: $(cat "$work/reports"/*.txt)"
cmp "$work/reports/nightly.html" "$work/reports"/2*.html || fail "nightly.html is not the latest"
grep -q '</html>$' "$work/reports/nightly.html" || fail "not the whole report in HTML"
for workbook in "$work/reports"/*.xlsx; do
  [[ $(head -c 2 "$workbook") == PK ]] || fail "$workbook is no workbook"
done
for report in "$work/reports"/*; do
  [[ $(stat -c %a "$report") == 6?0 ]] || fail "$report is for everybody to read"
done

echo "again on the same day, with what happened since; the month stays as it was"
cp -r "$work/reports" "$work/first"
regie open 'ampoule hall' -R TIL --when=-1h -q > /dev/null
nightly "$work/reports" || fail "the second run exits with $?: $(cat "$work/said")"
grep -q '^headlines,unfinished,2,' "$work/reports/$(date +%Y-%m-%d).csv" || fail "the second run renews no report"
if cmp -s "$work/first/nightly.html" "$work/reports/nightly.html"; then fail "the second run renews no page"; fi
for workbook in "$work/reports"/*.xlsx; do
  [[ ! $workbook -nt $work/first/nightly.html ]] || fail "$workbook was written twice"
done

echo "a backup, and a mail, each once a day"
for turn in first second; do
  nightly "$work/reports:$work/backups" MAIL_TO=astruc || fail "the $turn run exits with $?: $(cat "$work/said")"
  # Nothing but that nobody hands it over: 'regie remind' has never run here.
  said=$(grep -v 'regie remind' "$work/said" || true)
  [[ -z $said ]] || fail "the $turn run is not silent: $said"
done
[[ $(cd "$work/backups" && echo *) == "regie-$(date +%Y-%m-%d)" ]] || fail "the backups are '$(ls "$work/backups")'"
mails=$(regie remind --list --format tsv --columns to -q | tail -n +2)
[[ $mails == astruc@example.org ]] || fail "the mails that wait are to '$mails'"
if nightly "$work/reports:$work/more" MAIL_TO=nobody; then fail "a mail to nobody is no failure"; fi
[[ -e $work/more/regie-$(date +%Y-%m-%d) ]] || fail "what is wrong with a mail costs the backup"

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
