#!/bin/sh
# tests/fuzz/run.sh SECONDS [TARGET...]: builds the fuzz targets (all when none is named) with clang's libFuzzer, address
# and undefined-behaviour sanitizers, and lets each look for inputs that break its promises, as many at once as there are
# processors.
#
# Starts from tests/fuzz/corpus; what it finds new goes to a folder of the build (kept from run to run). An input that
# breaks something is saved in build/fuzz/found and named: once the mistake is mended, move it into the corpus, where
# every run of the tests tries it again. To bring new coverage home:
#   build/fuzz/bin/fuzz_TARGET -merge=1 tests/fuzz/corpus/TARGET build/fuzz/corpus/TARGET
# Exit 0: nothing found; 1: something found; 77: not run, no clang++ that can read our standard library (16 or later).
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:?usage: tests/fuzz/run.sh SECONDS [TARGET...]}
shift
[ $# -gt 0 ] || set -- understand rules csv jsonl mail

build=build/fuzz
compiler=""
for candidate in "${CLANGXX:-clang++-16}" clang++-19 clang++-18 clang++-17 clang++; do
  command -v "$candidate" >/dev/null || continue
  version=$("$candidate" -dumpversion)
  [ "${version%%.*}" -ge 16 ] || continue
  compiler=$candidate
  break
done
if [ -z "$compiler" ]; then
  echo "NOT FUZZED: there is no clang++ 16 or later here (install the packages clang-16 and libclang-rt-16-dev)" >&2
  exit 77
fi

cmake -G Ninja -S . -B $build -DREGIE_FUZZ=ON -DREGIE_POSTGRESQL=OFF -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_BUILD_TYPE= -DCMAKE_CXX_FLAGS="-O1 -gline-tables-only" >/dev/null 2>&1 ||
  { echo "NOT FUZZED: cmake does not configure $build" >&2; exit 1; }
for target in "$@"; do echo "fuzz_$target"; done | xargs cmake --build $build --target

mkdir -p $build/found
fuzz_one() {
  mkdir -p "$build/corpus/$1"
  # Big inputs are the business of tests/faults/hostile_rules.sh; here many small ones find more.
  "$build/bin/fuzz_$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 \
    -dict="tests/fuzz/$1.dict" -artifact_prefix="$build/found/$1-" "$build/corpus/$1" "tests/fuzz/corpus/$1" \
    >"$build/$1.log" 2>&1 || { echo "$1" >>"$build/failed"; return; }
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$1.log")
  echo "fuzz_$1: $runs inputs in $seconds s, nothing found"
}

: >"$build/failed"
running=0
for target in "$@"; do
  fuzz_one "$target" &
  running=$((running + 1))
  if [ $running -ge "$(nproc)" ]; then
    wait
    running=0
  fi
done
wait
[ -s "$build/failed" ] || exit 0
while read -r target; do
  echo "fuzz_$target: FOUND SOMETHING:" >&2
  grep -E "NOT TRUE|ERROR|runtime error|SUMMARY|Test unit written" "$build/$target.log" >&2 || tail -n 20 "$build/$target.log" >&2
done <"$build/failed"
exit 1
