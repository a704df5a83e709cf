#!/bin/bash
# The figures of `regie report` against a second implementation of their definitions that reads the journal only
# (figures.py): on the example's fortnight, on random desks, and on a year of Boston where its file is there. Also: a
# month that is over keeps its figures whatever happens later, and what regie keeps for speed changes none.
#   SEEDS=20 bash figures.sh      longer: so many random desks, and more queries about each
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SOURCE=${SOURCE:-$(cd "$here/../.." && pwd)}
REGIE=${REGIE:-$SOURCE/build/debug/bin/regie}
SHARED=${SHARED:-}
SEEDS=${SEEDS:-1}
queries=$((SEEDS > 1 ? 60 : 16))
work=$(mktemp -d "${TMPDIR:-/tmp}/regie-figures-XXXXXX")
trap 'rm -rf "$work"' EXIT
for name in ${!REGIE_*} ${!XDG_*} ${!LC_*} LANG LANGUAGE TZ; do unset "$name"; done
mkdir "$work/bin" "$work/cache"
export REGIE HOME=$work XDG_CACHE_HOME=$work/cache LC_ALL=C.UTF-8 TZ=Europe/Paris PYTHONDONTWRITEBYTECODE=1

failures=0
fail() { echo "FAILED: $*" >&2; failures=$((failures + 1)); }
figures() { python3 "$here/figures.py" "$@"; }
# checked DATABASE CONFIG
checked() { "$REGIE" db check --config "$2" --db "$1" >"$work/said" 2>&1 || fail "db check: $(cat "$work/said")"; }

[ -x "$REGIE" ] || { echo "FAILED: no program '$REGIE'" >&2; exit 1; }

echo "== the fortnight of the example"
example=$SOURCE/config/examples/val-dorle
# It ends with Monday's report: the database is looked at then, because its folder is gone afterwards.
cat >"$work/bin/regie" <<EOF
#!/bin/sh
case " \$* " in *" report "*) cp "\$REGIE_DB" "$work/fortnight.db" ;; esac
exec "$REGIE" "\$@"
EOF
chmod +x "$work/bin/regie"
REGIE=$work/bin/regie sh "$example/fortnight.sh" >"$work/said" 2>&1 || fail "fortnight.sh: $(tail -5 "$work/said")"
figures compare "$work/fortnight.db" "$example" --queries "$queries" || fail "the fortnight"

for seed in $(seq "$SEEDS"); do
  echo "== a desk by lot, seed $seed"
  figures stable "$work/$seed" "$example" --seed "$seed" || fail "March did not stay as it was (seed $seed)"
  checked "$work/$seed/desk.db" "$work/$seed/config"
  figures compare "$work/$seed/desk.db" "$work/$seed/config" --seed "$seed" --queries "$queries" || fail "seed $seed"
done

echo "== a year of Boston"
boston=$SHARED/boston/housing_building_2015.csv.gz
if [ -r "$boston" ]; then
  city=(--config "$SOURCE/config/examples/boston311" --db "$work/boston.db")
  "$REGIE" init --quiet "${city[@]}"
  gzip -dc "$boston" |
    "$REGIE" import "${city[@]}" --map "$SOURCE/config/examples/boston311/map.toml" --quiet --skip-invalid \
      --rejects "$work/rejects.csv" --at '2016-01-15 08:00' - >/dev/null 2>&1
  # Every report of some periods, but for when it was made.
  pages() {
    for name in backlog targets providers residences; do
      for period in '--from 2015-01-01 --before 2016-02-01' '--from 2015-06-10T10:11 --before 2015-07-02T03:04'; do
        # shellcheck disable=SC2086  # words
        "$REGIE" report "$name" $period "${city[@]}" --at '2016-02-15 08:00' --format json --limit 0 |
          sed 's/"made_at":"[^"]*"//'
      done
    done
  }
  # packs WANTED WHEN: are there packs?
  packs() {
    python3 - "$work/boston.db" "$1" <<'PYTHON' || fail "there should be $1 packs $2"
import sqlite3
import sys
there = sqlite3.connect(sys.argv[1]).execute("select count(*) from pack").fetchone()[0]
sys.exit({"no": there != 0, "some": there == 0}[sys.argv[2]])
PYTHON
  }
  forget_packs() {
    python3 -c 'import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as connection: connection.execute("delete from pack")' "$work/boston.db"
  }
  packs no 'before the first report'
  pages >"$work/unpacked"
  packs some 'after the first report'
  pages >"$work/packed"
  cmp "$work/unpacked" "$work/packed" || fail "packed, the figures are others"
  # What is packed is touched: reopened, cancelled, done, given to another trade, urgency, residence.
  act() { "$REGIE" "$@" "${city[@]}" --quiet --at '2016-01-20 10:00' --as boss >/dev/null 2>&1 || fail "$*"; }
  act reopen 2 --reason again
  act cancel 3 --why withdrawn --reason x
  act 'done' 1 --work x
  act edit 4095 --trade gas
  act edit 5000 --residence roxbury
  act edit 9000 --urgency emergency
  pages >"$work/touched"
  forget_packs
  pages >"$work/unpacked"
  cmp "$work/touched" "$work/unpacked" || fail "packs tell what was"
  cmp -s "$work/touched" "$work/packed" && fail "what was done to packed requests shows nowhere"
  checked "$work/boston.db" "$SOURCE/config/examples/boston311"
  figures compare "$work/boston.db" "$SOURCE/config/examples/boston311" --queries $((queries / 16)) --ids 0 || fail "Boston"
else
  echo "NOT TESTED: Boston's file is not there ('$boston'): nothing was counted over packs" >&2
fi

[ "$failures" = 0 ] || { echo "$failures failures" >&2; exit 1; }
echo "all figures are the same"
