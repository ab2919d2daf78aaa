#!/usr/bin/env bash
# Patron beside DuckDB on this machine: one rule of ten clauses, three of them
# windows over history, over the same customers and purchase lines, in turn.
#
#   duckdb-saved     Patron's count of the saved rule; SQL over raw lines
#   duckdb-prepared  the same; SQL over a table of facts that was prepared before
#                    (how long that takes is told), which is not live
#   duckdb-typed     a rule that nobody saved; SQL over raw lines
#   duckdb-change    a purchase and the first count that has it in
#
# Each must count the same customers. patron-datagen writes the files; DuckDB
# comes from PyPI into build/compare-venv and uses two threads; where PyPI cannot
# be reached, the comparison is skipped (exit code 77). tools/compare/duckdb_rule.py
# tells what favours DuckDB.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: tools/compare/duckdb.sh [options]

options
  --json         one JSON object a line, as patron-bench prints them; ratio is
                 DuckDB's time divided by Patron's
  --quick        a minute: 20000 customers, 400000 lines, one round
  --customers N  (default 1000000)
  --lines N      purchase lines, about (default 20000000)
  --products N   (default 50000)
  --rounds N     rounds of each, in turn with the other's (default 5); medians
  --work DIR     where data stands while it runs (default: $TMPDIR or /tmp)
  --keep DIR     keeps the files and Patron's import there and finds them again,
                 for the same day, customers, lines and products
  --programs DIR where patrond, patron and patron-datagen stand (default: build/bin)
TEXT
}

fail() {
  echo "duckdb.sh: $*" >&2
  exit 1
}
tell() { echo "duckdb.sh: $*" >&2; }

here=$(cd "$(dirname "$0")/../.." && pwd)
json=0 customers=1000000 lines=20000000 products=50000 rounds=5 keep=
work=${TMPDIR:-/tmp}
programs=$here/build/bin
while [ $# -gt 0 ]; do
  case $1 in
    --json) json=1 ;;
    --quick) customers=20000 lines=400000 products=2000 rounds=1 ;;
    --customers | --lines | --products | --rounds | --work | --keep | --programs)
      [ $# -ge 2 ] || fail "$1 wants a value; see --help"
      case $1 in
        --work | --keep | --programs) ;;
        *) [[ $2 =~ ^[1-9][0-9]*$ ]] || fail "$1: $2 is not a number above 0" ;;
      esac
      declare "${1#--}=$2"
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) fail "$1 is no option; see --help" ;;
  esac
  shift
done
for program in patrond patron patron-datagen; do
  [ -x "$programs/$program" ] ||
    fail "no $program in $programs: build it first (tools/test.sh), or say --programs"
done
command -v thrift >/dev/null || fail "no thrift compiler: tools/setup.sh installs it"

# ---- DuckDB, in an environment of its own; Debian's Thrift library shows through

venv=$here/build/compare-venv
python=$venv/bin/python3
[ -x "$python" ] || /usr/bin/python3 -m venv --system-site-packages "$venv" ||
  fail "python3 -m venv does not work: apt-get install python3-venv"
if ! (cd / && "$python" -c 'import duckdb') 2>/dev/null; then
  tell "installing DuckDB from PyPI"
  "$venv/bin/pip" install -q duckdb >"$venv/pip.out" 2>&1 || {
    tell "skipped: DuckDB could not be had from PyPI: $(tail -1 "$venv/pip.out")"
    exit 77
  }
fi
(cd / && "$python" -c 'import thrift.protocol.TMultiplexedProtocol') ||
  fail "no Thrift library for Python: apt-get install python3-thrift"

# ---- the same files for both

mkdir -p "$work"
top=$(mktemp -d "$work/patron-duckdb.XXXXXX")
server=
finish() {
  trap - EXIT INT TERM
  [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }
  rm -rf "$top"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

yesterday=$(date -u -d yesterday +%F)
base=$top
[ -z "$keep" ] || base=$keep/$yesterday-$customers-$products-$lines
mkdir -p "$base"
if [ ! -e "$base/csv.done" ]; then
  tell "writing $customers customers and about $lines lines"
  "$programs/patron-datagen" --size=medium --customers="$customers" --products="$products" \
    --lines="$lines" --noevents --end-day="$yesterday" --out="$base/csv" 2>"$top/datagen.err" ||
    fail "patron-datagen: $(tail -3 "$top/datagen.err")"
  touch "$base/csv.done"
fi

serve() { # DIRECTORY
  rm -f "$top/ports"
  "$programs/patrond" --data="$1" --port=0 --port_file="$top/ports" \
    2>"$top/patrond.err" &
  server=$!
  while [ ! -s "$top/ports" ]; do
    kill -0 "$server" 2>/dev/null || fail "patrond: $(tail -3 "$top/patrond.err")"
    sleep 0.05
  done
  read -r port _ <"$top/ports"
}
stop() {
  kill "$server" && wait "$server" || fail "patrond did not stop well"
  server=
}

if [ ! -e "$base/data.done" ]; then
  rm -rf "$base/data"
  serve "$base/data"
  for kind in products customers purchases; do
    tell "importing $kind"
    "$programs/patron" import "$kind" "$base/csv/$kind.csv" --server "127.0.0.1:$port" --strict \
      >"$top/import.out" 2>"$top/import.err" || fail "patron import: $(tail -3 "$top/import.err")"
  done
  stop
  touch "$base/data.done"
fi
# What is kept stays as it is: the comparison buys something.
if [ -n "$keep" ]; then
  cp -r "$base/data/." "$top/data"
  data=$top/data
else
  data=$base/data
fi

started=$(date +%s%N)
serve "$data"
tell "patrond is ready after $((($(date +%s%N) - started) / 1000000)) ms"
tell "loading DuckDB, then measuring"
(cd / && "$python" "$here/tools/compare/duckdb_rule.py" "$base/csv" "$port" "$here/thrift" "$top" \
  "$rounds" "$json")
stop
