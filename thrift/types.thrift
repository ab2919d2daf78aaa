// What the services share: errors, customers, products, purchases, events.
//
// Conventions, everywhere in Patron's API:
//   *_us      microseconds since 1970-01-01T00:00:00Z; 0 = not given
//   *_milli   thousandths (quantity_milli 1500 = one and a half)
//   amount    whole minor units of a currency (cents); currency is ISO 4217
//   ids       the caller's own strings, 1 to 128 bytes of UTF-8
namespace cpp patron.wire
namespace py patron.wire

enum ErrorCode {
  INVALID_ARGUMENT = 1,     // the request is wrong: the message names field and value
  NOT_FOUND = 2,            // no such customer, receipt, index version
  ALREADY_EXISTS = 3,       // the id is taken by something with another content
  FAILED_PRECONDITION = 4,  // right request, wrong state (nothing to return, no index)
  UNAUTHENTICATED = 5,      // no token, or one that is not known
  PERMISSION_DENIED = 6,    // the token's roles do not allow this method
  OVERLOADED = 7,           // too much at once: try again after retry_after_ms
  UNAVAILABLE = 8,          // starting or stopping: try again elsewhere or later
  INTERNAL = 9              // ours; the log has the rest
}

// The one exception of every method.
exception PatronError {
  1: ErrorCode code
  2: string message
  3: bool retryable
  4: i32 retry_after_ms
}

// ---- customers -------------------------------------------------------------

enum ServicePreference { UNKNOWN = 0, ASSISTED = 1, SELF = 2 }

// A yes or no to one purpose over one channel ("email", "marketing").
struct Consent {
  1: string channel
  2: string purpose
  3: bool granted
  4: string source
  5: i64 given_at_us
}

// One profile a customer over all channels. Everything but the id may be absent.
struct Customer {
  1: string customer_id
  2: optional string name
  3: map<string, string> contacts          // "email" -> address, "phone" -> number
  4: optional string locale                // BCP 47: "de-AT"
  5: optional i32 birth_year
  6: optional i32 birth_month              // 1 to 12
  7: optional i32 birth_day                // 1 to 31
  8: optional string gender
  9: optional i32 household_size
  10: list<i32> children_birth_years
  11: list<string> priorities              // at most three categories that outrank derived tastes
  12: ServicePreference service_preference = ServicePreference.UNKNOWN
  13: optional string preferred_store_id
  14: optional string preferred_channel
  15: optional string associate
  16: bool is_staff = false
  17: bool is_partner = false
  18: bool is_business = false
  19: map<string, string> attributes
  20: list<Consent> consents
  21: optional string time_zone            // IANA: "Europe/Vienna"; absent: the preferred store's
}

// ---- products --------------------------------------------------------------

enum PriceTier { UNKNOWN = 0, LOW = 1, MIDDLE = 2, HIGH = 3 }
enum Motive { UNKNOWN = 0, QUALITY = 1, VALUE = 2 }

struct Product {
  1: string product_id
  2: string name
  3: list<string> category_path            // from wide to narrow
  4: optional string brand
  5: PriceTier price_tier = PriceTier.UNKNOWN
  6: Motive motive = Motive.UNKNOWN
  7: optional i64 price                    // list price where no store says otherwise
  8: optional string currency
  9: optional i32 minimum_age              // years
  10: optional string seller
  11: optional string variant_of           // product id of the base product
  12: list<string> compatible_with         // product ids
  13: list<string> limitations             // sentences that the buyer should know
  14: map<string, string> attributes
  15: bool discontinued = false
}

// Stock and price of one product in one store, as the shop's own feed tells.
struct StockLevel {
  1: string product_id
  2: string store_id
  3: optional i64 quantity_milli           // absent: not told
  4: optional i64 price
  5: optional string currency
  6: i64 as_of_us                          // when it was so; an older report never wins
}

// ---- purchases -------------------------------------------------------------

struct Discount {
  1: string cause                          // "loyalty", "coupon:4711"
  2: i64 amount                            // positive: taken off
  3: bool third_party = false              // paid to the shop by somebody else
}

