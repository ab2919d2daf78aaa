// The table of commands, loyalty, marketing, segments and campaigns beside:
// name, arguments, summary, options, notes, examples, how many arguments, and
// the function that runs it.
#include "tools/patron/commands.h"
#include "tools/patron/program.h"

namespace patron::cli {
namespace {

constexpr char kImportNotes[] =
    R"(KIND is customers, products, stock, purchases, returns or events; FILE may be - for
standard input, plain or gzip, CSV with a header line or JSON lines. A refused row is
told with its line and reason and does not stop the rest; a receipt is refused as a
whole. Safe to repeat: what is known already is counted, not refused.

Columns (a mapping file can give others; lists are separated by ';', times are ISO 8601,
amounts whole minor units, quantities decimals):
  customers  customer_id, name, email, phone, locale, birth_year, birth_month, birth_day,
             gender, household_size, children_birth_years, priorities,
             service_preference (assisted, self), preferred_store_id, preferred_channel,
             associate, is_staff, is_partner, is_business, time_zone, attr.NAME,
             contact.NAME, consent.CHANNEL.PURPOSE
  products   product_id, name, category_path ('>' between levels), brand, price_tier
             (low, middle, high), motive (quality, value), price, currency, minimum_age,
             seller, variant_of, compatible_with, limitations, discontinued, attr.NAME
  stock      product_id, store_id, quantity, price, currency, as_of
  purchases  receipt_id, customer_id, store_id, channel, currency, happened_at,
             impression_token, product_id, quantity, amount, list_amount, tax,
             discount.CAUSE, third_party_discount.CAUSE: a row a line, the rows of a
             receipt one after the other
  returns    return_id, receipt_id, happened_at, store_id, reason, line (from 0), quantity
  events     event_id, kind, customer_id, happened_at, product_id, store_id, channel,
             dwell_ms, text, value, source, impression_token, measure (of a
             survey: nps, csat, ces, csi), attr.NAME
JSON lines have the same names; "attributes", "contacts", "consents", "discounts" and
"third_party_discounts" are objects, and purchases and returns have "lines".)";

constexpr char kExportNotes[] =
    R"(Writes exactly what `import` reads, through pages, so that memory stays small. CSV
needs two passes (its header names every attr.NAME) and leaves out when and where a
consent was given; JSON lines carry everything.

KIND definitions writes programmes, offers and code batches as the TOML files that
`definitions apply` reads: with --out into a folder, with the version that they are of.)";

}  // namespace

