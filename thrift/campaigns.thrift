// Campaigns: whom to contact, with what, when; and what it achieved.
//
// A campaign is a definition; a run of it is planned, then frozen to a list that
// never changes, or released. Planned contacts count against customers' caps.
namespace cpp patron.wire
namespace py patron.campaigns
include "types.thrift"
include "definitions.thrift"

// Why a customer of the audience is not on the list.
enum LeftOut {
  CONSENT = 1,            // not given for channel/purpose
  UNREACHABLE = 2,        // no contact for the channel in the profile
  CAP = 3,                // contacted, or planned to be, as often as allowed
  QUIET_HOURS = 4,        // the window has no allowed moment where she lives
  RELEVANCE = 5,          // below the floor
  MISMATCH = 6,           // no product of the campaign suits her
  HOLDOUT = 7,            // the shop's persistent holdout
  EXCLUDED = 8,           // an excluded segment or rule
  NO_OFFER = 9,           // no offer is worth making, and one is required
  BUDGET = 10,            // the campaign's, or an offer's, is planned away
  DISPLACED = 11,         // a campaign of higher priority took the contact
  MERGED = 12             // became one with another customer of the audience
}

struct LeftOutCount { 1: LeftOut reason, 2: i64 customers }

struct ListProduct { 1: string product_id, 2: string name, 3: string reason_text, 4: optional i64 price, 5: optional string currency }

// One customer on a list.
struct ListRow {
  1: string customer_id
  2: string channel
  3: string variant_id
  4: string creative
  5: list<ListProduct> products
  6: string offer_id                       // "" = none
  7: string offer_text                     // its name and why she gets it
  8: i64 not_before_us
  9: i64 not_after_us
  10: string time_zone                     // that the two were found in
  11: i64 relevance                        // thousandths
  12: i64 cost                             // expected, minor units
}

// What a run would do; nothing is changed.
struct CampaignPreview {
  1: string campaign_id
  2: i64 audience
  3: i64 planned
  4: i64 held_out                          // the campaign's own holdout
  5: list<LeftOutCount> left_out
  6: i64 cost
  7: string currency
  8: list<ListRow> sample
  9: i64 looked_at                         // customers; fewer than `audience`: numbers are scaled up from these
  10: i64 log_position
  11: i64 definitions_version
  12: string index_version
}

enum RunState { PLANNING = 1, PLANNED = 2, FROZEN = 3, RELEASED = 4 }

struct CampaignRun {
  1: string run_id
  2: string campaign_id
  3: RunState state
  4: i64 moment_us                         // that all decisions look at
  5: i64 audience
  6: i64 decided                           // of the audience, so far
  7: i64 planned
  8: i64 held_out
  9: list<LeftOutCount> left_out
  10: i64 cost
  11: string currency
  12: i64 definitions_version
  13: string index_version
  14: i64 frozen_at_us
  15: string problem                       // why planning stands still; "" = it does not
}

struct CampaignStatus { 1: definitions.Campaign campaign, 2: list<CampaignRun> runs }

// A contact made or planned, or why there is none.
struct ContactView {
  1: string run_id
  2: string campaign_id
  3: string campaign_name
  4: string state                          // planned, frozen, released, left_out, held_out
  5: optional LeftOut reason
  6: string text                           // for people
  7: string channel
  8: i32 day                               // of the send, the shop's
  9: i64 not_before_us
  10: i64 not_after_us
  11: i64 sent_us
  12: i64 shown_us
  13: i64 clicked_us
  14: i64 redeemed_us
}

enum ReportKind { SENT = 1, SHOWN = 2, CLICKED = 3, REDEEMED = 4 }
struct ContactReport { 1: string customer_id, 2: ReportKind kind, 3: i64 at_us }

// What became of some customers of a run, against those held out.
struct OutcomeLine {
  1: string group                          // all, variant:a, offer:x, channel:email
  2: i64 customers
  3: i64 sent
  4: i64 shown
  5: i64 clicked
  6: i64 redeemed
  7: i64 buyers
  8: i64 spend                             // net of returns, minor units
  9: i64 returned
  10: double mean                          // spend a customer
  11: double lift                          // mean less that of the held out
  12: double low                           // 95 % interval of the lift
  13: double high
  14: bool enough                          // else: too little data for lift and interval
  15: string note
}
struct Outcome {
  1: string run_id
  2: string currency
  3: i64 from_us                           // purchases that count
  4: i64 until_us
  5: OutcomeLine held_out
  6: list<OutcomeLine> groups              // all first
  7: string method
  8: i64 log_position
}
