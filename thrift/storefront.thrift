// Storefronts, tills, kiosks and clerks: recommendations while the customer
// waits, purchases the moment they happen, one customer's picture.
namespace cpp patron.wire
namespace py patron.storefront
include "types.thrift"
include "checkout.thrift"

enum Placement {
  HOME = 1,          // for you
  SIMILAR = 2,       // product page: others of its kind
  GOES_WITH = 3,     // product page: bought together with it
  BASKET = 4,        // add-on to what is in the basket
  BUY_AGAIN = 5,     // what is due, and when
  TRENDING = 6,      // what sells more than it used to, per store
  NEW_ARRIVALS = 7,  // first listed lately, matched to taste
  SUBSTITUTE = 8,    // product page, out of stock: what does instead, and is there
  CHECKOUT = 9,      // one small extra
  AFTER_PURCHASE = 10,  // care guides, services, warranties and consumables for what was bought
  KIOSK = 11,        // nobody known: what this store sells
  EMAIL = 12         // a list that may be read days later
}

enum ReasonCode {
  BOUGHT_BEFORE = 1, DUE_AGAIN = 2, GOES_WITH_PURCHASE = 3, SIMILAR_TO_PURCHASE = 4,
  SIMILAR_TO_VIEWED = 5, GOES_WITH_PRODUCT = 6, SIMILAR_TO_PRODUCT = 7,
  GOES_WITH_BASKET = 8, TRENDING = 9, POPULAR = 10, POPULAR_IN_STORE = 11,
  PRIORITY_CATEGORY = 12, SAME_CATEGORY = 13, NEW_ARRIVAL = 14, IN_CATALOGUE = 15,
  SUBSTITUTE_FOR = 16, COMPLETES_SET = 17, CARES_FOR_PURCHASE = 18, SMALL_EXTRA = 19
}

// What may be shown. Absent or empty = no restriction.
struct Filter {
  1: bool in_stock_only = false            // products whose stock is told and positive in `store_id`
  2: list<string> categories               // any level of the category path
  3: list<string> brands
  4: optional i64 min_price                // minor units, both ends inclusive
  5: optional i64 max_price
  6: list<string> exclude_product_ids
  7: list<types.PriceTier> price_tiers
  8: string rule                           // product rule in the language of segments
}

struct RecommendRequest {
  1: Placement placement
  2: optional string customer_id           // absent: anonymous
  3: list<string> product_ids              // the product page's product, or the basket
  4: string store_id
  5: string channel
  6: i32 k = 10                            // 1 to 500
  7: Filter filter
  8: i32 not_bought_days = 0               // leave out what she bought in the last so many days, unless due again
  9: optional double due_weight            // of products bought before: 0 leaves them out, 2 doubles their scores (0 to 100)
  10: optional double novelty_weight       // of products new to the customer, likewise
  11: i32 per_category = 0                 // at most so many of a narrowest category among any ten; 0 = the placement's own
  12: bool spread_price_tiers = false      // low, middle and high prices each stand among the first ten
}

struct RecommendedItem {
  1: string product_id
  2: string name
  3: double score                          // comparable within one answer
  4: ReasonCode reason
  5: string reason_text
  6: list<string> limitations              // what the buyer should know
  7: optional i64 price
  8: optional string currency
  9: optional string because_of            // product id that the reason names
  10: optional i32 due_day                 // BUY_AGAIN: days since 1970-01-01
}

struct RecommendReply {
  1: list<RecommendedItem> items
  2: string impression_token               // hand it back with clicks and purchases
  3: string index_version                  // "" = no index published yet
  4: list<string> notes                    // what the caller should know of this answer
  5: string ranking_version                // what put it in order
}

// The content of an impression token, after its signature was checked.
struct ImpressionContent {
  1: i64 answer_id
  2: Placement placement
  3: string customer_id
  4: string store_id
  5: i64 shown_at_us
  6: string index_version
  7: string ranking_version
  8: list<string> product_ids
}

// ---- one customer ------------------------------------------------------------

struct AmountIn { 1: string currency, 2: i64 amount }
struct StoreVisits { 1: string store_id, 2: i32 purchases }
struct ChannelVisits { 1: string channel, 2: i32 purchases }

// Counts and sums over everything known of one customer, net of returns.
struct CustomerFacts {
  1: i32 purchases
  2: i32 lines
  3: list<AmountIn> spend
  4: i32 returns
  5: list<AmountIn> returned
  6: i32 first_day                         // days since 1970-01-01; 0 = never
  7: i32 last_day
  8: list<StoreVisits> stores
  9: list<ChannelVisits> channels
  10: i32 distinct_products
  11: optional string first_source
  12: i32 events
}

struct ItemHistory {
  1: string product_id
  2: string name
  3: i32 times                             // receipts that hold it, returned ones left out
  4: i32 first_day
  5: i32 last_day
  6: optional i32 usual_interval_days
  7: optional i32 due_day
}

struct HistoryPurchase { 1: types.Purchase purchase, 2: list<types.PurchaseReturn> returns }

// Newest first. `next_cursor` "" = this was the last page.
struct HistoryPage {
  1: list<HistoryPurchase> purchases
  2: list<types.Event> events
  3: string next_cursor
}

// What a clerk sees at once.
struct CustomerContext {
  1: types.Customer customer
  2: CustomerFacts facts
  3: list<ItemHistory> favourites
  4: list<HistoryPurchase> last_purchases
  5: list<RecommendedItem> due
  6: list<RecommendedItem> next_best
  7: list<types.Event> last_events
  8: list<checkout.Balance> balances       // points and tier, by programme
  9: list<checkout.IssuedOffer> issued     // her personal offers
  10: optional checkout.NextOffer next_offer   // the best of those that run; absent: none is worth it
}

struct PurchaseOutcome { 1: optional types.PurchaseReply reply, 2: optional types.PatronError error }

service Session {
  // Once, first, on a connection of a server that knows tokens.
  void authenticate(1: string token) throws (1: types.PatronError error)

  // A fixed answer of `items` items without looking at anything: what the wire costs.
  RecommendReply readyAnswer(1: i32 items) throws (1: types.PatronError error)
}

service Storefront extends Session {
  RecommendReply recommend(1: RecommendRequest request) throws (1: types.PatronError error)

  // Checks a token's signature and tells what it says.
  ImpressionContent explainImpression(1: string impression_token) throws (1: types.PatronError error)

  // `request_id`: the caller's own, for safe retries; a repeat gets the first reply.
  types.PurchaseReply recordPurchase(1: string request_id, 2: types.Purchase purchase) throws (1: types.PatronError error)
  types.ReturnReply recordReturn(1: string request_id, 2: types.PurchaseReturn purchase_return) throws (1: types.PatronError error)
  types.EventReply recordEvent(1: string request_id, 2: types.Event event) throws (1: types.PatronError error)

  // Many at once (a till that was off-line). Safe to repeat: receipts count once.
  list<PurchaseOutcome> recordPurchases(1: list<types.Purchase> purchases) throws (1: types.PatronError error)

  void putCustomer(1: string request_id, 2: types.Customer customer) throws (1: types.PatronError error)
  types.Customer getCustomer(1: string customer_id) throws (1: types.PatronError error)
  HistoryPage getHistory(1: string customer_id, 2: i32 limit, 3: string cursor) throws (1: types.PatronError error)
  CustomerContext getContext(1: string customer_id, 2: string store_id) throws (1: types.PatronError error)
}