std::vector<Command> ShopCommands() {
  return {
      {"import",
       "KIND FILE",
       "Reads a file into the server",
       {{"mapping", "FILE", "a TOML file with the shop's own column names"},
        {"format", "FORMAT",
         "csv or jsonl (default: what the first byte tells)"},
        {"errors", "FILE", "writes all refused rows there"},
        {"strict", nullptr, "stops at the first refused row"},
        {"batch", "N", "elements a call (default 500)"}},
       kImportNotes,
       R"(patron import products products.csv
          patron import purchases receipts.jsonl.gz --errors refused.txt
          patron import purchases transactions.csv.gz --mapping complete_journey.toml
          zcat events.csv.gz | patron import events - --json)",
       2,
       2,
       RunImport},
      {"export",
       "KIND",
       "Writes everything of a kind",
       {{"format", "FORMAT", "jsonl (default) or csv"},
        {"out", "FILE", "writes there instead of standard output"},
        {"version", "N", "definitions: of that version (default: present)"}},
       kExportNotes,
       R"(patron export purchases --out purchases.jsonl
          patron export products --format csv | head
          patron export definitions --out shop)",
       1,
       1,
       RunExport},
      {"customer get",
       "ID",
       "Shows a customer's profile",
       {},
       "",
       "patron customer get c1",
       1,
       1,
       RunCustomerGet},
      {"customer history",
       "ID",
       "Shows purchases and events, newest first",
       {{"limit", "N", "purchases and events a page (default 20)"},
        {"cursor", "CURSOR", "goes on where a page ended"}},
       "",
       R"(patron customer history c1 --limit 5
          patron customer history c1 --json)",
       1,
       1,
       RunCustomerHistory},
      {"customer context",
       "ID",
       "Shows what a clerk should see at once",
       {{"store", "ID", "the store that the clerk is in"}},
       "",
       "patron customer context c1 --store s1",
       1,
       1,
       RunCustomerContext},
      {"recommend",
       "PLACEMENT",
       "Asks for recommendations",
       {{"customer", "ID", "for whom (default: anonymous)"},
        {"product", "ID",
         "the page's product, or one of the basket (repeat it)"},
        {"store", "ID", "in which store"},
        {"channel", "NAME", "in which channel"},
        {"k", "N", "how many (default 10, at most 500)"},
        {"in-stock", nullptr, "only what the store has"},
        {"category", "NAME", "only of this category, on any level (repeat it)"},
        {"brand", "NAME", "only of this brand (repeat it)"},
        {"min-price", "AMOUNT", "in minor units, inclusive"},
        {"max-price", "AMOUNT", "in minor units, inclusive"},
        {"exclude", "ID", "without this product (repeat it)"},
        {"rule", "RULE", "only products for which this rule holds"},
        {"not-bought-days", "N",
         "without what she bought in the last N days and is not due again"},
        {"due-weight", "WEIGHT",
         "of what she bought before: 0 leaves it out, 2 doubles it (to 100)"},
        {"novelty-weight", "WEIGHT", "of what is new to her, likewise"},
        {"per-category", "N",
         "at most N of a narrowest category among any ten (to 10)"},
        {"spread-price-tiers", nullptr,
         "low, middle and high prices among the first ten"}},
       "PLACEMENT is home, similar, goes-with, basket, buy-again, trending, "
       "new-arrivals, substitute, checkout, after-purchase, kiosk or email.",
       R"(patron recommend home --customer c1
          patron recommend goes-with --product p42 -k 5
          patron recommend basket --product p1 --product p2 --store s1 --in-stock
          patron recommend buy-again --customer c1 --json
          patron recommend home --customer c1 --due-weight 0 --per-category 2
          patron recommend substitute --product p42 --store s1
          patron recommend home --customer c1 --rule 'category has "tea" and price < 1000')",
       1,
       1,
       RunRecommend},
      {"purchase record",
       "[-]",
       "Records a purchase, from options or JSON lines",
       {{"receipt", "ID", "the receipt's number: it counts once"},
        {"customer", "ID", "who bought (default: anonymous)"},
        {"store", "ID", "where"},
        {"channel", "NAME", "default store"},
        {"currency", "CODE", "ISO 4217, such as EUR"},
        {"at", "TIME", "ISO 8601 (default: now)"},
        {"line", "PRODUCT:QUANTITY:AMOUNT",
         "a line, amount in minor units (repeat it)"},
        {"impression", "TOKEN", "the recommendation that led to it"},
        {"request-id", "ID",
         "for safe retries: a repeat gets the first reply"}},
       "",
       R"(patron purchase record --receipt r1 --customer c1 --store s1 --currency EUR --line p1:2:398
          patron purchase record - < receipt.jsonl)",
       0,
       1,
       RunPurchaseRecord},
      {"purchase return",
       "",
       "Takes lines of a receipt back",
       {{"receipt", "ID", "the receipt's number"},
        {"return-id", "ID", "the return's own number: it counts once"},
        {"line", "LINE:QUANTITY", "a line of the receipt, from 0 (repeat it)"},
        {"store", "ID", "where"},
        {"reason", "TEXT", "why"},
        {"at", "TIME", "ISO 8601 (default: now)"},
        {"request-id", "ID",
         "for safe retries: a repeat gets the first reply"}},
       "",
       "patron purchase return --receipt r1 --return-id x1 --line 0:1 --reason "
       "damaged",
       0,
       0,
       RunPurchaseReturn},
      {"event record",
       "",
       "Records a view, a click, a search or another event",
       {{"kind", "KIND",
         "view, click, search, wish, cart_add, review or another"},
        {"customer", "ID", "of whom"},
        {"product", "ID", "of which product"},
        {"store", "ID", "where"},
        {"channel", "NAME", "in which channel"},
        {"at", "TIME", "ISO 8601 (default: now)"},
        {"id", "ID", "the event's own number: it counts once"},
        {"dwell-ms", "N", "how long it was looked at"},
        {"text", "TEXT", "of a search, a review or an inquiry"},
        {"value", "N", "score of what was told, or count of visitors"},
        {"measure", "WHAT", "what a survey asked: nps, csat, ces, csi"},
        {"source", "NAME", "where she came from"},
        {"impression", "TOKEN", "the recommendation that led to it"},
        {"attr", "NAME=VALUE", "anything else (repeat it)"},
        {"request-id", "ID",
         "for safe retries: a repeat gets the first reply"}},
       "",
       R"(patron event record --kind view --customer c1 --product p42 --channel web
          patron event record --kind search --customer c1 --text "oat milk")",
       0,
       0,
       RunEventRecord},
  };
}

