#!/bin/bash
# Everything that can be wrong with a server, a login or a URL: the exit code that is documented, one sentence that names
# the database and a hint what to do, in English, French and JSON; and a password is neither accepted in a URL nor ever
# repeated. All is tried; what was not as it must be is told at the end.
source "$(dirname "$0")/support.bash"
secret=geheim-4711
tried=0

complain() {
  echo "    NOT AS IT MUST BE: $*"
  echo "$*" >>"$WORK/complaints"
}

start_server
new_desk
"${OPEN[@]}" first >/dev/null || fail "open: exit $?"
for database in "empty" "others" "latin encoding 'LATIN1' locale 'C' template template0" \
  "ascii encoding 'SQL_ASCII' locale 'C' template template0" "closed allow_connections false"; do
  query "create database $database" || fail "no database $database"
done
query "
  create role clerk login password '$secret';
  create role auditor login; create role stranger login; create role late login;
  create role few login connection limit 1;
  grant all on all tables in schema public to clerk, few, late;
  grant select on all tables in schema public to auditor;
  alter role late set default_transaction_read_only = on" || fail "no roles"
sed -i '1i local all clerk scram-sha-256' "$SERVER/data/pg_hba.conf"
query "select pg_reload_conf()" >/dev/null

at() { echo "postgresql://$1?host=${2:-$SERVER}"; }

look_for_secret() {
  grep -qaF -- "$secret" "$WORK/out" "$WORK/said" &&
    complain "$1: the password is repeated: $(grep -haF -- "$secret" "$WORK/out" "$WORK/said" | head -1)"
}

# judge LANGUAGE STATUS ENGLISH FRENCH HINT: what is not right about $WORK/out, $WORK/said and $status; nothing if all is.
judge() {
  local language=$1 wanted=$2 words=$3 lines
  lines=$(wc -l <"$WORK/said")
  [[ $language != fr ]] || words=$4
  if [[ $status != "$wanted" ]]; then
    echo "exit $status instead of $wanted"
  elif [[ -s $WORK/out ]] && { [[ $language != json ]] || ! grep -q '"items":\[\]' "$WORK/out"; }; then
    echo "something was printed"
  elif ! grep -qF -- "$words" "$WORK/said"; then
    echo "'$words' is not said"
  elif grep -qE 'FATAL|ERROR:|SQLSTATE|fe_sendauth|^\s*(DETAIL|HINT|LOCATION)' "$WORK/said"; then
    echo "that is libpq talking"
  elif [[ $language == json ]]; then
    [[ $lines == 1 ]] || echo "not one line"
    grep -q "^{\"error\":{\"code\":\"[a-z_]*\",\"exit\":$wanted," "$WORK/said" || echo "not that JSON"
  elif ((lines > 3)); then
    echo "$lines lines"
  elif [[ -n $5 ]] && ! sed 1d "$WORK/said" | grep -qF -- "$([[ $language == fr ]] || echo "$5")"; then
    echo "no hint '$5'"
  elif grep -qE '\?[[:alpha:]:]|<<' "$WORK/said"; then
    # A letter that has no place in the locale's character set became a question mark.
    echo "the $language is mangled"
  fi
}

# refused LABEL STATUS ENGLISH FRENCH HINT COMMAND...: in both languages and as JSON. HINT must be in a line behind the
# first one: "" none is needed, " " any.
refused() {
  local label=$1 expected=("${@:2:4}") language status found
  shift 5
  ((++tried))
  for language in en fr json; do
    if [[ $language == json ]]; then
      "$REGIE" "$@" --format json >"$WORK/out" 2>"$WORK/said" </dev/null
    else
      "$REGIE" --lang $language "$@" >"$WORK/out" 2>"$WORK/said" </dev/null
    fi
    status=$?
    [[ $language != en ]] || echo "$label: exit $status: $(paste -sd' ' "$WORK/said")"
    found=$(judge $language "${expected[@]}")
    [[ -z $found ]] || complain "$label, $language: $found: $(paste -sd' ' "$WORK/said")"
    look_for_secret "$label, $language"
  done
}

