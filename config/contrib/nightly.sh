#!/bin/sh
# The nightly report: how things stand, for people (text) and for a spreadsheet (CSV), under today's date.
#
#     regie-nightly FOLDER
#
# writes FOLDER/2026-03-09.txt and FOLDER/2026-03-09.csv. Silent when all is well, as cron likes it; when regie fails,
# nothing is left behind and its exit code is passed on (75: the database was busy, try again).
# Install it with:  install -m 755 nightly.sh /usr/local/bin/regie-nightly
#
# REGIE_CONFIG and REGIE_DB say which desk, as for regie itself; REGIE which program, when it is not in PATH.
set -eu
umask 027 # names and telephones of tenants: not for everybody on the machine
PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}
export PATH

[ $# -eq 1 ] || {
  echo "usage: regie-nightly FOLDER" >&2
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