struct PurchaseLine {
  1: string product_id
  2: i64 quantity_milli = 1000
  3: i64 amount                            // what the shop receives for the line
  4: optional i64 list_amount              // before the shop's own discounts; absent: amount + those
  5: list<Discount> discounts
  6: i64 tax = 0                           // contained in amount
}

// A receipt. Its number counts once, for ever.
struct Purchase {
  1: string receipt_id
  2: optional string customer_id           // absent: anonymous
  3: string store_id
  4: string channel
  5: string currency
  6: i64 happened_at_us
  7: list<PurchaseLine> lines
  8: optional string impression_token
}

struct ReturnLine {
  1: i32 line                              // position in the purchase, from 0
  2: i64 quantity_milli
}

// Goods taken back from one receipt; a return id counts once a receipt.
struct PurchaseReturn {
  1: string return_id
  2: string receipt_id
  3: list<ReturnLine> lines
  4: i64 happened_at_us
  5: string store_id
  6: optional string reason
}

struct EarnedIn { 1: string programme_id, 2: i64 points }

struct PurchaseReply {
  1: string receipt_id
  2: bool duplicate                        // this receipt was known: nothing counted again
  3: i64 log_position
  4: list<EarnedIn> earned                 // points, by programme
}

// What a return took back in one programme.
struct TakenBack {
  1: string programme_id
  2: i64 earned                            // points that the lines had given
  3: i64 refunded                          // points paid, back in their lots
  4: i64 expired                           // of those: of lots that have expired since
  5: i64 credit                            // qualifying credit
  6: i64 balance                           // after; negative where they were spent already
  7: i64 money                             // kept from the refund for points spent already
  8: string tier_id                        // after
  9: string credit_currency                // of credit; "" = it is points
}

// What a return gave back of one offer.
struct GivenBack { 1: string offer_id, 2: i64 discount, 3: bool use_returned }

struct ReturnReply {
  1: string receipt_id
  2: i64 refund                            // minor units, over the lines of this return
  3: string currency
  4: list<i64> line_refunds                // in the order of the request
  5: bool duplicate
  6: i64 log_position
  7: list<TakenBack> programmes
  8: list<GivenBack> offers
}

// ---- events ----------------------------------------------------------------

enum EventKind {
  VIEW = 1, CLICK = 2, SEARCH = 3, WISH = 4, WATCH_PRICE = 5, WATCH_STOCK = 6,
  INQUIRY = 7, CART_ADD = 8, CART_REMOVE = 9, EXCHANGE = 10, REVIEW = 11,
  SURVEY = 12, CONTACT = 13, DELIVERY = 14, TECHNICAL_FAILURE = 15,
  VISITORS = 16,                           // people counted in a store, no customer
  COMPLAINT = 17
}

// What a survey asked: would you recommend us (0 to 10), how satisfied are you,
// how much effort did it take, an index over several questions.
enum Measure { NPS = 1, CSAT = 2, CES = 3, CSI = 4 }

// Something that happened around a customer, other than purchase and return.
struct Event {
  1: optional string event_id              // absent: its content is its identity
  2: EventKind kind
  3: optional string customer_id           // absent for VISITORS and anonymous events
  4: i64 happened_at_us
  5: optional string product_id
  6: string store_id
  7: string channel
  8: optional i64 dwell_ms                 // VIEW
  9: optional string text                  // SEARCH query, REVIEW or INQUIRY text
  10: optional i64 value                   // REVIEW, SURVEY and COMPLAINT score, VISITORS count
  11: optional string source               // where she came from; the first is kept
  12: optional string impression_token
  13: map<string, string> attributes
  14: optional Measure measure             // SURVEY; absent: NPS
}

struct EventReply {
  1: bool duplicate
  2: i64 log_position
}

// The outcome of one element of a batch: `error` absent means done.
struct ItemOutcome {
  1: bool duplicate
  2: optional PatronError error
}
