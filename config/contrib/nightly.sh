#!/bin/sh
# The nightly report: how things stand, to be read (HTML), for a terminal or a mail (text) and for a spreadsheet (CSV),
# under today's date; once a month how the last month went, as workbooks; and the nightly backup.
#
#     regie-nightly FOLDER [BACKUPS]
#
# writes FOLDER/2026-03-09.html, .txt and .csv, and FOLDER/nightly.html, which is always the latest; on the first of a
# month, or the first night after it, FOLDER/targets-2026-02.xlsx and providers-2026-02.xlsx; then, when BACKUPS is
# given, checks the database and writes BACKUPS/regie-2026-03-09 (a file of SQLite, or of pg_dump). Silent when all is
# well, as cron likes it; when regie fails, nothing half done is left behind and its exit code is passed on (75: the
# database was busy or could not be reached, try again). Old reports and backups are never removed, and BACKUPS should
# be on another disk than the database. Install it with:  install -m 755 nightly.sh /usr/local/bin/regie-nightly
#
# REGIE_CONFIG and REGIE_DB say which desk, as for regie itself; REGIE which program, when it is not in PATH.
# MAIL_TO=astruc,direction@example.org: codes of people or agencies, or addresses, that have the report by mail, too. It
# waits among the orders and reminders, once a day for each of them: 'regie remind' hands it over.
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
# The month before this one, without what only some systems' date can do.
year=${day%%-*}
month=${day#*-}
month=${month%-*}
month=$((${month#0} - 1))
[ $month -gt 0 ] || { month=12 && year=$((year - 1)); }
last_month=$(printf '%s-%02d' "$year" "$month")

mkdir -p "$folder"
new=$(mktemp -d "$folder/.new-XXXXXX")
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$regie" report nightly --format html --output "$new/report.html"
"$regie" report nightly > "$new/report.txt"
"$regie" report nightly --format csv > "$new/report.csv"
cp "$new/report.html" "$new/nightly.html"
# All or none, and never half a file under its name.
mv "$new/report.html" "$folder/$day.html"
mv "$new/report.txt" "$folder/$day.txt"
mv "$new/report.csv" "$folder/$day.csv"
mv "$new/nightly.html" "$folder/nightly.html"

for report in targets providers; do
  workbook=$folder/$report-$last_month.xlsx
  [ -e "$workbook" ] || "$regie" report $report --month "$last_month" --format xlsx --output "$workbook"
done

if [ $# -eq 2 ]; then
  mkdir -p "$2"
  "$regie" db check --quiet
  # The first backup of a day stays: regie overwrites none.
  [ -e "$2/regie-$day" ] || "$regie" db backup --quiet "$2/regie-$day"
fi

# Last: what is wrong with a mail must not cost a backup.
[ -z "${MAIL_TO:-}" ] || "$regie" report nightly --mail-to "$MAIL_TO"