std::vector<Command> OperatorCommands() {
  return {
      {"index list",
       "",
       "Lists the index versions",
       {},
       "",
       "patron index list",
       0,
       0,
       RunIndexList},
      {"index show",
       "VERSION",
       "Shows how well a version's learned order foretells, and by what",
       {},
       "",
       "patron index show 20260102T030405",
       1,
       1,
       RunIndexShow},
      {"index publish",
       "VERSION",
       "Lets the server use a version",
       {},
       "",
       "patron index publish 20260102T030405",
       1,
       1,
       RunIndexPublish},
      {"index rollback",
       "",
       "Goes back to the version before",
       {},
       "",
       "patron index rollback",
       0,
       0,
       RunIndexRollback},
      {"trial start",
       "VERSION",
       "Answers a share of customers by another index version",
       {{"percent", "N", "of customers, 1 to 99 (default 10)"}},
       "The split is a stable hash; a holdout of recommendations stays with\n"
       "the serving version. One trial at a time.",
       "patron trial start 20260102T030405 --percent 20",
       1,
       1,
       RunTrialStart},
      {"trial report",
       "",
       "Shows what both versions brought since the trial began",
       {},
       "",
       "patron trial report --json",
       0,
       0,
       RunTrialReport},
      {"trial stop",
       "",
       "Answers everybody by the serving version again",
       {},
       "",
       "patron trial stop",
       0,
       0,
       RunTrialStop},
      {"checkpoint create",
       "",
       "Makes a consistent copy of the store",
       {},
       "",
       "patron checkpoint create --json",
       0,
       0,
       RunCheckpointCreate},
      {"checkpoint drop",
       "PATH",
       "Removes such a copy",
       {},
       "",
       "patron checkpoint drop /var/lib/patron/checkpoints/7",
       1,
       1,
       RunCheckpointDrop},
      {"impression explain",
       "TOKEN",
       "Tells what an impression token says",
       {},
       "",
       "patron impression explain TOKEN",
       1,
       1,
       RunImpressionExplain},
      {"stats",
       "",
       "Counts and sizes of the server",
       {},
       "",
       R"(patron stats
          patron stats --server shop.example:7450 --token-file token.txt --json)",
       0,
       0,
       RunStats},
  };
}

absl::Span<const Command> Commands() {
  static const auto* const kCommands = [] {
    auto* const all = new std::vector<Command>;
    for (const auto& part :
         {ShopCommands(), LoyaltyCommands(), MarketingCommands(),
          SegmentCommands(), CampaignCommands(), OperatorCommands()})
      all->insert(all->end(), part.begin(), part.end());
    return all;
  }();
  return *kCommands;
}

}  // namespace patron::cli
