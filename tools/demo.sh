#!/usr/bin/env bash
# Shows Patron's main job end to end: makes a shop, starts patrond, imports, learns,
# recommends, records a purchase and shows how the very next answer changed; then points
# and offers: rules from files, a basket with discounts and points, a partial return, a draw;
# then segments and campaigns: a count while typing, a list planned and frozen, its outcome.
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

title "The shop's programmes and offers are files: what would they change, what would they have cost?"
cp -r tools/demo_shop "$work/rules"
# Campaigns that may be sent from today on.
sed -i "s/^starts = 2026-01-01/starts = $(date -u +%F)/" "$work/rules/campaigns.toml"
run "$bin/patron" apply "$work/rules" --dry-run --replay-days 30
run "$bin/patron" apply "$work/rules" --yes

title "A new customer joins the Club and gets 500 beans"
printf 'customer_id,name,preferred_store_id\nanna,Anna Demo,%s\n' "$store" >"$work/anna.csv"
printf 'customer_id,points\nanna,500\n' >"$work/bonus.csv"
run "$bin/patron" import customers "$work/anna.csv"
run "$bin/patron" points bonus club "$work/bonus.csv" --bonus-id demo-welcome --reason "welcome to the Club"

# The first product of a category, its name in the list of products.
first_of() { awk -F, -v path="$1" 'index($3, path) { print $1 ":" $7; exit }' "$work/shop/products.csv"; }
IFS=: read -r tea tea_price <<<"$(first_of "Hot drinks>Tea")"
IFS=: read -r gift gift_price <<<"$(first_of "Kitchen>Cookware")"
basket=(--customer anna --store "$store" --channel store --currency EUR
  --line "$tea:2:$((2 * tea_price))" --line "$gift:2:$((2 * gift_price))" --line "$liked:1:2500"
  --code WELCOME5 --points club:500)

title "Her first basket: a member discount, a coupon, and beans that pay"
run "$bin/patron" quote "${basket[@]}"
token=$("$bin/patron" quote "${basket[@]}" --json | pick 'reply["quote_token"]')
reserved=$("$bin/patron" reserve --reservation demo-basket --quote-token "$token" "${basket[@]}" --json)
printf '\nreserved: %s cents to pay, as quoted\n' "$(pick 'reply["quote"]["total"]' <<<"$reserved")"
run "$bin/patron" commit --reservation demo-basket --receipt demo-first

title "She brings one of the teas back"
run "$bin/patron" purchase return --receipt demo-first --return-id demo-back --line 0:1 --store "$store"
run "$bin/patron" points explain demo-first

title "What a clerk sees"
run "$bin/patron" customer loyalty anna

title "What marketing sees: budgets, what is owed, and that the books balance"
run "$bin/patron" offers list
run "$bin/patron" points liability
run "$bin/patron" points check

title "How many buy hot drinks regularly? A rule is counted while one types"
coffee='distinct(lines.day where lines.category has "Hot drinks", last 90 days) >= 3'
run "$bin/patron" segment count "$coffee"
run "$bin/patron" segment count "$coffee and consent[\"email/marketing\"]"

title "A typing mistake is answered with its place"
run "$bin/patron" segment count 'purchasess >= 3 and age > 30' || true

title "Segments: the shop's own, and ready-made ones"
run "$bin/patron" segment list

title "Why is she in one, or out of it?"
run "$bin/patron" segment explain "$customer" coffee-lovers
run "$bin/patron" segment explain "$customer" vip

title "Two segments compared"
run "$bin/patron" segment compare coffee-lovers web-shoppers

title "A campaign, tried out: how many, why the others not, what they would get"
run "$bin/patron" campaign plan coffee-week --dry-run --sample 2

title "Planned: the contacts are reserved; frozen: the list never changes"
run "$bin/patron" campaign plan coffee-week --run demo-coffee --wait
run "$bin/patron" campaign freeze demo-coffee
run "$bin/patron" campaign export demo-coffee --format jsonl --out "$work/coffee.jsonl"
head -2 "$work/coffee.jsonl" | cut -c 1-400

title "The sender reports back, some of them buy, and the outcome is compared with those held out"
# All are sent, six in ten look, two in ten click.
/usr/bin/python3 - "$work/coffee.jsonl" >"$work/reported.csv" <<'PYTHON'
import datetime, json, sys
now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
print("customer_id,kind,time")
for at, line in enumerate(open(sys.argv[1])):
    customer = json.loads(line)["customer_id"]
    for kind, share in (("sent", 10), ("shown", 6), ("clicked", 2)):
        if at % 10 < share:
            print(f"{customer},{kind},{now}")
PYTHON
run "$bin/patron" campaign report demo-coffee "$work/reported.csv"
# Of those held out some buy as well, without having been asked.
held_out() {
  "$bin/patron" segment export coffee-lovers | tail -n +2 | tr -d '\r' | while read -r id; do
    "$bin/patron" customer contacts "$id" --json |
      grep '"state":"held_out"' >/dev/null && echo "$id"
  done || true
}
{
  awk -F, '$2 == "clicked" { print $1 }' "$work/reported.csv" | head -40
  held_out | sed -n '1~4p'
} | while read -r buyer; do
  "$bin/patron" purchase record --receipt "demo-coffee-$buyer" --customer "$buyer" --store "$store" \
    --currency EUR --line "$tea:1:$tea_price" >/dev/null
done
run "$bin/patron" campaign outcome demo-coffee

title "One customer's contacts: made, planned, and why not"
contacted=$(awk -F, '$2 == "clicked" { print $1; exit }' "$work/reported.csv")
run "$bin/patron" customer contacts "$contacted"

title "A prize draw, repeated from its seed without the server"
lotto="lotto numbers of 2026-11-21: 3 9 12 31 40 44"
run "$bin/patron" draw demo --seed "$lotto" --winners 3 | tee "$work/drawn"
"$bin/patron" export customers | /usr/bin/python3 -c \
  'import json, sys; [print(json.loads(line)["customer_id"]) for line in sys.stdin]' >"$work/entrants"
run "$bin/patron" draw repeat --seed "$lotto" --entrants "$work/entrants" --winners 3 | tee "$work/repeated"
diff <(grep -E '^ +[0-9]' "$work/drawn") <(grep -E '^ +[0-9]' "$work/repeated") ||
  { echo "demo: the repeated draw has other winners"; exit 1; }

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
  build/bin/patron apply tools/demo_shop --dry-run
  build/bin/patron --help

The README shows how to bring your own shop's files.
TEXT
$keep && echo "Everything is kept in $work"
exit 0
