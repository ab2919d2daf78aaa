#!/usr/bin/env bash
# Installs what is missing, builds into build/, runs every test; ends with ctest's
# summary. PATRON_TEST_SEED=N repeats the random tests of a run.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh
cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build build -j2
# OpenBLAS and OpenMP keep to the thread that calls: tests share two cores.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
ctest --test-dir build -j2 --output-on-failure
