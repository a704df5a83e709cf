#!/bin/sh
# The nightly report: how things stand, for people (text) and for a spreadsheet (CSV), under today's date; and the
# nightly backup.
#
#     regie-nightly FOLDER [BACKUPS]
#
# writes FOLDER/2026-03-09.txt and FOLDER/2026-03-09.csv; then, when BACKUPS is given, checks the database and writes
# BACKUPS/regie-2026-03-09 (a file of SQLite, or of pg_dump). Silent when all is well, as cron likes it; when regie
# fails, nothing half done is left behind and its exit code is passed on (75: the database was busy or could not be
# reached, try again). Old backups are never removed, and BACKUPS should be on another disk than the database.
# Install it with:  install -m 755 nightly.sh /usr/local/bin/regie-nightly
#
# REGIE_CONFIG and REGIE_DB say which desk, as for regie itself; REGIE which program, when it is not in PATH.
set -eu
umask 027 # names and telephones of tenants: not for everybody on the machine
PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}
export PATH

[ $# -eq 1 ] || [ $# -eq 2 ] || {
  echo "usage: regie-nightly FOLDER [BACKUPS]" >&2
  exit 2
}
folder=$1
regie=${REGIE:-regie}
day=$(date +%Y-%m-%d)

mkdir -p "$folder"
new=$(mktemp -d "$folder/.new-XXXXXX")
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$regie" report > "$new/report.txt"
"$regie" report --format csv > "$new/report.csv"
# Both or none, and never half a file under its name.
mv "$new/report.txt" "$folder/$day.txt"
mv "$new/report.csv" "$folder/$day.csv"

[ $# -eq 2 ] || exit 0
mkdir -p "$2"
"$regie" db check --quiet
# The first backup of a day stays: regie overwrites none.
[ -e "$2/regie-$day" ] || "$regie" db backup --quiet "$2/regie-$day"