# works LABEL COMMAND...
works() {
  local label=$1
  shift
  ((++tried))
  "$REGIE" "$@" >"$WORK/out" 2>"$WORK/said" </dev/null || complain "$label: exit $?: $(cat "$WORK/said")"
  look_for_secret "$label"
  echo "$label: works"
}

echo "Where the server is"
refused "no server" 75 "'postgresql://regie@/desk' cannot be reached" "est injoignable" " " \
  list --db "$(at regie@/desk "$FOLDER/none")"
refused "nobody listens" 75 "'postgresql://regie@127.0.0.1:1/desk' cannot be reached" "injoignable" " " \
  open fuite -R BEL --db "postgresql://regie@127.0.0.1:1/desk"
refused "no such host" 75 "cannot be reached" "injoignable" " " list --db "postgresql://regie@no-such-host.invalid/desk"
refused "no such database" 4 "there is no database 'postgresql://regie@/nothing'" "n’existe pas" "createdb" \
  list --db "$(at regie@/nothing)"
refused "no such database, init" 4 "there is no database" "n’existe pas" "createdb" init --db "$(at regie@/nothing)"
refused "a database without desk" 4 "postgresql://regie@/empty" "postgresql://regie@/empty" \
  "regie init" list --db "$(at regie@/empty)"
refused "the same, open" 4 "postgresql://regie@/empty" "postgresql://regie@/empty" "regie init" open fuite -R BEL --db "$(at regie@/empty)"
refused "LATIN1" 1 "keeps text as LATIN1, not as UTF8" "garde le texte en LATIN1" "--encoding=UTF8" list --db "$(at regie@/latin)"
refused "SQL_ASCII, init" 1 "keeps text as SQL_ASCII" "garde le texte en SQL_ASCII" "--encoding=UTF8" init --db "$(at regie@/ascii)"
refused "closed to everybody" 1 "'postgresql://regie@/closed'" "postgresql://regie@/closed" "" list --db "$(at regie@/closed)"
[[ $(DATABASE=empty query "select count(*) from pg_tables where schemaname = 'public'") == 0 ]] || complain "a refused command made a table"

DATABASE=others query "create table theirs (x int)"
refused "somebody else's tables, init" 1 "holds other tables already: theirs" "contient déjà d’autres tables" "of its own" \
  init --db "$(at regie@/others)"
refused "the same, copy" 1 "holds other tables already: theirs" "contient déjà d’autres tables" "of its own" \
  db copy --to "$(at regie@/others)"
[[ $(DATABASE=others query "select count(*) from pg_tables where schemaname = 'public'") == 1 ]] || complain "a refused init made a table"

echo "Who may do what"
refused "no such role" 1 "refuses the login" "refuse l’identification" "pg_hba.conf" list --db "$(at nobody-here@/desk)"
refused "no password" 1 "postgresql://clerk@/desk" "postgresql://clerk@/desk" ".pgpass" list --db "$(at clerk@/desk)"
PGPASSWORD=wrong-$secret refused "a wrong password" 1 "refuses the login" "refuse l’identification" ".pgpass" list --db "$(at clerk@/desk)"
PGPASSWORD=$secret works "PGPASSWORD" list --db "$(at clerk@/desk)"
echo "*:*:desk:clerk:$secret" >"$HOME/.pgpass"
chmod 600 "$HOME/.pgpass"
works ".pgpass" list --db "$(at clerk@/desk)"
works ".pgpass, open" open fuite -R BEL -q --db "$(at clerk@/desk)"
mv "$HOME/.pgpass" "$HOME/pass"
PGPASSFILE=$HOME/pass works "PGPASSFILE" list --db "$(at clerk@/desk)"
rm "$HOME/pass"
printf '[desk]\nhost=%s\ndbname=desk\nuser=clerk\npassword=%s\n' "$SERVER" "$secret" >"$HOME/services"
PGSERVICEFILE=$HOME/services works "a service file" list --db "postgresql:///?service=desk"
PGSERVICEFILE=$HOME/services works "a service file, config show" config show --db "postgresql:///?service=desk"
rm "$HOME/services"
works "SELECT only, list" list --db "$(at auditor@/desk)"
works "SELECT only, report" report nightly --db "$(at auditor@/desk)"
refused "SELECT only, open" 1 "your role may not do this in database 'postgresql://auditor@/desk'" "votre rôle ne le permet pas" \
  "grants it" open fuite -R BEL --db "$(at auditor@/desk)"
