#!/usr/bin/env bash
# Patron beside PostgreSQL on this machine: the same work, in turn.
#
#   purchase  one purchase of five lines with points, as one transaction: unique
#             request id, receipt, lines, entry of points, account (its balance
#             never below zero) with the customer's totals; 1, 8 and 64 clients
#   coupon    64 clients take uses of one limited coupon (one row)
#   bonus     points for every customer: one statement there, a thousand a call
#             here
#
# PostgreSQL comes from Debian where it is missing, and gets a fresh cluster in a
# temporary directory that goes at the end; it is run by the user `postgres`,
# who may not be root. What it does is what favours it: functions that are one
# prepared call each, a Unix socket, numbers for ids, no foreign keys, one row
# for account and totals; synchronous_commit on. Patron is called over TCP by
# patron-bench's client. A coupon's use costs Patron two calls, reserve and
# commit, which also record a purchase; PostgreSQL only takes the use and writes
# it down. Each run of PostgreSQL has a checkpoint in it: by its own clock (every
# 30 s) where runs are long enough, forced in the middle where they are shorter.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: tools/compare/postgres.sh [options]

options
  --json         one JSON object a line, as patron-bench prints them
  --quick        a minute: runs of 3 s, one of each, 20000 customers
  --seconds N    length of a run (default 40)
  --rounds N     runs of each, in turn with the other's (default 3); medians
  --customers N  customers with an account (default 1000000)
  --work DIR     where both keep their data while it runs (default: $TMPDIR or
                 /tmp); use a directory on the disk that is to be measured
  --programs DIR where patron-bench and patrond stand (default: build/bin)
TEXT
}

fail() {
  echo "postgres.sh: $*" >&2
  exit 1
}
tell() { echo "postgres.sh: $*" >&2; }

here=$(cd "$(dirname "$0")/../.." && pwd)
json=0 seconds=40 rounds=3 customers=1000000
work=${TMPDIR:-/tmp}
programs=$here/build/bin
while [ $# -gt 0 ]; do
  case $1 in
    --json) json=1 ;;
    --quick) seconds=3 rounds=1 customers=20000 ;;
    --seconds | --rounds | --customers | --work | --programs)
      [ $# -ge 2 ] || fail "$1 wants a value; see --help"
      case $1 in
        --work | --programs) ;;
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
[ -x "$programs/patron-bench" ] && [ -x "$programs/patrond" ] ||
  fail "no patron-bench in $programs: build it first (tools/test.sh), or say --programs"

# ---- PostgreSQL: installed, and as a user that may run it

newest_bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1; }

install_postgres() {
  command -v apt-get >/dev/null ||
    fail "PostgreSQL is not installed, and there is no apt-get to install it with"
  [ "$(id -u)" -eq 0 ] ||
    fail "PostgreSQL is not installed; as root: apt-get install postgresql"
  tell "installing PostgreSQL"
  export DEBIAN_FRONTEND=noninteractive
  # No cluster of the package's own.
  mkdir -p /etc/postgresql-common/createcluster.d
  local own=/etc/postgresql-common/createcluster.d/patron-compare.conf
  echo "create_main_cluster = false" >"$own"
  apt-get update -qq && apt-get install -y -qq --no-install-recommends \
    postgresql postgresql-contrib >/dev/null || fail "apt-get could not install postgresql"
  rm -f "$own"
}

bin=$(newest_bin)
if [ -z "$bin" ] || [ ! -x "$bin/pgbench" ]; then
  install_postgres
  bin=$(newest_bin)
fi
[ -n "$bin" ] && [ -x "$bin/pgbench" ] || fail "no initdb and pgbench below /usr/lib/postgresql"

# initdb refuses root: its commands run as `postgres` then, else as ourselves.
as_postgres=()
if [ "$(id -u)" -eq 0 ]; then
  id postgres >/dev/null 2>&1 ||
    fail "PostgreSQL does not run as root, and there is no user postgres: useradd -r postgres"
  command -v runuser >/dev/null || fail "runuser is missing, to become the user postgres"
  as_postgres=(runuser -u postgres --)
fi

# ---- a fresh cluster, which goes at the end

