#!/bin/bash
# A PostgreSQL server of the tests' own: unprivileged, on a Unix socket, gone afterwards.
#   server.sh start FOLDER    makes it anew in FOLDER, with an empty database "desk" of the role "regie"
#   server.sh stop FOLDER     stops it and removes the folder
#   server.sh kill FOLDER     kills it as a power cut would
#   server.sh restart FOLDER  starts a killed one again
# Whoever connects says postgresql://regie@/desk?host=FOLDER (a path short enough for a socket). Data that only tests
# see is not synced, unless DURABLE=on.
set -eu
action=$1 folder=$2

bin=$(pg_config --bindir 2>/dev/null || true)
[ -x "$bin/initdb" ] || bin=$(find /usr/lib/postgresql -name initdb -printf '%h\n' 2>/dev/null | sort -V | tail -1)
[ -x "$bin/initdb" ] || { echo "no PostgreSQL server is installed here"; exit 77; }

# The server refuses to run as root: it runs as its own account, or as nobody.
account=$(id -un)
if [ "$(id -u)" = 0 ]; then account=$(getent passwd postgres >/dev/null && echo postgres || echo nobody); fi
as_server() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && setpriv --reuid="$account" --regid="$(id -g "$account")" --clear-groups "$@")
  else
    "$@"
  fi
}
pg_ctl() { as_server "$bin/pg_ctl" --pgdata="$folder/data" --silent --timeout=60 "$@"; }
run() { pg_ctl --wait --log="$folder/log" start || { cat "$folder/log"; exit 1; }; }

case $action in
  start)
    [ ! -e "$folder" ] || "$0" stop "$folder"
    mkdir -m 755 "$folder"
    chown "$account" "$folder"
    as_server "$bin/initdb" --pgdata="$folder/data" --username=regie --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
      --no-sync >/dev/null
    as_server tee -a "$folder/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$folder'
max_connections = 200
fsync = ${DURABLE:-off}
CONF
    run
    "$bin/createdb" --host="$folder" --username=regie desk
    ;;
  stop)
    if [ -f "$folder/data/postmaster.pid" ]; then pg_ctl --mode=immediate stop || true; fi
    rm -rf "$folder"
    ;;
  kill)
    server=$(head -1 "$folder/data/postmaster.pid")
    # Its children see that it is gone and leave at once.
    kill -9 "$server"
    ;;
  restart) run ;;
  *) echo "server.sh: '$action' is not start, stop, kill or restart" >&2; exit 2 ;;
esac