refused "SELECT only, note" 1 "your role may not do this" "votre rôle ne le permet pas" "grants it" note 1 vu --db "$(at auditor@/desk)"
refused "no grant at all" 1 "your role may not do this" "votre rôle ne le permet pas" "grants it" list --db "$(at stranger@/desk)"
refused "no grant at all, init" 1 "your role may not do this" "votre rôle ne le permet pas" "grants it" init --db "$(at stranger@/empty)"
works "read-only for this role, list" list --db "$(at late@/desk)"
refused "read-only for this role, open" 1 "may only be read" "postgresql://late@/desk" "" open fuite -R BEL --db "$(at late@/desk)"

echo "Somebody else is there"
psql --host="$SERVER" --username=few --dbname=desk -XAtq -c begin -c "select * from regie for update" -c "select pg_sleep(60)" >/dev/null 2>&1 &
holder=$!
until [[ $(query "select count(*) from pg_stat_activity where usename = 'few' and wait_event = 'PgSleep'") == 1 ]]; do sleep 0.05; done
for command in "open fuite -R BEL" "accept 1"; do
  # shellcheck disable=SC2086  # a list of words
  refused "another writer, ${command%% *}" 75 "is in use by another program" "occupée par un autre programme" "--lock-wait" \
    $command --lock-wait 0
done
begin=$(now_ms)
"$REGIE" note 1 vu --lock-wait 1 2>/dev/null
status=$? took=$(($(now_ms) - begin))
((status == 75 && took >= 1000 && took < 5000)) || complain "--lock-wait 1: exit $status after $took ms"
works "another writer, list" list
refused "too many connections" 75 "takes no connection now" "n’accepte pas de connexion" " " list --db "$(at few@/desk)" --lock-wait 0
# Room again while one waits.
(sleep 1; query "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'few'" >/dev/null) &
works "too many connections, until one leaves" list --db "$(at few@/desk)" --lock-wait 30
{ wait $holder; } 2>/dev/null

echo "A copy that may only be read"
if command -v pg_basebackup >/dev/null; then
  mkdir -m 755 "$FOLDER/copy"
  cleanup_server=$(declare -f cleanup)
  eval "${cleanup_server/cleanup/stop_server}"
  cleanup() {
    "$SERVER_SCRIPT" stop "$FOLDER/copy" >/dev/null 2>&1
    stop_server
  }
  begin=$(now_ms)
  pg_basebackup --host="$SERVER" --username=regie --pgdata="$FOLDER/copy/data" --write-recovery-conf --wal-method=stream \
    --checkpoint=fast --no-sync || fail "pg_basebackup: exit $?"
  echo "unix_socket_directories = '$FOLDER/copy'" >>"$FOLDER/copy/data/postgresql.conf"
  chown -R "$(stat -c %u:%g "$SERVER/data")" "$FOLDER/copy"
  "$SERVER_SCRIPT" restart "$FOLDER/copy" >/dev/null || fail "the copy does not start: exit $?"
  echo "a standby after $(($(now_ms) - begin)) ms"
  for command in list "report nightly" "show 1" "log 1"; do
    # shellcheck disable=SC2086  # a list of words
    works "a copy, $command" $command --db "$(at regie@/desk "$FOLDER/copy")"
  done
  refused "a copy, open" 1 "may only be read" "postgresql://regie@/desk" "" open fuite -R BEL --db "$(at regie@/desk "$FOLDER/copy")"
  refused "a copy, note" 1 "may only be read" "postgresql://regie@/desk" "" note 1 vu --db "$(at regie@/desk "$FOLDER/copy")"
  "$SERVER_SCRIPT" stop "$FOLDER/copy"
