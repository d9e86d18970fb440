#!/usr/bin/env bash
# Build the torch-free core with address and undefined-behaviour sanitizers; run its tests.
# Arguments go to pytest. With FUZZ_ARGS="--minutes 30", tools/fuzz.py runs instead of the tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bin="$PWD/.venv/bin"
build="$PWD/build/asan"
site="$build/site" # a copy of the Python files beside the instrumented module

"$bin/cmake" -S . -B "$build" -G Ninja -DCMAKE_MAKE_PROGRAM="$bin/ninja" \
    -DPython_EXECUTABLE="$bin/python" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DLATPRED_TORCH=OFF -DLATPRED_SANITIZE=ON
"$bin/cmake" --build "$build" --parallel "${CMAKE_BUILD_PARALLEL_LEVEL:-2}"
rm -rf "$site"
mkdir -p "$site"
cp -R python/latpred "$site/latpred"
rm -f "$site"/latpred/_core*.so
cp "$build"/_core*.so "$site/latpred/"

compiler="${CXX:-g++}"
LD_PRELOAD="$($compiler -print-file-name=libasan.so) $($compiler -print-file-name=libstdc++.so)"
export LD_PRELOAD
# Python itself never frees everything, so leaks say nothing here.
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export OMP_NUM_THREADS=1 PYTHONPATH="$site" PYTHONDONTWRITEBYTECODE=1

"$bin/python" - "$site" <<'PYTHON'
import sys
import latpred._core as core
if not core.__file__.startswith(sys.argv[1]):
    sys.exit(f"not the instrumented module: {core.__file__} (an editable install? make clean)")
PYTHON

if [ -n "${FUZZ_ARGS:-}" ]; then
    # The sanitizer reserves more addresses than any limit; it ends what asks for too much itself.
    export LATPRED_FUZZ_MIB=0
    # shellcheck disable=SC2086
    exec "$bin/python" tools/fuzz.py $FUZZ_ARGS
fi

# The other rooms need LibTorch, which is not instrumented.
list="from tools.codebase_rules import *; print(*sorted(ROOM_EDGES.keys() - TORCH_ROOMS))"
folders=()
for room in $("$bin/python" -c "$list"); do
    if [ -d "tests/$room" ]; then folders+=("tests/$room"); fi
done
"$bin/python" -m pytest -m "not slow" -p no:cacheprovider "$@" "${folders[@]}"
