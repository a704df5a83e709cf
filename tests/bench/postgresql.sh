#!/bin/bash
# tests/bench/postgresql.sh [SIZE...]: how fast is regie on PostgreSQL beside bare psql? Sizes: 1000 100000.
#
# A server of its own on a Unix socket, with fsync. Each size is imported (its rate is told) into a schema; then whole
# processes take turns, all sizes and both programs in every round:
#   list   regie list -n 20      against  psql's select of the same 20
#   show   regie show ID         against  psql's select of the row and its journal
#   open   regie open TEXT ...   against  psql's insert of the same row and journal entries, sent as one string
# Printed are medians and 90th percentiles in milliseconds and the ratio of medians; regie may take 1.5 times as long
# for open and list. Then what a desk on SQLite pays for all this: `regie list` with the driver beside the program and
# without it.
#
# Needs python3, a PostgreSQL server with psql, and a C++ compiler. Settings, as variables:
#   REGIE   the program, a release build   (build/release/bin/regie)
#   RUNS    how often each is run          (200)
# Exit 0 when every target is met, 1 when not.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source_folder=$(cd "$here/../.." && pwd)
REGIE=${REGIE:-$source_folder/build/release/bin/regie}
RUNS=${RUNS:-200}
sizes=("$@")
((${#sizes[@]})) || sizes=(1000 100000)
typed_requests=20
shown_requests=50

[[ -x $REGIE ]] || { echo "no program $REGIE: build it, or say where it is with REGIE=" >&2; exit 2; }
# Debian's /usr/bin/psql is a Perl script around the program: twice as slow, no fair opponent.
psql=$(find /usr/lib/postgresql/*/bin -name psql 2>/dev/null | sort -V | tail -1)
psql=${psql:-$(command -v psql)}
folder=$(mktemp -d /tmp/regie-bench-XXXXXX)
server=$folder/s
chmod 755 "$folder"
trap '"$source_folder/tests/postgresql/server.sh" stop "$server"; rm -rf "$folder"' EXIT
DURABLE=on "$source_folder/tests/postgresql/server.sh" start "$server"
"${CXX:-c++}" -std=c++20 -O2 -o "$folder/bench" "$here/bench.cpp"

for name in ${!REGIE_*} ${!XDG_*} ${!LC_*} ${!PG*} LANG; do unset "$name"; done
export HOME=$folder LC_ALL=C.UTF-8
example=$source_folder/config/examples/val-dorle

url_of() { echo "postgresql://regie@/desk?host=$server&options=-csearch_path%3D$1"; }
bare() { "$psql" -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }
case_of() {
  local IFS=$'\t'
  echo "$*"
}

make_database() {
  local size=$1 schema
  python3 "$here/make_requests.py" "$size" >"$folder/$size.csv"
  bare "postgresql://regie@/desk?host=$server" -c "create schema r$size"
  "$REGIE" init --config "$example" --db "$(url_of "r$size")" -q >/dev/null
  case_of "import/$size/regie" "$REGIE" import "$folder/$size.csv" --config "$example" --db "$(url_of "r$size")" |
    "$folder/bench" 1 >>"$folder/results"
  bare "postgresql://regie@/desk?host=$server" -c "create schema p$size"
  "$REGIE" db copy --from "$(url_of "r$size")" --to "$(url_of "p$size")" -q >/dev/null
  for schema in "r$size" "p$size"; do bare "$(url_of "$schema")" -c "vacuum analyze"; done
}

# psql's statement for what `regie open` did last: the same row under the next number, the same journal entries.
insert_of_last() {
  bare "$(url_of "r${sizes[0]}")" <<'SQL'
select 'begin; with made as (insert into request (' || string_agg(quote_ident(k), ', ' order by n) || ') select ' ||
       string_agg(case when k = 'id' then '(select coalesce(max(id), 0) + 1 from request)' else quote_nullable(v) ||
                  case when jsonb_typeof(j) = 'number' then '::bigint' else '::text' end end, ', ' order by n) ||
       ' returning id) insert into journal select made.id, e.* from made, (values ' ||
       (select string_agg(format('(%s, %s, %s, %s, %L, %L::text, %L::text, %L, %L::text)', sequence, at, entered_at,
               action, who, typed_by, reason, changes, decision), ', ')
          from journal where request = (select max(id) from request)) || ') e; commit; select max(id) from request'
  from (select * from request order by id desc limit 1) r, jsonb_each(to_jsonb(r)) with ordinality as c(k, j, n),
       lateral (select j #>> '{}') t(v)
 where j <> 'null'
SQL
}

typed_cases() {
  local text residence dwelling tenant size words insert
  python3 "$here/make_requests.py" --typed $typed_requests >"$folder/typed"
  while IFS='|' read -r text residence dwelling tenant; do
    words=("$REGIE" open "$text" --residence "$residence" --config "$example")
    [[ -z $dwelling ]] || words+=(--dwelling "$dwelling")
    [[ -z $tenant ]] || words+=(--tenant "$tenant")
    "${words[@]}" --db "$(url_of "r${sizes[0]}")" >/dev/null 2>&1
    insert=$(insert_of_last | tr '\n' ' ')
    for size in "${sizes[@]}"; do
      case_of "open/$size/regie" "${words[@]}" --db "$(url_of "r$size")"
      case_of "open/$size/shell" "$psql" -X -q -A -t -d "$(url_of "p$size")" -c "$insert"
    done
  done <"$folder/typed"
}

read_cases() {
  local size id n columns="id, urgency, state, trade, residence, dwelling, provider, due_at, text"
  for size in "${sizes[@]}"; do
    case_of "list/$size/regie" "$REGIE" list -n 20 --config "$example" --db "$(url_of "r$size")"
    case_of "list/$size/shell" "$psql" -X -d "$(url_of "p$size")" \
      -c "select $columns from request where state < 7 order by urgency, due_at nulls first, id limit 20"
    for ((n = 0; n < shown_requests; ++n)); do
      id=$((1 + (n * 7919 * (size / 1000 + 1)) % size))
      case_of "show/$size/regie" "$REGIE" show $id --config "$example" --db "$(url_of "r$size")"
      case_of "show/$size/shell" "$psql" -X -d "$(url_of "p$size")" \
        -c "select * from request where id = $id; select * from journal where request = $id order by sequence"
    done
  done
}

# The same program with and without the driver beside it, on a file.
sqlite_cases() {
  local build variant
  build=$(dirname "$(dirname "$REGIE")")
  for variant in with without; do
    mkdir -p "$folder/$variant/bin"
    cp "$REGIE" "$folder/$variant/bin/regie"
    ln -s "$build/share" "$folder/$variant/share"
  done
  cp -r "$build/lib" "$folder/with/lib"
  "$REGIE" init --config "$example" --db "$folder/desk.db" -q >/dev/null
  "$REGIE" import "$folder/${sizes[0]}.csv" --config "$example" --db "$folder/desk.db" -q >/dev/null
  case_of "sqlite/list/with" "$folder/with/bin/regie" list -n 20 --config "$example" --db "$folder/desk.db"
  case_of "sqlite/list/without" "$folder/without/bin/regie" list -n 20 --config "$example" --db "$folder/desk.db"
}

print_table() {
  awk -F'\t' -v sizes="${sizes[*]}" '
    function ms(us) { return sprintf("%.2f", us / 1000) }
    { median[$1] = $2; p90[$1] = $3 }
    END {
      count = split(sizes, size, " "); kinds = split("open list show", kind, " ")
      printf "%-6s %10s %16s %16s %7s %7s\n", "", "requests", "regie ms (p90)", "psql ms (p90)", "ratio", "target"
      for (k = 1; k <= kinds; ++k) for (s = 1; s <= count; ++s) {
        regie = kind[k] "/" size[s] "/regie"; shell = kind[k] "/" size[s] "/shell"
        ratio = median[regie] / median[shell]
        target = kind[k] == "show" ? "" : "   1.50 " (ratio <= 1.5 ? "PASS" : "OVER")
        if (kind[k] != "show" && ratio > 1.5) missed = 1
        printf "%-6s %10d %8s %7s %8s %7s %7.2f %s\n", kind[k], size[s], ms(median[regie]), "(" ms(p90[regie]) ")",
          ms(median[shell]), "(" ms(p90[shell]) ")", ratio, target
      }
      for (s = 1; s <= count; ++s)
        printf "import %10d in %.2f s: %d a second\n", size[s], median["import/" size[s] "/regie"] / 1e6,
          size[s] / (median["import/" size[s] "/regie"] / 1e6)
      printf "on SQLite, list: %s ms with the driver installed, %s ms without\n", ms(median["sqlite/list/with"]),
        ms(median["sqlite/list/without"])
      exit missed
    }' "$folder/results"
}

: >"$folder/results"
for size in "${sizes[@]}"; do
  echo "making $size requests..." >&2
  make_database "$size"
done
sync
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
read_cases | "$folder/bench" "$RUNS" >>"$folder/results"
typed_cases >"$folder/typed-cases"
"$folder/bench" "$RUNS" <"$folder/typed-cases" >>"$folder/results"
sqlite_cases | "$folder/bench" "$RUNS" >>"$folder/results"
for size in "${sizes[@]}"; do  # both did the work
  grown=$(($(bare "$(url_of "p$size")" -c "select count(*) from request") - size))
  ((grown >= RUNS)) || { echo "psql inserted only $grown requests of $RUNS" >&2; exit 2; }
done
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
print_table
