// Operators and nightly jobs: bulk feeds in and out, checkpoints, index versions.
namespace cpp patron.wire
namespace py patron.admin
include "types.thrift"
include "storefront.thrift"

// How much of a ranker's gain comes from one feature; the shares add up to 1.
struct FeatureShare { 1: string feature, 2: double share }

struct IndexVersion {
  1: string version
  2: i64 built_at_us
  3: bool serving
  4: i32 products
  5: i64 log_position                      // State it was learned from
  6: double ann_recall
  7: string problem                        // "" = intact
  8: list<FeatureShare> features           // of its ranker, largest first; empty: it has none
  9: double recall_at_10                   // of its ranker on customers it did not learn from
  10: double ndcg_at_10
  11: i32 trial_percent                    // customers who are answered by it beside the serving one
}

// Customers who were answered by one of two versions since a trial began.
struct TrialArm {
  1: string version
  2: i64 customers                         // who bought or were shown something since
  3: i64 buyers
  4: i64 spend                             // minor units of the shop's currency, net of returns
  5: i64 shown                             // items
  6: i64 clicked
  7: i64 bought                            // items, net of returns
}
struct TrialReport {
  1: TrialArm serving
  2: TrialArm trial
  3: i32 percent
  4: i64 started_at_us
  5: bool enough                           // else the three below are 0 and `note` says what is few
  6: double lift                           // mean spend of a customer, trial less serving
  7: double low                            // its 95 % interval
  8: double high
  9: string note
  10: string currency
}

struct CheckpointInfo { 1: string path, 2: i64 log_position, 3: string store_uuid }

struct Stats {
  1: i64 customers
  2: i64 products
  3: i64 stores
  4: i64 purchases
  5: i64 purchase_lines
  6: list<storefront.AmountIn> amounts     // received, before returns
  7: i64 events
  8: i64 log_position
  9: string index_version
  10: i64 store_bytes
  11: i64 resident_bytes
  12: i64 uptime_ms
  13: i64 start_up_ms
  14: string server_version
  15: string artefacts_path
  16: list<storefront.AmountIn> discounts
  17: i64 returns
}

struct SettleReply {
  1: i32 next_customer                     // where to go on; -1 = all were settled
  2: i64 accounts
}

struct CustomersPage { 1: list<types.Customer> customers, 2: string next_cursor }
struct ProductsPage { 1: list<types.Product> products, 2: string next_cursor }
struct StockPage { 1: list<types.StockLevel> levels, 2: string next_cursor }
struct PurchasesPage { 1: list<storefront.HistoryPurchase> purchases, 2: string next_cursor }
struct EventsPage { 1: list<types.Event> events, 2: string next_cursor }

service Admin extends storefront.Session {
  // Feeds: one outcome an element, in order. Safe to repeat.
  list<types.ItemOutcome> importCustomers(1: list<types.Customer> customers) throws (1: types.PatronError error)
  list<types.ItemOutcome> importProducts(1: list<types.Product> products) throws (1: types.PatronError error)
  list<types.ItemOutcome> importStock(1: list<types.StockLevel> levels) throws (1: types.PatronError error)
  list<types.ItemOutcome> importPurchases(1: list<types.Purchase> purchases) throws (1: types.PatronError error)
  list<types.ItemOutcome> importReturns(1: list<types.PurchaseReturn> returns) throws (1: types.PatronError error)
  list<types.ItemOutcome> importEvents(1: list<types.Event> events) throws (1: types.PatronError error)

  // Everything, page by page; `cursor` "" starts, `limit` 1 to 10000.
  CustomersPage exportCustomers(1: i32 limit, 2: string cursor) throws (1: types.PatronError error)
  ProductsPage exportProducts(1: i32 limit, 2: string cursor) throws (1: types.PatronError error)
  StockPage exportStock(1: i32 limit, 2: string cursor) throws (1: types.PatronError error)
  PurchasesPage exportPurchases(1: i32 limit, 2: string cursor) throws (1: types.PatronError error)
  EventsPage exportEvents(1: i32 limit, 2: string cursor) throws (1: types.PatronError error)

  // A consistent copy of State (hard links) for a job on this machine.
  CheckpointInfo createCheckpoint() throws (1: types.PatronError error)
  void dropCheckpoint(1: string path) throws (1: types.PatronError error)

  list<IndexVersion> listIndexes() throws (1: types.PatronError error)
  // Verifies, loads beside the serving one, swaps. A refused version changes nothing.
  IndexVersion publishIndex(1: string version) throws (1: types.PatronError error)
  // Back to the version that served before the present one.
  IndexVersion rollbackIndex() throws (1: types.PatronError error)

  // Two versions side by side: `percent` (1 to 99) of customers, by a stable hash
  // of id and version, are answered by `version`, the others by the serving one.
  // A holdout of recommendations stays with the serving one. One trial at a time.
  IndexVersion startTrial(1: string version, 2: i32 percent) throws (1: types.PatronError error)
  TrialReport trialReport() throws (1: types.PatronError error)
  void stopTrial() throws (1: types.PatronError error)

  // Nightly: expires points, reviews tiers, gives birthday points, for at most
  // `customers` (1 to 10000) from the ordinal `first_customer` on.
  SettleReply settleAccounts(1: i32 first_customer, 2: i32 customers) throws (1: types.PatronError error)

  Stats stats() throws (1: types.PatronError error)
}
