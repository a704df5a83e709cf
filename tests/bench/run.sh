#!/bin/bash
# tests/bench/run.sh [SIZE...]: how fast is regie beside the bare `sqlite3` shell? Sizes: 1000 100000 1000000.
#
# For each size a database is made with `regie import` of generated requests (its rate and memory are measured), and
# copied for the shell. Then whole processes take turns, all sizes and both programs in every round:
#   list   regie list -n 20      against  the shell's select of the same 20
#   show   regie show ID         against  the shell's select of the row and its journal
#   open   regie open TEXT ...   against  the shell's insert of the same row and journal entries, in one transaction
#          (val-dorle's configuration: the text is understood and routed; both commit with synchronous=EXTRA)
# Printed are medians and 90th percentiles in milliseconds, the ratio of medians, and whether the target is met:
# regie at most 1.5 times the shell; 1,000,000 at most 1.4 times 1,000; import at least 50,000 requests a second.
#
# Needs python3, the sqlite3 shell and a C++ compiler. Settings, as variables:
#   REGIE   the program, a release build   (build/release/bin/regie)
#   RUNS    how often each is run          (200)
#   FOLDER  where the databases are made; kept when it is given (else a folder in TMPDIR, removed at the end)
# A disk that is slow to sync hides what `open` costs beside it; FOLDER=/dev/shm/bench shows it bare.
# Exit 0 when every target is met, 1 when not.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"  # `sh run.sh` is fine, too
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source_folder=$(cd "$here/../.." && pwd)
REGIE=${REGIE:-$source_folder/build/release/bin/regie}
RUNS=${RUNS:-200}
sizes=("$@")
((${#sizes[@]})) || sizes=(1000 100000 1000000)
typed_requests=20
shown_requests=50

[[ -x $REGIE ]] || { echo "no program $REGIE: build it, or say where it is with REGIE=" >&2; exit 2; }
for tool in sqlite3 python3 "${CXX:-c++}"; do
  command -v "$tool" >/dev/null || { echo "this needs $tool" >&2; exit 2; }
done
if [[ -n ${FOLDER:-} ]]; then
  mkdir -p "$FOLDER"
else
  FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/regie-bench-XXXXXX")
  trap 'rm -rf "$FOLDER"' EXIT
fi

# Nothing of the caller's own desk, and no ~/.sqliterc.
for name in ${!REGIE_*} ${!XDG_*} ${!LC_*} LANG; do unset "$name"; done
export HOME=$FOLDER LC_ALL=C.UTF-8
example=$source_folder/config/examples/val-dorle
shell_options=(sqlite3 -batch -cmd ".timeout 60000")
shell_pragmas="PRAGMA foreign_keys=ON; PRAGMA synchronous=EXTRA;"

"${CXX:-c++}" -std=c++20 -O2 -o "$FOLDER/bench" "$here/bench.cpp"

# A case for the driver: words separated by TABs.
case_of() {
  local IFS=$'\t'
  echo "$*"
}

make_database() {
  local size=$1
  rm -f "$FOLDER/$size"*.db*
  python3 "$here/make_requests.py" "$size" >"$FOLDER/$size.csv"
  "$REGIE" init --config "$example" --db "$FOLDER/$size.db" -q >/dev/null
  case_of "import/$size/regie" "$REGIE" import "$FOLDER/$size.csv" --config "$example" --db "$FOLDER/$size.db" |
    "$FOLDER/bench" 1 >>"$FOLDER/results"
  rm "$FOLDER/$size.csv"
  cp "$FOLDER/$size.db" "$FOLDER/$size-shell.db"
}

# The shell's statement for what `regie open` did last in a database: the same row, the same journal entries.
insert_of_last() {
  local database=$1 table statement
  for table in request journal; do
    statement=$(sqlite3 -batch "$database" "
      select 'select ''insert into $table (' || group_concat(name, ', ') || ') values ('' || ' || group_concat(
             case when name = 'request' then '''last_insert_rowid()''' else 'quote(' || name || ')' end,
             ' || '', '' || ') || ' || '');'' from $table where ' || iif('$table' = 'request', 'id', 'request') ||
             ' = (select max(id) from request)'
      from pragma_table_info('$table') where name <> 'id'")
    sqlite3 -batch "$database" "$statement"
  done | tr '\n' ' '
}

typed_cases() {
  local text residence dwelling tenant size words insert
  cp "$FOLDER/${sizes[0]}.db" "$FOLDER/scratch.db"
  python3 "$here/make_requests.py" --typed $typed_requests >"$FOLDER/typed"
  while IFS='|' read -r text residence dwelling tenant; do
    words=("$REGIE" open "$text" --residence "$residence" --config "$example")
    [[ -z $dwelling ]] || words+=(--dwelling "$dwelling")
    [[ -z $tenant ]] || words+=(--tenant "$tenant")
    "${words[@]}" --db "$FOLDER/scratch.db" >/dev/null 2>&1
    insert=$(insert_of_last "$FOLDER/scratch.db")
    for size in "${sizes[@]}"; do
      case_of "open/$size/regie" "${words[@]}" --db "$FOLDER/$size.db"
      case_of "open/$size/shell" "${shell_options[@]}" "$FOLDER/$size-shell.db" \
        "$shell_pragmas BEGIN IMMEDIATE; $insert COMMIT; select max(id) from request;"
    done
  done <"$FOLDER/typed"
  rm -f "$FOLDER/scratch.db"
}

read_cases() {
  local size columns="id, urgency, state, trade, residence, dwelling, provider, due_at, text"
  for size in "${sizes[@]}"; do
    case_of "list/$size/regie" "$REGIE" list -n 20 --config "$example" --db "$FOLDER/$size.db"
    case_of "list/$size/shell" "${shell_options[@]}" "$FOLDER/$size-shell.db" \
      "select $columns from request where state < 7 order by urgency, due_at nulls first, id limit 20"
    for ((n = 0; n < shown_requests; ++n)); do
      local id=$((1 + (n * 7919 * (size / 1000 + 1)) % size))
      case_of "show/$size/regie" "$REGIE" show $id --config "$example" --db "$FOLDER/$size.db"
      case_of "show/$size/shell" "${shell_options[@]}" "$FOLDER/$size-shell.db" \
        "select * from request where id = $id; select * from journal where request = $id order by sequence"
    done
  done
}

# results: NAME/SIZE/PROGRAM, median, p90 (us), KiB
print_table() {
  awk -F'\t' -v sizes="${sizes[*]}" '
    function ms(us) { return sprintf("%.2f", us / 1000) }
    function thousands(n,  text) {
      text = ""
      for (n = n ""; length(n) > 3; n = substr(n, 1, length(n) - 3)) text = "," substr(n, length(n) - 2) text
      return n text
    }
    function verdict(met) { if (!met) missed = 1; return met ? "PASS" : "OVER" }
    { median[$1] = $2; p90[$1] = $3; kib[$1] = $4 }
    END {
      count = split(sizes, size, " "); kinds = split("open list show", kind, " ")
      printf "%-6s %10s %16s %16s %7s %7s\n", "", "requests", "regie ms (p90)", "shell ms (p90)", "ratio", "target"
      for (k = 1; k <= kinds; ++k) for (s = 1; s <= count; ++s) {
        regie = kind[k] "/" size[s] "/regie"; shell = kind[k] "/" size[s] "/shell"
        ratio = median[regie] / median[shell]
        printf "%-6s %10s %8s %7s %8s %7s %7.2f %7s %s\n", kind[k], thousands(size[s]), ms(median[regie]),
          "(" ms(p90[regie]) ")", ms(median[shell]), "(" ms(p90[shell]) ")", ratio, "1.50", verdict(ratio <= 1.5)
      }
      if (count > 1) for (k = 1; k <= kinds; ++k) {
        ratio = median[kind[k] "/" size[count] "/regie"] / median[kind[k] "/" size[1] "/regie"]
        bare = median[kind[k] "/" size[count] "/shell"] / median[kind[k] "/" size[1] "/shell"]
        printf "%-6s %10s at %s: %.2f times itself at %s (the shell %.2f) %7s %s\n", kind[k], "", thousands(size[count]), ratio,
          thousands(size[1]), bare, "1.40", verdict(ratio <= 1.4)
      }
      for (s = 1; s <= count; ++s) {
        name = "import/" size[s] "/regie"; rate = int(size[s] / (median[name] / 1e6))
        # What a fixed start costs is not a rate: small files are told, not judged.
        judged = size[s] >= 100000 ? sprintf("%7s %s", "50,000", verdict(rate >= 50000)) : ""
        printf "%-6s %10s in %.2f s: %s a second, %d MiB resident %s\n", "import", thousands(size[s]), median[name] / 1e6,
          thousands(rate), kib[name] / 1024, judged
      }
      exit missed
    }' "$FOLDER/results"
}

: >"$FOLDER/results"
for size in "${sizes[@]}"; do
  echo "making $size requests..." >&2
  make_database "$size"
done
sync  # or the first commits would wait for the gigabytes just written
echo "load before: $(cat /proc/loadavg 2>/dev/null || uptime)"
echo "reading, $RUNS runs each..." >&2
read_cases | "$FOLDER/bench" "$RUNS" >>"$FOLDER/results"
echo "opening, $RUNS runs each..." >&2
typed_cases >"$FOLDER/typed-cases"
"$FOLDER/bench" "$RUNS" <"$FOLDER/typed-cases" >>"$FOLDER/results"
echo "load after: $(cat /proc/loadavg 2>/dev/null || uptime)"
print_table
