// What may change State: one command, one place in the log, one reply.
//
// A field or a command is added with a new number; numbers are never reused.
// What Apply does with a command may depend on State and the command alone.
namespace cpp patron.wire
include "types.thrift"
include "definitions.thrift"
include "checkout.thrift"
include "segments.thrift"
include "campaigns.thrift"

// One answer of the recommender as it was shown.
struct Impression {
  1: i64 shown_at_us
  2: i32 placement
  3: string customer_id                    // "" = anonymous
  4: string store_id
  5: i64 index_version
  6: list<i32> products                    // product ordinals, best first
  7: i64 answer_id                         // the same number as in the impression token
}
struct RecordImpressions { 1: list<Impression> impressions }

// Forgets replies remembered at positions before this one.
struct ForgetReplies { 1: i64 before_position }

// ---- loyalty and offers ------------------------------------------------------

// The shop's definitions, all of them. Refused unless `base_version` is the
// present one, or `overwrite`.
struct PutDefinitions {
  1: definitions.Definitions definitions
  2: i64 base_version
  3: bool overwrite
  4: string change
}
struct SetOfferState { 1: string offer_id, 2: definitions.OfferState state }
struct PutCodes { 1: string batch_id, 2: list<string> codes }

struct Reserve {
  1: string reservation_id
  2: checkout.QuoteRequest request
  3: i64 hold_us
  4: optional i64 expected_total           // of the quote that the customer saw
  5: i64 expected_points                   // that it spends, over all programmes
}
struct CommitReservation {
  1: string reservation_id
  2: string receipt_id
  3: i64 happened_at_us
  4: optional string impression_token
}
struct ReleaseReservation { 1: string reservation_id }
// Does nothing but what every command does first: gives back what has expired.
struct ExpireReservations {}

struct ClaimReceipt { 1: string receipt_id, 2: string customer_id }
struct AdjustPoints { 1: string customer_id, 2: string programme_id, 3: i64 points, 4: string reason }
struct BonusEntry { 1: string customer_id, 2: i64 points }
struct GiveBonus { 1: string programme_id, 2: string reason, 3: list<BonusEntry> entries }
struct IssueOffer {
  1: string offer_id
  2: list<string> customer_ids
  3: i64 expires_at_us
  4: string cause
  5: optional bool once                    // passes over who was issued it for this cause before
}
struct LinkId { 1: string customer_id, 2: string external_id }
struct MergeCustomers { 1: string kept_id, 2: string absorbed_id }
struct Refer { 1: string referrer_id, 2: string friend_id }
// Expires lots, reviews tiers and gives birthday points of these customers.
struct SettleAccounts { 1: i32 first_customer, 2: i32 customers }

// ---- segments and campaigns --------------------------------------------------

// Changes a static list; ids that are not known are left out. REPLACE makes it
// anew, REMOVE without ids and with `drop` takes it away.
struct PutList {
  1: string list_id
  2: string name
  3: segments.ListChange change
  4: list<string> customer_ids
  5: bool drop
}

// Begins a run of a campaign. `audience`: ordinals, as a portable Roaring bitmap.
struct OpenRun {
  1: string run_id
  2: definitions.Campaign campaign         // as it stood
  3: i64 definitions_version
  4: string index_version
  5: i64 moment_us
  6: i32 day                               // the shop's, of moment_us
  7: binary audience
  8: i64 audience_count
  9: string response_version               // of the response model; "" = none
}

enum ContactDecision { CONTACT = 1, HELD_OUT = 2, LEFT_OUT = 3 }
struct PlannedProduct { 1: i32 product, 2: string reason_text }        // ordinal
// What was decided for one customer. Apply checks consent, cap and budgets anew.
struct PlannedContact {
  1: i32 customer                          // ordinal
  2: ContactDecision decision
  3: campaigns.LeftOut reason              // of LEFT_OUT
  4: i32 day                               // of the send, the shop's
  5: i64 not_before_us
  6: i64 not_after_us
  7: string time_zone
  8: i32 variant                           // place in the campaign's variants; -1 = none
  9: string offer_id
  10: string offer_text
  11: list<PlannedProduct> products
  12: i64 relevance                        // thousandths
  13: i64 cost                             // expected, minor units
  14: i64 offer_cost                       // of which the offer's
}
// The next customers of a run, in order: refused unless it stands at `from_customer`.
struct PlanContacts {
  1: string run_id
  2: i32 from_customer                     // ordinal
  3: i32 next_customer                     // where to go on; -1 = all are decided
  4: list<PlannedContact> contacts
}
// FROZEN or RELEASED; `issued` tells that the personal offers of a frozen run are out.
struct SetRunState { 1: string run_id, 2: campaigns.RunState state, 3: bool issued }
struct ReportContacts { 1: string run_id, 2: list<campaigns.ContactReport> reports }

union CommandBody {
  1: types.Customer put_customer
  2: types.Product put_product
  3: types.StockLevel put_stock
  4: types.Purchase record_purchase
  5: types.PurchaseReturn record_return
  6: types.Event record_event
  7: RecordImpressions record_impressions
  8: ForgetReplies forget_replies
  9: PutDefinitions put_definitions
  10: SetOfferState set_offer_state
  11: PutCodes put_codes
  12: Reserve reserve
  13: CommitReservation commit_reservation
  14: ReleaseReservation release_reservation
  15: ExpireReservations expire_reservations
  16: ClaimReceipt claim_receipt
  17: AdjustPoints adjust_points
  18: GiveBonus give_bonus
  19: IssueOffer issue_offer
  20: LinkId link_id
  21: MergeCustomers merge_customers
  22: Refer refer
  23: SettleAccounts settle_accounts
  24: PutList put_list
  25: OpenRun open_run
  26: PlanContacts plan_contacts
  27: SetRunState set_run_state
  28: ReportContacts report_contacts
}

// The body is the caller's, untouched; the envelope is stamped on entry and is
// left out when a repeated request is compared with the first.
struct Command {
  1: string request_id                     // "" = its reply is not remembered
  2: i64 logged_at_us                      // never goes backwards
  3: i32 local_day                         // the shop's day of happened_at_us (else logged_at_us), since 1970-01-01
  4: string actor                          // who asked: the token's name
  5: CommandBody body
  6: i32 logged_day                        // the shop's day of logged_at_us: drives expiry
  7: i32 roles                             // of the token (server/api/methods.h); limits go by them
}

// What a command answers. Exactly one is set: `refusal` when nothing was changed.
struct Refusal { 1: types.ErrorCode code, 2: string message }
// `count`: put_codes: codes that were new.
struct Done { 1: i64 log_position, 2: bool duplicate, 3: i64 count }
union CommandReply {
  1: Refusal refusal
  2: Done done
  3: types.PurchaseReply purchase
  4: types.ReturnReply purchase_return
  5: checkout.Reservation reservation
  6: checkout.CommitReply committed
  7: checkout.PointsChange points
}
