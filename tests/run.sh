#!/bin/sh
# Installs what is missing, builds regie with warnings as errors, and runs every test. With CI=true also the tests under
# the address and undefined-behaviour sanitizers, a short run of the fuzzers, the check of the layout, and the package in
# its bare form.
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
  echo "== fuzz"
  # 77: no clang++ to fuzz with, said loudly. fuzz_jsonl needs the whole program instrumented, which takes as long to
  # build as all the others take together: its corpus alone is run, above.
  sh tests/fuzz/run.sh 15 understand rules csv mail || [ $? -eq 77 ]
  echo "== package"
  cmake --preset release >/dev/null
  cmake --build --preset release
  echo "== figures of the release build under hostile rules"
  REGIE="$PWD/build/release/bin/regie" bash tests/faults/hostile_rules.sh
  (cd build/release && cpack -G DEB >/dev/null)
  for package in build/release/*.deb; do dpkg-deb --info "$package"; done
fi
