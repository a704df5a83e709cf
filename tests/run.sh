#!/bin/sh
# Installs what is missing, builds regie with warnings as errors, and runs every test. With CI=true also the tests under
# the address and undefined-behaviour sanitizers, the check of the layout, and the package in its bare form.
set -eu
cd "$(dirname "$0")/.."

sh cmake/install-packages.sh tests

run_preset() {
  echo "== $1: build and test"
  cmake --preset "$1" -DREGIE_REQUIRE_POSTGRESQL_TESTS=ON >/dev/null
  cmake --build --preset "$1"
  ctest --preset "$1" -j "$(nproc)" --output-on-failure
}

run_preset debug
if [ "${CI:-}" = true ]; then
  echo "== layout"
  find include src tests -name '*.cpp' -o -name '*.hpp' | xargs clang-format --dry-run --Werror
  run_preset sanitize
  echo "== package"
  cmake --preset release >/dev/null
  cmake --build --preset release
  (cd build/release && cpack -G DEB >/dev/null)
  for package in build/release/*.deb; do dpkg-deb --info "$package"; done
fi
