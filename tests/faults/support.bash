# Sourced by every fault test: the program under test, a scratch folder that is gone at the end, and how to fail.
# From ctest: REGIE (the program), SOURCE (the source folder), BUILD (the build folder). By hand they are guessed.
set -u
SOURCE=${SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
REGIE=${REGIE:-$SOURCE/build/debug/bin/regie}
BUILD=${BUILD:-$(dirname "$(dirname "$REGIE")")}

WORK=$(mktemp -d "${TMPDIR:-/tmp}/regie-faults-XXXXXX")
cleanup() { rm -rf "$WORK"; }
trap cleanup EXIT

# Nothing of the caller's own desk, language or home gets in.
for name in ${!REGIE_*} ${!XDG_*} ${!LC_*} LANG LANGUAGE TZ; do unset "$name"; done
export HOME=$WORK LC_ALL=C.UTF-8 REGIE_LANG=en
export REGIE_CONFIG=$SOURCE/config/examples/val-dorle REGIE_DB=$WORK/desk.db

fail() {
  echo "FAILED: $*"
  exit 1
}

skip() {
  echo "SKIPPED: $*"
  exit 77
}

[[ -x $REGIE ]] || fail "no program '$REGIE'"

new_desk() { "$REGIE" init -q || fail "init: exit $?"; }

# shellcheck disable=SC2034  # used by who sources this
# Opens a request and prints its number; a key must follow. An array, not a function: in the background a function
# runs in a shell of its own, and a signal would reach that.
OPEN=("$REGIE" open "fuite sous l'évier, ça coule par terre" -R BEL -d B-203 -q --key)

count_requests() { "$REGIE" list --all --limit 0 --format tsv --columns id | tail -n +2 | wc -l; }

# The file is whole and every journal gives its row; says how many.
check_whole() {
  local said
  said=$("$REGIE" db check 2>&1) || fail "the database is not whole: $said"
  echo "${said#*fine. }"
}

# Milliseconds since 1970.
now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }
