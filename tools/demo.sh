#!/usr/bin/env bash
# Shows Patron's main job end to end: makes a shop, starts patrond, imports, learns,
# recommends, records a purchase and shows how the very next answer changed.
#
#   tools/demo.sh            everything in a fresh temporary directory, gone at the end
#   tools/demo.sh --keep     leaves the directory and tells where it is
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

keep=false
[ "${1:-}" = --keep ] && keep=true

title() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() { printf '\033[2m$ %s\033[0m\n' "${*//"$root/build/bin/"/}"; "$@"; }
# One value out of a JSON object on standard input.
pick() { /usr/bin/python3 -c "import json, sys; reply = json.load(sys.stdin); print($1)"; }

tools/setup.sh
if [ ! -f build/build.ninja ]; then
  cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null
fi
title "Building (some minutes the first time)"
cmake --build build -j2 --target patrond patron patron-jobs patron-datagen

bin=$root/build/bin
work=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  $keep || rm -rf "$work"
}
trap finish EXIT

title "A shop of 2,000 customers, their year of purchases"
run "$bin/patron-datagen" --size=small --seed=7 --end-day="$(date -u +%F)" --out="$work/shop"

title "Starting the server"
"$bin/patrond" --data="$work/data" --listen=127.0.0.1:0 --http=127.0.0.1:0 \
  --port-file="$work/ports" 2>"$work/patrond.log" &
server=$!
until [ -s "$work/ports" ]; do
  kill -0 "$server" 2>/dev/null || { cat "$work/patrond.log"; exit 1; }
  sleep 0.05
done
read -r port http_port <"$work/ports"
export PATRON_SERVER=127.0.0.1:$port
tail -n 1 "$work/patrond.log"

title "Importing what the shop has"
for kind in customers products stock purchases returns events; do
  run "$bin/patron" import "$kind" "$work/shop/$kind.csv"
done

title "Learning from it, and publishing what was learned"
run "$bin/patron-jobs" build-index --server="$PATRON_SERVER"

# A customer with a year behind her: the first of those with two dozen receipts.
customer=$(awk -F, 'NR > 1 && $2 != "" && $1 != last { last = $1; if (++seen[$2] == 24) { print $2; exit } }' \
  "$work/shop/purchases.csv")
context=$("$bin/patron" customer context "$customer" --json)
store=$(pick 'reply["customer"].get("preferred_store_id") or next(iter(reply["facts"]["stores"]))' <<<"$context")
liked=$(pick 'reply["favourites"][0]["product_id"]' <<<"$context")
second=$(pick 'reply["favourites"][1]["product_id"]' <<<"$context")

title "One customer's picture"
run "$bin/patron" customer context "$customer" --store "$store"

title "Her home page"
run "$bin/patron" recommend home --customer "$customer" --store "$store" -k 10

title "What she buys again, and when it is due"
run "$bin/patron" recommend buy-again --customer "$customer" --store "$store" -k 8

title "The product page of something she likes: what is similar, what goes with it"
run "$bin/patron" recommend similar --product "$liked" --store "$store" -k 5
run "$bin/patron" recommend goes-with --product "$liked" --store "$store" -k 5

title "Her basket: what to add"
run "$bin/patron" recommend basket --customer "$customer" --product "$liked" --product "$second" --store "$store" -k 5

title "She buys something that goes well with other things"
# Of what is similar to her taste, the first product that has complements.
bought=$(cut -d, -f1 "$work/shop/planted.csv" | tail -n +2 | while read -r product; do
  complements=$("$bin/patron" recommend goes-with --product "$product" --store "$store" -k 1 --json |
    pick 'sum(item["reason"] == "goes_with_product" for item in reply["items"])')
  [ "$complements" -gt 0 ] && { echo "$product"; break; }
done || true)
before=$("$bin/patron" recommend home --customer "$customer" --store "$store" -k 10 --json)
run "$bin/patron" purchase record --receipt "demo-$(date +%s)" --customer "$customer" --store "$store" \
  --currency EUR --line "$bought:1:499" --request-id "demo-request"

title "The very next answer"
run "$bin/patron" recommend home --customer "$customer" --store "$store" -k 10
after=$("$bin/patron" recommend home --customer "$customer" --store "$store" -k 10 --json)
BEFORE=$before AFTER=$after BOUGHT=$bought /usr/bin/python3 - <<'PYTHON'
import json, os, sys
before, after = (json.loads(os.environ[name])["items"] for name in ("BEFORE", "AFTER"))
shown = {item["product_id"] for item in before}
new = [item for item in after
       if item["product_id"] not in shown and item.get("because_of") == os.environ["BOUGHT"]]
if not new:
    sys.exit("demo: no item has come in whose reason names the purchase")
for item in new:
    print(f'\nNew on her page: {item["name"]}\n  because: {item["reason_text"]}')
PYTHON

title "Stopping the server"
kill -TERM "$server"
wait "$server"
server=
tail -n 2 "$work/patrond.log"

cat <<TEXT

That was Patron. To call it by hand:

  build/bin/patrond --data=/tmp/my-shop &
  build/bin/patron-datagen --out=/tmp/my-files
  build/bin/patron import products /tmp/my-files/products.csv
  build/bin/patron import purchases /tmp/my-files/purchases.csv
  build/bin/patron-jobs build-index
  build/bin/patron recommend home --customer C0000001
  build/bin/patron --help

The README shows how to bring your own shop's files.
TEXT
$keep && echo "Everything is kept in $work"
exit 0
