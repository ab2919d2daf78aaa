// Rows as they stand in the store, where a row is more than a command's own struct.
// Compact protocol; fields are added, never renumbered.
namespace cpp patron.wire
include "types.thrift"
include "commands.thrift"
include "definitions.thrift"
include "checkout.thrift"
include "campaigns.thrift"

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

// ---- what a purchase gave and took, beside its lines ---------------------------
// Lists by line have an element for each line of the purchase.

struct EarnedRow {
  1: i32 programme                         // ordinal
  2: i32 available_day
  3: i32 expiry_day
  4: list<i64> by_line
  5: i64 reversed                          // taken back so far
  6: list<string> reasons
}
struct CreditRow { 1: i32 programme, 2: i32 day, 3: list<i64> by_line, 4: i64 reversed }
struct LotPart { 1: i32 expiry_day, 2: i64 points }
struct SpentRow {
  1: i32 programme
  2: list<LotPart> lots                    // earliest expiry first
  3: list<i64> paid_by_line                // minor units
  4: i64 refunded                          // points given back so far
}
struct UsedOfferRow {
  1: i32 offer                             // ordinal
  2: i32 period                            // that its limits counted it in
  3: i32 customer_period
  4: string code
  5: list<i64> by_line                     // discount
  6: i64 returned                          // discount given back so far
  7: bool use_returned
}
struct ReferralRow { 1: i32 programme, 2: i32 referrer, 3: i32 available_day, 4: i32 expiry_day, 5: i64 referrer_points, 6: i64 friend_points, 7: bool reversed }

