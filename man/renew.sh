#!/bin/sh
# Writes the pages that regie prints itself: regie.1 and regie-COMMAND.1. The pages of section 5 are written by hand.
#     man/renew.sh [PROGRAM [FOLDER]]
# PROGRAM: $REGIE, else build/debug/bin/regie. FOLDER: where to write, else beside this script.
# What regie-COMMAND.definitions says, where there is such a file beside this script, goes before SEE ALSO.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=${1:-${REGIE:-$here/../build/debug/bin/regie}}
folder=${2:-$here}

write() {
  "$program" __man ${2+"$2"} > "$folder/$1.new"
  definitions=$here/${1%.1}.definitions
  if [ -e "$definitions" ]; then
    awk -v definitions="$definitions" '
      /^\.Sh SEE ALSO/ { while ((getline line < definitions) > 0) if (line !~ /^\.\\"/) print line }
      { print }' "$folder/$1.new" > "$folder/$1.whole"
    mv "$folder/$1.whole" "$folder/$1.new"
  fi
  mv "$folder/$1.new" "$folder/$1"
}

# Not before the program answers.
commands=$("$program" __complete -- '' | cut -f 1)
[ -n "$commands" ] || { echo "$program offers no commands" >&2; exit 1; }

rm -f "$folder"/regie-*.1
write regie.1
for command in $commands; do
  write "regie-$command.1" "$command"
done