mkdir -p "$work"
top=$(mktemp -d "$work/patron-compare.XXXXXX")
cluster=$top/cluster
checkpointer=
finish() {
  trap - EXIT INT TERM
  [ -z "$checkpointer" ] || kill "$checkpointer" 2>/dev/null || true
  if [ -f "$cluster/postmaster.pid" ]; then
    "${as_postgres[@]}" "$bin/pg_ctl" -D "$cluster" -m immediate -w stop >/dev/null 2>&1 || true
  fi
  rm -rf "$top"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

chmod 711 "$top"
mkdir "$cluster" "$top/socket" "$top/patron" "$top/scripts"
[ ${#as_postgres[@]} -eq 0 ] || chown postgres "$cluster" "$top/socket"
chmod 700 "$cluster"
"${as_postgres[@]}" test -w "$cluster" ||
  fail "the user postgres cannot reach $top: choose another --work"
cd "$top"

"${as_postgres[@]}" "$bin/initdb" -D "$cluster" -A trust -U postgres >"$top/initdb.out" 2>&1 ||
  fail "initdb: $(tail -3 "$top/initdb.out")"
memory_mb=$(($(awk '/^MemTotal/ {print $2}' /proc/meminfo) / 1024))
cat >>"$cluster/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$top/socket'
max_connections = 100
synchronous_commit = on
fsync = on
full_page_writes = on
shared_buffers = $((memory_mb / 4))MB
effective_cache_size = $((memory_mb / 2))MB
wal_buffers = 64MB
max_wal_size = 8GB
min_wal_size = 2GB
checkpoint_timeout = 30s
checkpoint_completion_target = 0.9
random_page_cost = 1.1
jit = off
CONF
"${as_postgres[@]}" "$bin/pg_ctl" -D "$cluster" -l "$cluster/log" -w start >/dev/null ||
  fail "PostgreSQL does not start: $("${as_postgres[@]}" tail -3 "$cluster/log")"

psql() {
  "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$top/socket" -U postgres -At "$@"
}

psql -v customers="$customers" postgres <<'SQL'
CREATE TABLE accounts (
  customer bigint PRIMARY KEY,
  balance bigint NOT NULL CHECK (balance >= 0),
  purchases bigint NOT NULL,
  spent bigint NOT NULL,
  last_at timestamptz
) WITH (fillfactor = 70);
CREATE TABLE receipts (
  request bigint PRIMARY KEY,
  customer bigint NOT NULL,
  store int NOT NULL,
  happened_at timestamptz NOT NULL,
  total bigint NOT NULL,
  points bigint NOT NULL
);
CREATE TABLE lines (
  request bigint,
  line int,
  product bigint NOT NULL,
  quantity_milli bigint NOT NULL,
  amount bigint NOT NULL,
  PRIMARY KEY (request, line)
);
CREATE TABLE entries (
  customer bigint,
  entry bigint GENERATED ALWAYS AS IDENTITY,
  points bigint NOT NULL,
  cause text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (customer, entry)
);
CREATE TABLE coupons (coupon int PRIMARY KEY, uses_left bigint NOT NULL CHECK (uses_left >= 0))
  WITH (fillfactor = 10);
CREATE TABLE uses (request bigint PRIMARY KEY, coupon int NOT NULL, at timestamptz NOT NULL);

-- What a repeated request is answered: the points that it earned the first time.
CREATE FUNCTION record_purchase(new_request bigint, buyer bigint, store int,
                                products bigint[], amounts bigint[]) RETURNS bigint AS $$
DECLARE
  paid bigint := (SELECT sum(amount) FROM unnest(amounts) AS amount);
  earned bigint := paid / 100;
BEGIN
  INSERT INTO receipts VALUES (new_request, buyer, store, now(), paid, earned)
    ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN (SELECT points FROM receipts WHERE request = new_request);
  END IF;
  INSERT INTO lines
    SELECT new_request, line, product, 1000, amount
    FROM unnest(products, amounts) WITH ORDINALITY AS each(product, amount, line);
  INSERT INTO entries (customer, points, cause, at)
    VALUES (buyer, earned, 'receipt ' || new_request, now());
  UPDATE accounts SET balance = balance + earned, purchases = purchases + 1,
      spent = spent + paid, last_at = now()
    WHERE customer = buyer;
  RETURN earned;
END $$ LANGUAGE plpgsql;

CREATE FUNCTION take_coupon(new_request bigint) RETURNS boolean AS $$
BEGIN
  INSERT INTO uses VALUES (new_request, 1, now()) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN true;
  END IF;
  UPDATE coupons SET uses_left = uses_left - 1 WHERE coupon = 1 AND uses_left > 0;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'all uses are gone';
  END IF;
  RETURN true;
END $$ LANGUAGE plpgsql;

INSERT INTO accounts SELECT number, 50, 0, 0, NULL FROM generate_series(1, :customers) AS number;
INSERT INTO coupons VALUES (1, 1000000000);
SQL
psql postgres -c 'VACUUM ANALYZE' -c 'CHECKPOINT'

cat >"$top/scripts/purchase" <<SQL
\\set request random(1, 9000000000000000000)
\\set buyer random(1, $customers)
\\set p1 random(1, 1000)
\\set p2 random(1, 1000)
\\set p3 random(1, 1000)
\\set p4 random(1, 1000)
\\set p5 random(1, 1000)
\\set a1 random(99, 2098)
\\set a2 random(99, 2098)
\\set a3 random(99, 2098)
\\set a4 random(99, 2098)
\\set a5 random(99, 2098)
SELECT record_purchase(:request, :buyer, 1, ARRAY[:p1, :p2, :p3, :p4, :p5]::bigint[], ARRAY[:a1, :a2, :a3, :a4, :a5]::bigint[]);
SQL
cat >"$top/scripts/coupon" <<'SQL'
\set request random(1, 9000000000000000000)
SELECT take_coupon(:request);
SQL
cat >"$top/scripts/bonus" <<'SQL'
WITH given AS (UPDATE accounts SET balance = balance + 50 RETURNING customer)
INSERT INTO entries (customer, points, cause, at)
  SELECT customer, 50, 'nightly bonus', now() FROM given;
SQL

# ---- one run of each; a rate on standard output

longest_without_checkpoint=30
postgres_rate() { # SCRIPT CLIENTS
  local threads=2
  [ "$2" -gt 1 ] || threads=1
  if [ "$seconds" -le "$longest_without_checkpoint" ]; then
    (sleep $((seconds / 2)) && psql postgres -c CHECKPOINT) >/dev/null 2>&1 &
    checkpointer=$!
  fi
  "$bin/pgbench" -n -M prepared -h "$top/socket" -U postgres -c "$2" -j "$threads" \
    -T "$seconds" -f "$top/scripts/$1" postgres >"$top/pgbench.out" 2>&1 ||
    fail "pgbench: $(tail -3 "$top/pgbench.out")"
  if [ -n "$checkpointer" ]; then
    wait "$checkpointer" || true
    checkpointer=
  fi
  awk '/^tps = / {print $3}' "$top/pgbench.out"
}

postgres_bonus_rate() {
  local start end
  start=$(date +%s%N)
  psql postgres -f "$top/scripts/bonus" >/dev/null
  end=$(date +%s%N)
  psql postgres -c 'VACUUM accounts' >/dev/null
  awk -v customers="$customers" -v ns=$((end - start)) 'BEGIN {print customers * 1e9 / ns}'
}

patron_rate() { # SUITE CLIENTS MILLISECONDS
  "$programs/patron-bench" "compare-$1" --json --work "$top/patron" --accounts "$customers" \
    --clients "$2" --rounds 1 --round-ms "$3" >"$top/patron.out" 2>"$top/patron.err" ||
    fail "patron-bench: $(tail -3 "$top/patron.err")"
  sed -n 's/.*"value":\([0-9.]*\).*/\1/p' "$top/patron.out"
}

median() { sort -g | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }

# A line as patron-bench prints it, or a row of the table.
report() { # BENCH SETTING UNIT PATRON POSTGRES
  local ratio
  ratio=$(awk -v a="$4" -v b="$5" 'BEGIN {printf "%.3f", a / b}')
  if [ "$json" -eq 1 ]; then
    printf '{"bench":"%s","setting":"%s","value":%.1f,"unit":"%s","floor":"%s","floor_value":%.1f,"ratio":%s}\n' \
      "$1" "$2" "$4" "$3" "$version" "$5" "$ratio"
  else
    printf '%-18s %-12s %12.0f %12.0f  %-12s %6.2f\n' "$1" "$2" "$4" "$5" "$3" "$ratio"
  fi
}

compare() { # BENCH CLIENTS UNIT
  local ours=() theirs=() round setting
  setting="$2 clients"
  [ "$2" -gt 1 ] || setting="1 client"
  for round in $(seq "$rounds"); do
    tell "$1, $setting: round $round of $rounds"
    if [ "$1" = bonus ]; then
      theirs+=("$(postgres_bonus_rate)")
    else
      theirs+=("$(postgres_rate "$1" "$2")")
    fi
    ours+=("$(patron_rate "$1" "$2" $((seconds * 1000)))")
  done
  report "postgres-$1" "$setting" "$3" "$(printf '%s\n' "${ours[@]}" | median)" \
    "$(printf '%s\n' "${theirs[@]}" | median)"
}

version="PostgreSQL $(psql postgres -c 'SHOW server_version' | cut -d' ' -f1)"
tell "making Patron's $customers accounts"
patron_rate purchase 1 1 >/dev/null
[ "$json" -eq 1 ] ||
  printf '%-18s %-12s %12s %12s  %-12s %6s\n' bench setting Patron PostgreSQL unit ratio
for clients in 1 8 64; do compare purchase "$clients" purchases/s; done
compare coupon 64 uses/s
compare bonus 1 entries/s

# That the work was done: the books of both kinds agree.
wrong=$(psql postgres -c "SELECT count(*) FROM accounts a
  LEFT JOIN (SELECT customer, sum(points) AS points FROM entries GROUP BY customer) e USING (customer)
  WHERE balance <> 50 + coalesce(e.points, 0)")
[ "$wrong" = 0 ] || fail "PostgreSQL's accounts differ from their entries: $wrong"