struct EffectsRow {
  1: string reservation_id                 // "" = recorded without one
  2: i64 definitions_version               // that decided
  3: list<EarnedRow> earned
  4: list<CreditRow> credit
  5: list<SpentRow> spent
  6: list<UsedOfferRow> offers
  7: list<ReferralRow> referrals
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
  10: list<types.TakenBack> programmes
  11: list<types.GivenBack> offers
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
  12: optional EffectsRow effects
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
  15: optional i32 measure                 // types.Measure of a survey; absent: NPS
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

// What a customer told of one kind. Without a score: first and last are zero.
struct FeedbackRow {
  1: i32 kind                              // server/facts/facts.h
  2: i32 count
  3: i32 scored                            // of them, with a score
  4: i64 sum                               // of the scores
  5: i32 first_day
  6: i32 last_day
  7: i64 first_at_us                       // of the first with a score …
  8: i64 first_score
  9: i64 last_at_us                        // … and the last
  10: i64 last_score
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
  20: optional list<i32> discounted        // lines by discount band, 1 to the last one above 0
  21: optional i32 coupon_lines
  22: optional i32 coupon_purchases
  23: optional list<i32> coupon_days       // newest first
  24: optional list<FeedbackRow> feedback  // by kind
}

// ---- loyalty and offers ------------------------------------------------------

struct Lot { 1: i32 available_day, 2: i32 expiry_day, 3: i64 points }      // 0 = now; never
struct DayCredit { 1: i32 day, 2: i64 credit }
struct DayCount { 1: i32 kind, 2: i32 day, 3: i32 count }                  // events that gave points
struct ProgrammeAccount {
  1: i32 programme                         // ordinal
  2: list<Lot> lots                        // by expiry (never last), then by availability
  3: i64 debt                              // points given back that were spent
  4: i64 held                              // in open reservations
  5: list<DayCredit> credit                // by day
  6: string tier_id
  7: string secured_tier_id                // by the last review
  8: i32 tier_since_day
  9: i32 review_day
  10: list<DayCount> event_counts
  11: i32 birthday_year                    // whose points were given
  12: i32 referrals_year
  13: i32 referrals                        // counted in that year
  14: i32 secured_review_day               // up to which the last review granted
}
struct OfferUses { 1: i32 offer, 2: i32 period, 3: i64 uses, 4: i64 reserved, 5: i64 last_us }
struct Issued { 1: i32 offer, 2: i64 issued_at_us, 3: i64 expires_at_us, 4: string cause, 5: i64 used, 6: i64 reserved }
// accounts: one row a customer.
struct AccountRow {
  1: list<ProgrammeAccount> programmes     // by ordinal
  2: list<OfferUses> offers                // by ordinal
  3: list<Issued> issued
  4: i32 referrer = -1                     // ordinal
}

// entries: one row a command and customer.
struct EntriesRow { 1: list<checkout.Entry> entries }

// meta "points:" + programme id: the sums of all entries ever.
struct PointsTotalsRow {
  1: i64 earned
  2: i64 adjusted
  3: i64 refunded
  4: i64 spent
  5: i64 expired
  6: i64 reversed
  7: i64 balance                           // over all accounts, debt taken off
  8: i64 held
}

// meta "offer:" + offer id: what is used of the limits.
struct OfferCountRow {
  1: i32 period                            // that period_* count
  2: i64 uses
  3: i64 reserved_uses
  4: i64 discount
  5: i64 reserved_discount
  6: i64 period_uses                       // reserved ones included
  7: i64 period_discount
  8: i64 codes                             // unique ones that were put in
  9: i64 codes_used
}

// codes: one row a unique code.
struct CodeRow { 1: i32 offer, 2: string batch_id, 3: i64 uses_left, 4: i64 used, 5: i64 reserved }

struct ReservedOffer { 1: UsedOfferRow used, 2: i64 discount, 3: bool issued, 4: bool unique_code }
struct HeldPoints { 1: i32 programme, 2: list<Lot> lots }
enum ReservationState { OPEN = 1, COMMITTED = 2, RELEASED = 3, EXPIRED = 4 }
// reservations: one row an id, for ever; a closed one keeps the first five fields.
struct ReservationRow {
  1: ReservationState state
  2: i32 customer                          // ordinal
  3: i64 expires_at_us
  4: i64 log_position
  5: string receipt_id
  6: optional checkout.QuoteRequest request
  7: optional checkout.Quote quote
  8: list<ReservedOffer> offers
  9: list<HeldPoints> held
  10: optional checkout.CommitReply reply
}

// meta "clerk:" + actor: what a clerk adjusted on one day.
struct ClerkRow { 1: i32 day, 2: map<i32, i64> points }   // programme -> points, without sign

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

// ---- segments and campaigns --------------------------------------------------

// lists: one row a static list.
struct StaticListRow { 1: string name, 2: binary members, 3: i64 log_position }   // portable Roaring bitmap of ordinals

// runs: one row a run, under its number; its audience under the number and a byte 1.
struct RunRow {
  1: string run_id
  2: campaigns.RunState state
  3: definitions.Campaign campaign
  4: i64 definitions_version
  5: string index_version
  6: i64 moment_us
  7: i32 day
  8: i64 audience
  9: i32 next_customer                     // -1 = all are decided
  10: i64 decided
  11: i64 planned
  12: i64 held_out
  13: map<i32, i64> left_out               // LeftOut -> customers
  14: i64 cost
  15: map<i32, i64> offer_cost             // offer ordinal -> expected cost planned
  16: i64 frozen_at_us
  17: bool issued
  18: i64 log_position                     // of OpenRun
  19: map<i32, i64> offer_contacts         // offer ordinal -> contacts planned with it
  20: string response_version              // of the response model; "" = none
}

// contacts: one row a customer and run of which she was in the audience.
struct ContactRow {
  1: commands.ContactDecision decision
  2: campaigns.LeftOut reason
  3: i32 day
  4: bool is_service                       // counts against no cap
  5: i32 by_run = -1                       // DISPLACED: the run that took it
  6: i64 sent_us
  7: i64 shown_us
  8: i64 clicked_us
  9: i64 redeemed_us
  10: optional list<i32> also_days         // of contacts that a merge brought; each counts
}

// run_rows: the list of a run, one row a customer who is contacted.
struct RunListRow { 1: commands.PlannedContact contact }
