// Rows as they stand in the store, where a row is more than a command's own struct.
// Compact protocol; fields are added, never renumbered.
namespace cpp patron.wire
include "types.thrift"
include "commands.thrift"

// people: what names a person, and nothing else does.
// Column family `people`, one row a customer, holds types.Customer whole.

// products: types.Product whole. stock: StockRow.
struct StockRow {
  1: optional i64 quantity_milli
  2: optional i64 price
  3: string currency
  4: i64 as_of_us
  5: optional i64 previous_price           // price before the last change
  6: i64 price_changed_at_us
  7: i64 restocked_at_us                   // last change from none to some
}

struct StoredDiscount { 1: string cause, 2: i64 amount, 3: bool third_party }

struct StoredLine {
  1: i32 product                           // ordinal
  2: i64 quantity_milli
  3: i64 amount
  4: i64 list_amount
  5: list<StoredDiscount> discounts
  6: i64 tax
  7: i64 returned_milli
  8: i64 refunded                          // part of amount given back
}

struct StoredReturn {
  1: string return_id
  2: i64 happened_at_us
  3: i32 local_day
  4: list<types.ReturnLine> lines
  5: i64 refund
  6: string store_id
  7: string reason
  8: list<i64> line_refunds
  9: i64 log_position
}

// purchases: one row a receipt, under its customer and time.
struct PurchaseRow {
  1: string receipt_id
  2: i32 store                             // ordinal
  3: string channel
  4: string currency
  5: i32 local_day
  6: list<StoredLine> lines
  7: list<StoredReturn> returns
  8: i64 log_position
  9: i64 logged_at_us
  10: optional string impression_token
  11: string actor
}

// events: one row an event, under its customer and time.
struct EventRow {
  1: i32 kind
  2: i32 product                           // ordinal, -1 = none
  3: i32 store                             // ordinal, -1 = none
  4: string channel
  5: i32 local_day
  6: optional i64 dwell_ms
  7: optional string text
  8: optional i64 value
  9: optional string source
  10: optional string impression_token
  11: map<string, string> attributes
  12: i64 log_position
  13: i64 logged_at_us
  14: string event_id
}

// impressions: one row a command.
struct ImpressionsRow { 1: list<commands.Impression> impressions }

// replies: one row a remembered request, under its log position.
struct ReplyRow {
  1: string request_id
  2: binary body_digest                    // 16 bytes
  3: commands.CommandReply reply
  4: i64 logged_at_us
}

// facts: one row a customer; `recent` and `changed` are packed (server/facts/codec.h).
struct FactsRow {
  1: i32 purchases
  2: i32 lines
  3: map<string, i64> spend                // currency -> minor units, net of returns
  4: i32 returns
  5: map<string, i64> returned
  6: i32 first_day
  7: i32 last_day
  8: map<i32, i32> stores                  // ordinal -> purchases
  9: map<string, i32> channels
  10: optional string first_source
  11: i64 first_source_at_us
  12: i32 events
  13: binary recent
  14: binary changed                       // items since the last sealed chunk
  15: i32 chunks                           // sealed chunks in `items`
  16: i64 latest_at_us                     // of the newest purchase
  17: i64 latest_digest                    // of its receipt id: tells two of one moment apart
  18: list<i32> latest                     // its first products, ordinals
  19: list<string> priorities              // of her profile
}

// meta "totals": over the whole shop, before returns.
struct TotalsRow {
  1: i64 purchases
  2: i64 lines
  3: map<string, i64> amounts
  4: map<string, i64> discounts
  5: i64 returns
  6: i64 events
}

// meta "applied": how far the log has been applied.
struct AppliedRow { 1: i64 log_position, 2: i64 logged_at_us }
