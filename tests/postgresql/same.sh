#!/bin/bash
# The example's fortnight, run on SQLite and on PostgreSQL: what is printed, in every format and both languages, sorted by
# every column and narrowed by every filter, is the same to the byte. Some requests are added that sort differently where
# an engine follows a locale: capitals, accents, digits, nothing at all.
source "$(dirname "$0")/support.bash"
start_server
export TZ=Europe/Paris XDG_CACHE_HOME=$WORK/cache

# make_desk NAME URL: a program $WORK/NAME/regie that works on that database, and the fortnight in it.
make_desk() {
  mkdir "$WORK/$1"
  printf '#!/bin/sh\nexec "%s" --db "%s" "$@"\n' "$REGIE" "$2" >"$WORK/$1/regie"
  chmod +x "$WORK/$1/regie"
  (unset REGIE_DB REGIE_CONFIG && REGIE=$WORK/$1/regie sh "$SOURCE/config/examples/val-dorle/fortnight.sh") \
    >"$WORK/$1/fortnight" 2>&1 || fail "the fortnight on $1: exit $?: $(tail -3 "$WORK/$1/fortnight")"
  local number=0 last words
  for words in "Évier" "evier" "EVIER" "éVIER" "Zoé" "zoé" "Œuf" "œuf" "10" "9" "_x" "ﬁn" "日本" "😀"; do
    ((++number))
    last=$("$WORK/$1/regie" --at "2026-03-16T08:00" -q open "$words fuite" -R BEL -d B-203 --tenant "$words" \
      --key "$words-$number") || fail "open on $1: exit $?"
  done
  "$WORK/$1/regie" --at "2026-03-16T08:30" -q edit 1 --tenant '' >/dev/null || fail "edit on $1: exit $?"
  "$WORK/$1/regie" --at "2026-03-16T08:31" -q cancel "$last" --why duplicate --of 2 >/dev/null || fail "cancel on $1: exit $?"
}

# took NAME URL: at the same time, because one waits for the disk and the other for the processor.
took() {
  local begin
  begin=$(now_ms)
  make_desk "$@"
  echo $(($(now_ms) - begin)) >"$WORK/$1/took"
}
took sqlite "$WORK/desk.db" &
making=$!
took postgresql "$REGIE_DB" || exit 1
wait $making || exit 1
echo "the fortnight on SQLite in $(cat "$WORK/sqlite/took") ms, at the same time on PostgreSQL in $(cat "$WORK/postgresql/took") ms"

compared=0 bytes=0 lines=0
# same WORDS...: the words of a command.
same() {
  local engine
  for engine in sqlite postgresql; do
    "$WORK/$engine/regie" --at 2026-03-16T09:00 "$@" >"$WORK/$engine/out" 2>"$WORK/$engine/said"
    echo "exit $?" >>"$WORK/$engine/said"
  done
  cmp -s "$WORK/sqlite/out" "$WORK/postgresql/out" ||
    fail "regie $*: $(diff "$WORK/sqlite/out" "$WORK/postgresql/out" | head -6)"
  cmp -s "$WORK/sqlite/said" "$WORK/postgresql/said" ||
    fail "regie $*: $(diff "$WORK/sqlite/said" "$WORK/postgresql/said" | head -6)"
  grep -qx "exit ${status:-0}" "$WORK/sqlite/said" || fail "regie $*: $(cat "$WORK/sqlite/said")"
  ((++compared, bytes += $(stat -c %s "$WORK/sqlite/out"), lines += $(wc -l <"$WORK/sqlite/out")))
}
# The same, and something must come out: a filter that matches nothing compares nothing.
same_rows() {
  same "$@"
  (($(wc -l <"$WORK/sqlite/out") > 1)) || fail "regie $*: nothing came out"
}

cmp -s "$WORK/sqlite/fortnight" "$WORK/postgresql/fortnight" ||
  fail "the fortnight prints: $(diff "$WORK/sqlite/fortnight" "$WORK/postgresql/fortnight" | head -5)"

all=1-$(query "select max(id) from request")
for lang in fr en; do
  for format in table csv tsv json jsonl md; do same_rows list --all --limit 0 --format $format --lang $lang; done
  for format in csv md; do same_rows report nightly --format $format --lang $lang; done
  for report in nightly backlog targets providers verification residences repeat tenants routing penalties reminders; do
    for format in table jsonl; do same_rows report $report --from 2026-03-02 --format $format --lang $lang; done
  done
  for format in table jsonl; do
    same_rows log "$all" --format $format --lang $lang
    same_rows show "$all" --format $format --lang $lang
  done
  same_rows list --lang $lang
  same_rows report targets --from 2026-03-09 --before 2026-03-12 --by provider,trade --lang $lang
done
status=3 same show 1,999999
status=0 same list --all --text introuvable

# What may be sorted by is told to whoever asks for something else.
columns=$("$REGIE" list --sort nothing 2>&1 | sed -n 's/.* is not one of //p' | tr -d ,)
for column in $columns; do same_rows list --all --limit 0 --format tsv --sort "$column" --columns id; done
for order in -text -tenant_name,dwelling -dwelling,text -due_at -trade,-tenant_name provider,-key -urgency,tenant_name; do
  same_rows list --all --limit 0 --format tsv --sort "$order" --columns id
  same_rows list --all --limit 20 --format tsv --sort "$order" --columns id
done

for filter in --all --late --triage "--state done" "--state done,closed,cancelled --all" "--urgency emergency --all" \
  "--urgency emergency,urgent --trade plumbing,lift" "--trade none --all" "--residence BEL --all" "--residence BEL,PAS,ROS" \
  "--residence BEL --dwelling B-203" "--provider GAR --all" "--provider none --all" "--provider none,GAR" "--place common --all" \
  "--channel web,email --all" "--from 2026-03-05 --all" "--before 2026-03-05T12:00 --all" "--from 2026-03-05 --before 2026-03-06 --all" \
  "--text evier --all" "--text ÉVIER,fuite --all" "--text zoe --all" "--text 日本" "--provider GAR --urgency normal --all"; do
  read -ra words <<<"$filter"
  same_rows list "${words[@]}" --format csv
done
echo "compared $compared commands: $lines lines, $bytes bytes, the same on both"
((bytes > 1000000)) || fail "too little for this to prove anything"
check_whole
"$WORK/sqlite/regie" -q db check || fail "the database on SQLite is not whole"
