// Quote → reserve → commit → return: one protocol over price, offers, points,
// budgets and tier credit; and what a clerk sees of points and tiers.
//
// A quote changes nothing. A reservation checks everything anew and takes
// points, budget and codes until it is committed (this records the purchase),
// released, or expires.
namespace cpp patron.wire
namespace py patron.checkout
include "types.thrift"
include "definitions.thrift"

struct BasketLine {
  1: string product_id
  2: i64 quantity_milli = 1000
  3: i64 list_amount                       // of the whole quantity, before offers
  4: i64 tax = 0                           // contained in list_amount
  5: optional i64 match_amount             // a competitor's price of the whole quantity
}

struct PointsToPay { 1: string programme_id, 2: i64 points }   // points -1 = as many as may

struct QuoteRequest {
  1: optional string customer_id           // absent: anonymous
  2: string store_id
  3: string channel
  4: string currency
  5: list<BasketLine> lines
  6: list<string> codes
  7: list<PointsToPay> points
  8: i64 delivery = 0                      // what delivery costs before offers
}

struct OfferShare { 1: string offer_id, 2: i64 amount }

struct QuoteLine {
  1: string product_id
  2: i64 quantity_milli
  3: i64 list_amount
  4: list<OfferShare> discounts            // by offer, in the order applied
  5: i64 paid_by_points
  6: i64 amount                            // to pay: list_amount less discounts and points
  7: i64 tax                               // contained in amount
  8: string blocked                        // "" = may be sold; else why not yet
}

enum OfferReason {
  APPLIED = 1, NOT_STARTED = 2, ENDED = 3, PAUSED = 4, NOT_ELIGIBLE = 5, NOTHING_IN_SCOPE = 6,
  BELOW_MINIMUM = 7, NEEDS_CODE = 8, NEEDS_CUSTOMER = 9, NO_OCCASION = 10, NOT_DRAWN = 11,
  NOT_ISSUED = 12, USES_GONE = 13, BUDGET_GONE = 14, CUSTOMER_USES_GONE = 15, OTHER_CURRENCY = 16,
  OTHER_CHANNEL = 17, OTHER_STORE = 18, OUTBID = 19, NO_GAIN = 20, NOT_MEMBER = 21
}

struct OfferDecision {
  1: string offer_id
  2: string name
  3: OfferReason reason
  4: string text                           // for people; names what is missing and by how much
  5: i64 discount = 0
  6: string code                           // that let it in
  7: i64 points = 0                        // that it adds
  8: i64 missing = 0                       // BELOW_MINIMUM: minor units or thousandths
  9: string gift_product_id
  10: i64 gift_quantity_milli = 0
}

enum CodeReason { USED_NOW = 1, UNKNOWN = 2, SPENT = 3, RESERVED = 4, REPEATED = 5, OFFER_REFUSED = 6 }
struct CodeDecision { 1: string code, 2: CodeReason reason, 3: string offer_id, 4: string text }

struct PointsDecision {
  1: string programme_id
  2: i64 earned                            // by this basket
  3: list<i64> earned_by_line
  4: i32 available_day                     // from which on they may be spent
  5: i32 expiry_day                        // last day; 0 = never
  6: i64 spent
  7: i64 paid                              // minor units that `spent` pays
  8: i64 available                         // before this basket
  9: list<string> reasons                  // why so many, or why none
  10: string tier_id                       // "" = none
  11: string next_tier_id                  // "" = none above
  12: i64 missing_credit                   // after this basket, to the next tier
  13: i64 credit                           // that this basket gives
  14: list<i64> credit_by_line
  15: string tier_after_id                 // with this basket committed
  16: string credit_currency               // of credit; "" = it is points
}

struct Quote {
  1: list<QuoteLine> lines
  2: list<OfferDecision> offers            // applied ones first, in order
  3: list<CodeDecision> codes
  4: list<PointsDecision> points
  5: i64 list_total
  6: i64 discount_total
  7: i64 points_total                      // paid by points
  8: i64 total                             // to pay, delivery included
  9: i64 delivery                          // after offers
  10: bool exhaustive                      // every combination of the applicable offers was tried
  11: i64 definitions_version
  12: string quote_token                   // hand it to reserve
  13: i64 valid_until_us
  14: list<string> notes
}

struct Reservation {
  1: string reservation_id
  2: Quote quote                           // as reserved
  3: i64 expires_at_us
  4: i64 log_position
  5: bool duplicate                        // was reserved before by this id
}

struct PointsChange {
  1: string programme_id
  2: i64 points                            // of the balance, pending included
  3: i64 balance                           // after
  4: string tier_id                        // after
  5: string text                           // "gold until 2027-03-01"
}

struct CommitReply {
  1: string reservation_id
  2: string receipt_id
  3: bool duplicate
  4: i64 log_position
  5: list<PointsChange> points
}

// ---- a clerk's view ------------------------------------------------------------

struct LotView { 1: i64 points, 2: i32 available_day, 3: i32 expiry_day }    // available_day 0 = now

struct TierView {
  1: string tier_id
  2: string name
  3: i32 since_day
  4: i32 review_day
  5: i64 credit                            // in the window
  6: string next_tier_id
  7: i64 missing_credit
  8: list<string> rewards
  9: string credit_currency                // of credit; "" = it is points
}

struct Balance {
  1: string programme_id
  2: string points_name
  3: i64 available                         // negative: points given back that were spent
  4: i64 pending
  5: i64 held
  6: list<LotView> lots                    // earliest expiry first
  7: TierView tier
}

enum EntryKind {
  EARN = 1, HOLD = 2, RELEASE = 3, SPEND = 4, EXPIRE = 5, ADJUST = 6, REVERSE = 7, REFUND = 8,
  MERGE_IN = 9, MERGE_OUT = 10, BONUS = 11, TIER = 12
}

struct Entry {
  1: EntryKind kind
  2: string programme_id
  3: i64 points                            // change of the balance
  4: i64 held                              // change of what is held
  5: i32 expiry_day
  6: string cause                          // "receipt r1", "reservation b7", a reason
  7: string actor
  8: i64 at_us
  9: i64 log_position
  10: string tier_id                       // TIER: the tier from here on
}

struct EntriesPage { 1: list<Entry> entries, 2: string next_cursor }    // newest first

// A personal offer that the customer has.
struct IssuedOffer { 1: string offer_id, 2: string name, 3: i64 issued_at_us, 4: i64 expires_at_us, 5: string cause, 6: bool used }

// The offer that gains most with one customer, net of what it costs.
struct NextOffer {
  1: string customer_id
  2: string offer_id                       // "" = none is worth it
  3: double response                       // chance to buy with it
  4: double response_without
  5: i64 cost                              // expected, minor units
  6: i64 gain                              // expected, net of cost
  7: string reason
}

struct BooksReport {
  1: list<string> problems                 // empty: they balance
  2: i64 accounts
  3: i64 entries
  4: i64 open_reservations
}
