#!/bin/bash
# tests/bench/reports.sh [COUNT]: how long do reports take over COUNT requests (1000000), beside DuckDB and a bare scan?
#
# make_history makes ten years of a desk, rows, journal and attempts; what regie's packs hold of it goes into native
# tables of DuckDB and into covering indexes of SQLite. Then whole processes take turns, in every round:
#   targets, providers   of November 2025, and of the five years up to February 2026
#     regie    regie report ... --format json
#     duckdb   the same counts, medians and 90th percentiles from DuckDB's Node package, one thread (duckdb.js)
#     scan     the same by one statement over a covering index, counted in C++ (scan.cpp): the bare work
#   nightly              --at the last moment (what happened since is left out by journals), and with the clock set to it
# That regie and DuckDB count the same is checked first. Told as well are the first report, which packs, one that does
# without packs, and how large they are; then what DuckDB's start costs, which is part of every time of it.
#
# Targets: regie at most 0.25 times DuckDB for a month, 0.5 times for five years; nightly below 150 ms; and never more
# than 64 MiB resident.
#
# Needs a build with make_history (-DBUILD_TESTING=ON; it is no part of `all`), node and npm, sqlite3 with its headers,
# and a C++ compiler. Settings, as variables:
#   REGIE   the program, a release build; make_history beside it   (build/release/bin/regie)
#   RUNS    how often each is run                                  (15)
#   FOLDER  where everything is made, DuckDB's package too; kept when it is given, and what is there is used again
#           as long as make_history.cpp and the schema stay as they are (else a folder in TMPDIR, removed at the end)
# A million requests take 4 GB and some minutes.
# Exit 0 when every target is met, 1 when not, 2 when it cannot be told.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"  # `sh reports.sh` is fine, too
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source_folder=$(cd "$here/../.." && pwd)
REGIE=${REGIE:-$source_folder/build/release/bin/regie}
RUNS=${RUNS:-15}
count=${1:-1000000}
make_history=$(dirname "$REGIE")/make_history

[[ -x $REGIE ]] || { echo "no program $REGIE: build it, or say where it is with REGIE=" >&2; exit 2; }
for tool in sqlite3 node npm "${CXX:-c++}"; do
  command -v "$tool" >/dev/null || { echo "this needs $tool" >&2; exit 2; }
done
if [[ -n ${FOLDER:-} ]]; then
  mkdir -p "$FOLDER"
  FOLDER=$(cd "$FOLDER" && pwd)
else
  FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/regie-bench-XXXXXX")
  trap 'rm -rf "$FOLDER"' EXIT
fi

# Nothing of the caller's own desk.
for name in ${!REGIE_*} ${!XDG_*} ${!LC_*} LANG; do unset "$name"; done
export HOME=$FOLDER LC_ALL=C.UTF-8
facts=$FOLDER/facts-$count
database=$FOLDER/$count.db
regie=("$REGIE" report --config "$source_folder/config/examples/val-dorle" --db "$database" --format json)

# A case for the driver: words separated by TABs.
case_of() {
  local IFS=$'\t'
  echo "$*"
}

in_paris() { date -d "TZ=\"Europe/Paris\" $1" +%s; }
the_end=$(in_paris "2026-03-02 07:00")

make_tools() {
  "${CXX:-c++}" -std=c++20 -O2 -o "$FOLDER/bench" "$here/bench.cpp"
  "${CXX:-c++}" -std=c++20 -O2 -o "$FOLDER/scan" "$here/scan.cpp" -lsqlite3
  # The clock of a desk on which nothing has happened yet that would have to be left out.
  "${CXX:-c++}" -O2 -shared -fPIC -o "$FOLDER/clock.so" -x c++ - <<C++
#include <dlfcn.h>
#include <time.h>
extern "C" int clock_gettime(clockid_t id, timespec* time) {
  static const auto real = reinterpret_cast<int (*)(clockid_t, timespec*)>(dlsym(RTLD_NEXT, "clock_gettime"));
  if (id != CLOCK_REALTIME) return real(id, time);
  *time = {$the_end, 0};
  return 0;
}
C++
  cp "$here/duckdb.js" "$FOLDER/duckdb.js"
  [[ -d $FOLDER/node_modules/@duckdb/node-api ]] || (cd "$FOLDER" && npm install --no-audit --no-fund --silent --prefix . @duckdb/node-api)
}

