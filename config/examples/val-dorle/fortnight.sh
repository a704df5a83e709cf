#!/bin/sh
# The fortnight of 2 to 15 March 2026 at Val d'Orle Habitat, from the first call to Monday morning's report:
# 400 requests come in, are sent to the right people, done, checked, closed. Builds regie first when there is none.
#   sh config/examples/val-dorle/fortnight.sh            in a folder that is thrown away
#   REGIE=regie sh …/fortnight.sh                        with an installed regie
set -eu
here=$(cd "$(dirname "$0")" && pwd)

if [ -z "${REGIE:-}" ]; then
  top=$(cd "$here/../../.." && pwd)
  cd "$top"
  sh cmake/install-packages.sh
  cmake --preset release >/dev/null
  cmake --build --preset release
  REGIE="$top/build/release/bin/regie"
fi

desk=$(mktemp -d)
trap 'rm -rf "$desk"' EXIT
export REGIE_CONFIG="$here" REGIE_DB="$desk/val-dorle.db" XDG_CACHE_HOME="$desk" TZ=Europe/Paris

# regie … as seen at that moment, quietly
at() { moment=$1; shift; "$REGIE" --quiet --at "$moment" "$@" >/dev/null; }
# numbers of the requests that match
numbers() { "$REGIE" --quiet list --all --format tsv --columns id "$@"; }
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

say "Lundi 16 mars 2026 : les demandes de la quinzaine arrivent"
"$REGIE" init --quiet
"$REGIE" import "$here/fortnight.csv" --at '2026-03-16T07:30'

say "Le travail de la quinzaine"
# Every provider takes the orders it was given before the last weekend, and does them in the order of their urgency:
# emergencies and urgent ones of both weeks, ordinary ones of the first week.
for provider in REGIE GARDIENS GAR CAL ELO MON SDP ATL MPR BAT; do
  numbers --provider "$provider" --before 2026-03-14 | at '2026-03-14T08:00' accept - --as montagnier
  numbers --provider "$provider" --urgency emergency,urgent --before 2026-03-13 |
    at '2026-03-14T12:00' 'done' - --as montagnier --by "$provider" --work 'remis en service'
  numbers --provider "$provider" --urgency normal --before 2026-03-08 |
    at '2026-03-14T16:00' 'done' - --as montagnier --by "$provider" --work 'travaux exécutés'
done
# A caretaker is not satisfied with three of them: back to the firm, as rework.
numbers --state 'done' --provider GAR --limit 3 | at '2026-03-15T09:00' verify - --fail --reason 'fuit encore' --as lemercier
# Other people than those who did the work look at the rest, and reception answers the tenants.
numbers --state 'done' --urgency emergency,urgent | at '2026-03-15T10:00' verify - --as lemercier
numbers --state verified | at '2026-03-15T17:00' close - --answer 'réparé et contrôlé, locataire prévenu' --as abadie
# What a tenant wanted otherwise.
numbers --state assigned --provider ELO --limit 2 | at '2026-03-15T17:10' hold - --for tenant --reason 'absent jusqu’au 20' --as abadie

say "Une demande, de l'appel à la réponse"
"$REGIE" show "$(numbers --state closed --urgency urgent --limit 1 | tail -1)" --at '2026-03-16T08:00'

say "Lundi, huit heures"
"$REGIE" report nightly --at '2026-03-16T08:00'
