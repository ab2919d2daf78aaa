#!/usr/bin/env bash
# What the tests do not see: format, the other compiler with its thread-safety
# analysis, address and undefined-behaviour sanitizers over the tests, lint.
# Builds in build/check; run tools/test.sh first or let this install what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh

say() { printf '\n== %s\n' "$*"; }
mapfile -t sources < <(git ls-files '*.h' '*.cc')

say "format: clang-format, Google style, ${#sources[@]} files"
clang-format --dry-run -Werror "${sources[@]}"

say "walls: RocksDB in server/store, FAISS in index, transports in server/api"
wall() { # include pattern, allowed path pattern
  local found
  found=$(git grep -lE "#include [<\"]$1" -- 'server/*' 'index/*' 'jobs/*' | grep -vE "$2" || true)
  if [ -n "$found" ]; then
    echo "$1 is included outside $2: $found"
    return 1
  fi
}
wall 'rocksdb/' '^server/store/'
wall 'faiss/' '^index/'
wall 'thrift/(server|transport/TSocket|transport/TServer)' '^server/api/'

say "the other compiler (clang, -Wthread-safety) with address and undefined sanitizers"
cmake -S . -B build/check -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O1 -g1 -DNDEBUG" \
  -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
  -DPATRON_SANITIZER=address -DCMAKE_CXX_FLAGS="-Werror=thread-safety" >/dev/null
cmake --build build/check -j2
# RocksDB and Thrift keep some memory to the end on purpose.
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
ctest --test-dir build/check -j2 --output-on-failure --timeout 900 -LE slow

say "lint: clang-tidy"
mapfile -t linted < <(git ls-files 'server/*.cc' 'index/*.cc' 'jobs/*.cc')
printf '%s\n' "${linted[@]}" |
  xargs -P 2 -n 4 clang-tidy -p build/check --quiet --warnings-as-errors='*' 2>/dev/null

say "all checks passed"
