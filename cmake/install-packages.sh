#!/bin/sh
# Installs the Debian packages regie is built with; with the word "tests" also what its tests use. Asks for nothing
# and does nothing when all of them are there. Needs root or sudo only when something is missing.
set -eu

packages="g++ cmake ninja-build pkg-config gettext tzdata ca-certificates
  libcli11-dev libsqlitecpp-dev libsqlite3-dev libfmt-dev libtomlplusplus-dev libutf8proc-dev libstemmer-dev
  nettle-dev rapidjson-dev libcereal-dev libpq-dev libgmime-3.0-dev libxlsxwriter-dev
  zlib1g-dev"
optional=""
if [ "${1:-}" = tests ]; then
  optional="clang-16 libclang-rt-16-dev"  # for tests/fuzz; other releases have other versions
  packages="$packages doctest-dev clang-format mandoc sqlite3 strace zsh fish shellcheck procps dpkg-dev file
    postgresql python3 python3-icalendar python3-openpyxl python3-jsonschema msmtp python3-aiosmtpd"
fi

is_installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }
missing=""
for package in $packages; do is_installed "$package" || missing="$missing $package"; done
wanted=""
for package in $optional; do is_installed "$package" || wanted="$wanted $package"; done
[ -n "$missing$wanted" ] || exit 0

as_root=""
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || {
    echo "install-packages: needs root or sudo to install:$missing$wanted" >&2
    [ -z "$missing" ]  # what is only wanted can be done without
    exit
  }
  as_root="sudo"
fi
echo "Installing:$missing$wanted"
# The tests start a server of their own: Debian need not make one that runs for ever.
no_server=/etc/postgresql-common/createcluster.d/regie-tests.conf
case $missing in
  *postgresql*)
    $as_root mkdir -p "${no_server%/*}"
    echo "create_main_cluster = false" | $as_root tee $no_server >/dev/null
    trap '$as_root rm -f $no_server' EXIT
    ;;
esac
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
for package in $wanted; do
  if apt-cache show "$package" >/dev/null 2>&1; then missing="$missing $package"
  else echo "NOT INSTALLED: there is no $package for this system" >&2
  fi
done
[ -n "$missing" ] || exit 0
# shellcheck disable=SC2086  # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