else
  echo "NOT TRIED: a standby (needs pg_basebackup)"
fi

echo "The driver"
home=$(dirname "$(dirname "$REGIE")")
version=$("$REGIE" --version | cut -d' ' -f2)
mkdir -p "$WORK/alone/bin" "$WORK/alone/lib/regie"
cp "$REGIE" "$WORK/alone/bin/regie"
ln -s "$home/share" "$WORK/alone/share"
program=$REGIE
REGIE=$WORK/alone/bin/regie
refused "no driver" 1 "the driver for 'postgresql://regie@/desk' cannot be loaded" "ne peut pas être chargé" "regie-postgresql" list
sed "s/$version \(GNU\|Clang\)/#${version#?} \1/" "$(find "$home"/lib* -name postgresql.so | head -1)" >"$WORK/alone/lib/regie/postgresql.so"
refused "another build's driver" 1 "belongs to another version of regie" "autre version de regie" "same version" list
echo "not a program" >"$WORK/alone/lib/regie/postgresql.so"
refused "a driver that is none" 1 "cannot be loaded" "ne peut pas être chargé" "regie-postgresql" list
works "without driver, on SQLite" init -q --db "$WORK/alone/desk.db"
REGIE=$program

echo "Passwords in a URL"
# leaky LABEL URL: refused wherever a URL can stand, before anything is written.
leaky() {
  local label=$1 url=$2 words=(2 "the database URL holds a password" "contient un mot de passe" "pgpass")
  local in_file=(78 "${words[@]:1}")
  mkdir -p "$WORK/conf"
  printf 'database = "%s"\n' "$url" >"$WORK/conf/regie.toml"
  : >"$WORK/before"
  sleep 0.01
  refused "$label, --db" "${words[@]}" open fuite -R BEL --db "$url"
  REGIE_DB=$url refused "$label, REGIE_DB" "${words[@]}" list
  refused "$label, init --db" "${words[@]}" init --db "$url" --config "$WORK/new"
  refused "$label, db copy --to" "${words[@]}" db copy --to "$url"
  refused "$label, db copy --from" "${words[@]}" db copy --from "$url" --to "$WORK/copy.db"
  REGIE_DB=$url refused "$label, config show" "${words[@]}" config show
  unset REGIE_DB
  refused "$label, in regie.toml" "${in_file[@]}" list --config "$WORK/conf"
  refused "$label, init with that regie.toml" "${in_file[@]}" init --config "$WORK/conf"
  REGIE_DB=$(at regie@/desk)
  export REGIE_DB
  nothing_written "$label"
}
nothing_written() {
  local made
  made=$(find "$WORK" -newer "$WORK/before" -type f ! -name out ! -name said ! -name complaints)
  [[ -z $made && ! -e $WORK/new ]] || complain "$1: files were made: $made"
  rm -rf "$WORK/new"
}
leaky "as login" "postgresql://regie:$secret@/desk?host=$SERVER"
leaky "as setting" "postgresql://regie@/desk?host=$SERVER&password=$secret"
leaky "as setting, percent-encoded" "postgres://regie@/desk?host=$SERVER&p%61ssword=$secret"
for url in "postgresql://regie:$secret@[::1/desk" "postgresql://regie:$secret%zz@/desk" "postgresql://regie:x@$secret/y@/desk" \
  "postgresql://regie@/desk?sslp%61ssword=$secret" "postgresql://:$secret@/desk"; do
  refused "$url" 2 "the database URL" "l’URL de la base" " " list --db "$url"