# What a scan reads: small numbers for codes, and only rows that count.
make_scan_database() {
  rm -f "$facts/scan.db"
  sqlite3 -batch "$facts/scan.db" <<SQL
PRAGMA synchronous=OFF;
.import --csv '$facts/round.csv' round_text
.import --csv '$facts/job.csv' job_text
.import --csv '$facts/visit.csv' visit_text
.import --csv '$facts/residence.csv' residence
create table code (number integer primary key, kind text, name text, unique (kind, name));
insert into code (number, kind, name)
  select row_number() over (partition by kind order by name) - 1 + 64 * (kind = 'trade') + 128 * (kind = 'agency')
         + 192 * (kind = 'urgency'), kind, name
  from (select 'provider' as kind, provider as name from job_text union select 'trade', trade from round_text
        union select 'agency', agency from residence union select 'urgency', urgency from round_text);
create table target as
  select cast(case kept_at when '' then missed_at else kept_at end as integer) as decided_at, u.number - 192 as urgency,
         t.number - 64 as trade, a.number - 128 as agency, kept_at <> '' as kept, cast(due as integer) as due,
         case when done <> '' then cast(done as integer) when "over" <> '' then cast("over" as integer)
              else 9000000000 end as ended
  from round_text r join residence on residence.code = r.residence
       join code u on u.kind = 'urgency' and u.name = urgency join code t on t.kind = 'trade' and t.name = trade
       join code a on a.kind = 'agency' and a.name = agency
  where trade <> 'none' and (kept_at <> '' or missed_at <> '') order by 1;
create index target_decided on target (decided_at, urgency, trade, agency, kept, due, ended);
create table job (last integer, ordered integer, provider integer, ended_how integer, flags integer, accepted integer,
                  came integer, done integer, checked integer, ended integer, kept_at integer, missed_at integer,
                  cost integer);
insert into job
  select max(ended, case when checked = 9000000000 then 0 else checked end), *
  from (select cast(ordered as integer), number, cast(ended_how as integer), rework + 2 * callback + 4 * tacit,
               cast(iif(accepted = '', 9000000000, accepted) as integer), cast(iif(came = '', 9000000000, came) as integer),
               cast(iif(done = '', 9000000000, done) as integer),
               cast(iif(checked = '', 9000000000, checked) as integer) as checked,
               cast(iif(ended = '', 9000000000, ended) as integer) as ended,
               cast(iif(kept_at = '', 9000000000, kept_at) as integer),
               cast(iif(missed_at = '', 9000000000, missed_at) as integer), cast(iif(cost = '', 0, cost) as integer)
        from job_text join code on kind = 'provider' and name = provider)
  order by 1;
create index job_last on job (last, ordered, provider, ended_how, flags, accepted, came, done, checked, ended, kept_at,
                              missed_at, cost);
create table visit as select number as provider, cast(at as integer) as at
  from visit_text join code on kind = 'provider' and name = provider;
create index visit_at on visit (at, provider);
drop table round_text; drop table job_text; drop table visit_text;
SQL
}

