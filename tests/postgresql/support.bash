# Sourced by every test of PostgreSQL: what the fault tests share, and a server of the test's own.
# shellcheck source=../faults/support.bash
source "$(dirname "${BASH_SOURCE[0]}")/../faults/support.bash"
for name in ${!PG*}; do unset "$name"; done
# libpq must not find a service file, a password or a certificate of the machine.
export PGSYSCONFDIR=$WORK

SERVER_SCRIPT=$SOURCE/tests/postgresql/server.sh
# Not in $TMPDIR: the path of a socket must be short.
FOLDER=$(mktemp -d /tmp/regie-pg-XXXXXX)
chmod 755 "$FOLDER"
SERVER=$FOLDER/s

cleanup() {
  local left
  left=$(jobs -p)
  # shellcheck disable=SC2086  # a list
  [[ -z $left ]] || kill $left 2>/dev/null
  [[ ! -e $SERVER ]] || "$SERVER_SCRIPT" stop "$SERVER" >/dev/null 2>&1
  rm -rf "$FOLDER" "$WORK"
}
trap 'exit 143' INT TERM

# With DURABLE=on it syncs what it writes. REGIE_DB names its database.
start_server() {
  "$SERVER_SCRIPT" start "$SERVER" >"$WORK/server" 2>&1
  case $? in
    0) ;;
    77) skip "$(cat "$WORK/server")" ;;
    *) fail "no server: $(cat "$WORK/server")" ;;
  esac
  export REGIE_DB="postgresql://regie@/desk?host=$SERVER"
}

# What the server answers to the words of SQL, in the database $DATABASE (desk): columns separated by |.
query() {
  PGOPTIONS='-c client_min_messages=warning' \
    psql --host="$SERVER" --username=regie --dbname="${DATABASE:-desk}" -XAtq -v ON_ERROR_STOP=1 -c "$*"
}

# Another judge than the program itself: every journal is without gap, what it says last of each field is in the row,
# and the ids have no gap.
find_faults="
with said as (select request, jsonb_object_agg(field.key, field.value order by sequence) as fields
                from journal, jsonb_each(changes::jsonb) field group by request),
     entries as (select request, count(*) as number, min(sequence) as first, max(sequence) as last
                   from journal group by request),
     unsaid as (select '{\"state\":1,\"channel\":2,\"place\":1,\"urgency\":3,\"certain\":0,\"reschedules\":0,\"no_access\":0,
                         \"check_required\":0,\"reworks\":0,\"reopened\":0,\"out_of_contract\":0,
                         \"stopped\":0,\"tacit\":0,\"targets_missed\":0}'::jsonb as fields)
select 'request ' || r.id || ': the journal gives ' || (unsaid.fields || coalesce(said.fields, '{}')) || ', the row is '
       || to_jsonb(r)
  from unsaid, request r left join said on said.request = r.id
 where jsonb_strip_nulls(unsaid.fields || coalesce(said.fields, '{}'))
       is distinct from jsonb_strip_nulls(to_jsonb(r) - 'id' - 'version' - 'look_at')
union all
select 'request ' || r.id || ': entries ' || first || '-' || last || ', ' || number || ' of them, version ' || version
  from request r left join entries on request = r.id
 where (first, last, number) is distinct from (1::bigint, version, version)
union all
select 'ids 1-' || max(id) || ', but ' || count(*) || ' requests' from request having max(id) <> count(*)"

# As in the fault tests, and by that judge.
check_whole() {
  local faults said url="postgresql://regie@/desk?host=$SERVER"
  faults=$(query "$find_faults") || fail "the database cannot be checked"
  [[ -z $faults ]] || fail "the database is not whole: $(head -3 <<<"$faults")"
  said=$("$REGIE" db check --db "$url" 2>&1) || fail "the database is not whole: $said"
  echo "${said#*fine. }"
}

# For tests that hold a transaction open: `gate SQL` runs it in one session that lasts, and prints its one value.
open_gate() {
  coproc GATE { psql --host="$SERVER" --username=regie --dbname=desk -XAtq 2>&1; }
  exec {gate_in}>&"${GATE[1]}" {gate_out}<&"${GATE[0]}"
}
gate() {
  local line answer=""
  printf '%s;\n\\echo ---\n' "$1" >&"$gate_in"
  while read -r line <&"$gate_out" && [[ $line != --- ]]; do answer=$line; done
  echo "$answer"
}
close_gate() {
  echo '\q' >&"$gate_in"
  exec {gate_in}>&- {gate_out}<&-
  { wait "$GATE_PID"; } 2>/dev/null
}

# A proxy before the server, see proxy.py; it cuts connections where plan says. REGIE_DB names the database behind it.
start_proxy() {
  command -v python3 >/dev/null || skip "no python3 for the proxy"
  mkdir "$FOLDER/p"
  : >"$WORK/plan"
  : >"$WORK/cuts"
  python3 "$SOURCE/tests/postgresql/proxy.py" "$FOLDER/p/.s.PGSQL.5432" "$SERVER/.s.PGSQL.5432" "$WORK/plan" "$WORK/cuts" &
  local until=$(($(now_ms) + 10000))
  until [[ -S $FOLDER/p/.s.PGSQL.5432 ]]; do
    (($(now_ms) < until)) || fail "the proxy does not start"
    sleep 0.02
  done
  export REGIE_DB="postgresql://regie@/desk?host=$FOLDER/p"
}

# plan WORD...: where the next connections are cut.
plan() {
  echo "$*" >"$WORK/plan"
  : >"$WORK/cuts"
}