done
# What is no URL as written, but was meant as one with a password.
: >"$WORK/before"
sleep 0.01
cd "$WORK" || exit 1
for url in "postgresql://regie:$secret/x@/desk?host=$SERVER" "postgresql://regie:$secret" "postgresql://regie:$secret/@h" \
  "postgresql:regie:$secret@host/desk" "host=$SERVER dbname=desk password=$secret"; do
  refused "$url" 2 "database" "base" " " list --db "$url"
  refused "$url, init" 2 "database" "base" " " init --db "$url" --config "$WORK/new"
  nothing_written "$url"
done
# Whom we start must not be told it on a command line either.
if command -v strace >/dev/null && strace -f -o /dev/null true 2>/dev/null; then
  PGPASSWORD=$secret strace -f -s 4096 -e trace=execve -o "$WORK/traced" \
    "$REGIE" db backup "$WORK/backup" --db "$(at clerk@/desk)" >"$WORK/out" 2>"$WORK/said" ||
    complain "db backup: exit $?: $(cat "$WORK/said")"
  look_for_secret "db backup"
  grep -q pg_dump "$WORK/traced" || complain "db backup did not start pg_dump"
  grep -qF "$secret" "$WORK/traced" && complain "the password is on a command line: $(grep -F "$secret" "$WORK/traced")"
else
  echo "NOT TRIED: which programs are started (needs strace)"
fi
grep -rqF "$secret" "$HOME" --include='*' --exclude=out --exclude=said --exclude=complaints --exclude-dir=conf &&
  complain "the password was kept: $(grep -rlF "$secret" "$HOME")"

echo "A full disk"
disk=$FOLDER/disk
mkdir "$disk"
if mount -t tmpfs -o size=2m tmpfs "$disk" 2>/dev/null; then
  before_umount=$(declare -f cleanup)
  eval "${before_umount/cleanup/stop_servers}"
  cleanup() {
    [[ ! -e $SERVER ]] || "$SERVER_SCRIPT" stop "$SERVER" >/dev/null 2>&1
    umount "$disk"
    stop_servers
  }
  chown "$(stat -c %u:%g "$SERVER/data")" "$disk"
  query "create tablespace small location '$disk'" || fail "no tablespace"
  query "alter table request set tablespace small; alter table journal set tablespace small" || fail "the tables do not move"
  cat /dev/zero >"$disk/ballast" 2>/dev/null
  acknowledged=0
  for ((turn = 1; turn <= 100; ++turn)); do
    "${OPEN[@]}" "full-$turn" >"$WORK/out" 2>"$WORK/said" || break
    ((++acknowledged))
  done
  # A shorter one may still find room in the last page.
  while "$REGIE" open fuite -R BEL -q >"$WORK/out" 2>"$WORK/said"; do ((++acknowledged)); done
  echo "opened $acknowledged more until the disk was full"
  before=$(query "select count(*) from request")
  refused "a full disk, open" 1 "the disk of database 'postgresql://regie@/desk' is full: nothing was saved" "disque plein" "" open fuite -R BEL
  refused "a full disk, import" 1 "is full: nothing was saved" "disque plein" "" import "$SOURCE/config/examples/val-dorle/fortnight.csv"
  works "a full disk, list" list
  [[ $(query "select count(*) from request") == "$before" ]] || complain "a full disk: something was saved"
  rm "$disk/ballast"
  works "with room again, open" open fuite -R BEL -q
else
  echo "NOT TRIED: a full disk (only root may mount a small one)"
fi

check_whole
echo "$tried troubles and ways around them"
[[ ! -s $WORK/complaints ]] || fail "$(wc -l <"$WORK/complaints") were not as they must be:"$'\n'"$(cat "$WORK/complaints")"