make_data() {
  local made loaded
  made=$(cat "$here/make_history.cpp" "$source_folder"/src/store/schema/sqlite/*.sql | cksum)
  if [[ $made != "$(cat "$facts/made" 2>/dev/null)" ]]; then
    [[ -x $make_history ]] || { echo "no program $make_history: build the target make_history" >&2; exit 2; }
    rm -rf "$facts" "$database"*
    mkdir -p "$facts"
    echo "making $count requests..." >&2
    case_of make "$make_history" "$count" "$database" "$facts" | "$FOLDER/bench" 1 |
      awk -F'\t' '{ printf "made in %.0f s\n", $2 / 1e6 }'
    echo "$made" >"$facts/made"
  fi
  loaded=$(cksum "$here/duckdb.js" "$here/reports.sh")
  [[ $loaded != "$(cat "$facts/loaded" 2>/dev/null)" ]] || return 0
  echo "filling DuckDB and SQLite..." >&2
  rm -f "$facts/facts.duckdb"*
  node "$FOLDER/duckdb.js" load "$facts" "$facts/facts.duckdb"
  make_scan_database
  echo "$loaded" >"$facts/loaded"
}

# A period: in `words` as regie is told, in `bounds` as the others are.
set_period() {
  if [[ $1 == month ]]; then
    words=(--month 2025-11)
    bounds=("$(in_paris 2025-11-01)" "$(in_paris 2025-12-01)")
  else
    words=(--from 2021-03-01 --to 2026-02-28)
    bounds=("$(in_paris 2021-03-01)" "$(in_paris 2026-03-01)")
  fi
}

# First, because it makes the packs that every later report uses.
measure_packing() {
  sqlite3 -batch "$database" "delete from pack"
  set_period month
  "${regie[@]}" targets "${words[@]}" --dry-run >/dev/null  # from the disk
  case_of unpacked/month "${regie[@]}" targets "${words[@]}" --dry-run | "$FOLDER/bench" 1
  set_period years
  case_of unpacked/years "${regie[@]}" targets "${words[@]}" --dry-run | "$FOLDER/bench" 1
  set_period month
  case_of first "${regie[@]}" targets "${words[@]}" | "$FOLDER/bench" 1
}

check_figures() {
  local report which
  for report in targets providers; do
    for which in month years; do
      set_period $which
      "${regie[@]}" $report "${words[@]}" >"$FOLDER/regie.json"
      node "$FOLDER/duckdb.js" $report "${bounds[@]}" "$facts/facts.duckdb" >"$FOLDER/duckdb.json"
      node "$FOLDER/duckdb.js" compare $report "$FOLDER/duckdb.json" "$FOLDER/regie.json" ||
        { echo "regie and DuckDB do not count the same: $report, $which" >&2; exit 2; }
    done
  done
}

cases() {
  local report which
  for report in targets providers; do
    for which in month years; do
      set_period $which
      case_of $report/$which/regie "${regie[@]}" $report "${words[@]}"
      case_of $report/$which/duckdb node "$FOLDER/duckdb.js" $report "${bounds[@]}" "$facts/facts.duckdb"
      case_of $report/$which/scan "$FOLDER/scan" $report "${bounds[@]}" "$facts/scan.db"
    done
  done
  case_of nightly/at "${regie[@]}" nightly --at "2026-03-02 07:00"
  case_of nightly/newest env "LD_PRELOAD=$FOLDER/clock.so" "${regie[@]}" nightly
  case_of start/duckdb node "$FOLDER/duckdb.js" start "$facts/facts.duckdb"
  case_of start/node node -e 0
}

# results: NAME, median, p90 (us), KiB
print_table() {
  awk -F'\t' -v packs="$(sqlite3 -batch "$database" "select count(*) || ' packs of ' || coalesce(sum(length(content)), 0) from pack")" '
    function ms(us) { return sprintf("%.1f", us / 1000) }
    function both(name) { return sprintf("%8s %9s", ms(median[name]), "(" ms(p90[name]) ")") }
    function verdict(met) { if (!met) missed = 1; return met ? "PASS" : "OVER" }
    { median[$1] = $2; p90[$1] = $3; kib[$1] = $4; if ($1 ~ /regie|nightly|first|unpacked/ && $4 > most) { most = $4; which = $1 } }
    END {
      printf "%-18s %18s %18s %18s %7s %7s\n", "", "regie ms (p90)", "DuckDB ms (p90)", "scan ms (p90)", "ratio", "target"
      split("targets providers", report, " "); split("month years", period, " "); limit["month"] = 0.25; limit["years"] = 0.5
      for (r = 1; r <= 2; ++r) for (p = 1; p <= 2; ++p) {
        name = report[r] "/" period[p]; ratio = median[name "/regie"] / median[name "/duckdb"]
        printf "%-18s %18s %18s %18s %7.3f %7.2f %s\n", report[r] ", " (period[p] == "month" ? "month" : "5 years"),
          both(name "/regie"), both(name "/duckdb"), both(name "/scan"), ratio, limit[period[p]], verdict(ratio <= limit[period[p]])
      }
      printf "%-18s %18s %45s %7s %s\n", "nightly --at", both("nightly/at"), "", "150 ms", verdict(median["nightly/at"] < 150000)
      printf "%-18s %18s %45s %7s %s\n", "nightly, newest", both("nightly/newest"), "", "150 ms", verdict(median["nightly/newest"] < 150000)
      printf "resident at most %.1f MiB (%s), target 64 %s\n", most / 1024, which, verdict(most < 65536)
      for (name in kib) if (name ~ /regie|nightly|first|unpacked/) resident = resident sprintf(", %s %.0f", name, kib[name] / 1024)
      printf "resident, MiB: %s\n", substr(resident, 3)
      split(packs, size, " ")
      printf "the first report, which packs: %.1f s; without packs: a month %.1f s, 5 years %.1f s; %d packs, %.1f MB\n",
        median["first"] / 1e6, median["unpacked/month"] / 1e6, median["unpacked/years"] / 1e6, size[1], size[4] / 1e6
      start = median["start/duckdb"]
      printf "start alone: node %s ms, with DuckDB %s ms; without it DuckDB takes", ms(median["start/node"]), ms(start)
      for (r = 1; r <= 2; ++r) for (p = 1; p <= 2; ++p) {
        name = report[r] "/" period[p]; own = median[name "/duckdb"] - start
        printf "%s %s %s ms (regie %.2f times that)", (r + p > 2 ? "," : ""), name, ms(own), (own > 0 ? median[name "/regie"] / own : 0)
      }
      printf "\n"
      exit missed
    }' "$FOLDER/results"
}

make_tools
make_data
sync
measure_packing >"$FOLDER/results"
check_figures
echo "load before: $(cat /proc/loadavg 2>/dev/null || uptime)"
echo "$RUNS runs each..." >&2
cases | "$FOLDER/bench" "$RUNS" >>"$FOLDER/results"
echo "load after: $(cat /proc/loadavg 2>/dev/null || uptime)"
print_table
