// Tills, storefronts and clerks: quotes, reservations, points and tiers.
namespace cpp patron.wire
namespace py patron.loyalty
include "types.thrift"
include "checkout.thrift"
include "storefront.thrift"

// What a clerk sees at once of points and offers.
struct LoyaltyPicture {
  1: list<checkout.Balance> balances
  2: list<checkout.Entry> last_entries
  3: list<checkout.IssuedOffer> issued
  4: list<string> external_ids             // that lead to this customer
}

service Loyalty extends storefront.Session {
  checkout.Quote quote(1: checkout.QuoteRequest request) throws (1: types.PatronError error)

  // `reservation_id`: the caller's own, good once. `hold_seconds` 10 to 86400.
  // What is taken must equal the quote of `quote_token`, else FAILED_PRECONDITION
  // says what changed; "" takes whatever holds now.
  checkout.Reservation reserve(1: string request_id, 2: string reservation_id, 3: checkout.QuoteRequest request,
                               4: string quote_token, 5: i32 hold_seconds) throws (1: types.PatronError error)
  checkout.CommitReply commit(1: string request_id, 2: string reservation_id, 3: string receipt_id,
                              4: i64 happened_at_us, 5: string impression_token) throws (1: types.PatronError error)
  void release(1: string request_id, 2: string reservation_id) throws (1: types.PatronError error)

  // An anonymous receipt becomes the customer's, with its points.
  checkout.CommitReply claimReceipt(1: string request_id, 2: string receipt_id, 3: string customer_id) throws (1: types.PatronError error)

  list<checkout.Balance> balances(1: string customer_id) throws (1: types.PatronError error)
  checkout.EntriesPage entries(1: string customer_id, 2: i32 limit, 3: string cursor) throws (1: types.PatronError error)
  LoyaltyPicture loyaltyPicture(1: string customer_id) throws (1: types.PatronError error)
  // Why a receipt gave the points that it gave, or none.
  list<string> explainReceipt(1: string receipt_id) throws (1: types.PatronError error)

  // `points` may be negative; never below zero. A clerk's limit is the programme's.
  checkout.PointsChange adjustPoints(1: string request_id, 2: string customer_id, 3: string programme_id,
                                     4: i64 points, 5: string reason) throws (1: types.PatronError error)
  // Another id (card, phone, e-mail, cookie) that leads to the customer.
  void linkId(1: string request_id, 2: string customer_id, 3: string external_id) throws (1: types.PatronError error)
  // Two who are one: everything of `absorbed_id` becomes `kept_id`'s; both ids answer.
  void mergeCustomers(1: string request_id, 2: string kept_id, 3: string absorbed_id) throws (1: types.PatronError error)
  // `friend_id` came by `referrer_id`; both earn when the first purchase is kept.
  void refer(1: string request_id, 2: string referrer_id, 3: string friend_id) throws (1: types.PatronError error)

  // The request's lines and `offers` fixed decisions without looking at anything: what the wire costs.
  checkout.Quote readyQuote(1: checkout.QuoteRequest request, 2: i32 offers) throws (1: types.PatronError error)
}
