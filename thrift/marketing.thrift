// Marketing: the shop's definitions, offers and their budgets, liability, next
// best offer, bonuses and draws.
namespace cpp patron.wire
namespace py patron.marketing
include "types.thrift"
include "definitions.thrift"
include "checkout.thrift"
include "storefront.thrift"
include "segments.thrift"
include "campaigns.thrift"

struct ApplyRequest {
  1: map<string, string> files             // name -> TOML text
  2: i64 base_version = 0                  // the version that the files come from; 0 = none
  3: bool overwrite = false                // also over changes made otherwise
  4: bool dry_run = false
  5: i32 replay_days = 0                   // dry run: replay the last days' baskets
}

// Last month under the definitions that stand, and under the new ones. (A struct
// stands before those that list it: Clang wants it complete.)
struct OfferReplay { 1: string offer_id, 2: i64 uses_now, 3: i64 uses_new, 4: i64 discount_now, 5: i64 discount_new }
struct Replay {
  1: i64 baskets
  2: i64 list_total
  3: i64 discount_now
  4: i64 discount_new
  5: i64 points_now
  6: i64 points_new
  7: list<OfferReplay> offers
  8: string currency
}

struct ApplyReply {
  1: i64 version                           // after; the present one in a dry run
  2: list<string> differences              // lines for people: "+ offer spring", "~ offer x: percent 10 → 15"
  3: list<Replay> replays                  // a currency each
  4: list<string> warnings
}

struct DefinitionsFiles { 1: map<string, string> files, 2: i64 version }

struct OfferStatus {
  1: definitions.Offer offer
  2: i64 uses
  3: i64 uses_reserved
  4: i64 discount
  5: i64 discount_reserved
  6: i64 uses_left                         // -1 = no limit
  7: i64 budget_left                       // -1 = no limit
  8: i64 codes
  9: i64 codes_used
}

struct LiabilityLine { 1: string expires, 2: i64 points }    // "2027-03", "never"
struct Liability {
  1: string programme_id
  2: i64 available
  3: i64 pending
  4: i64 held
  5: i64 debt
  6: i64 amount                            // what available and held would pay
  7: string currency
  8: list<LiabilityLine> by_expiry
  9: i64 earned                            // since ever: earned + bonus + adjusted up …
  10: i64 spent
  11: i64 expired
  12: i64 reversed
  13: i64 accounts
}

struct Bonus { 1: string customer_id, 2: i64 points }

struct Winner { 1: i32 place, 2: string customer_id, 3: string ticket }    // ticket: hex of SHA-256
struct Draw { 1: string draw_id, 2: string seed, 3: i64 entrants, 4: list<Winner> winners, 5: string entrants_digest }

service Marketing extends storefront.Session {
  ApplyReply applyDefinitions(1: string request_id, 2: ApplyRequest request) throws (1: types.PatronError error)
  DefinitionsFiles exportDefinitions(1: i64 version) throws (1: types.PatronError error)      // 0 = the present one
  list<definitions.DefinitionsVersion> definitionsHistory(1: i32 limit) throws (1: types.PatronError error)   // without content

  list<OfferStatus> offers() throws (1: types.PatronError error)
  void setOfferState(1: string request_id, 2: string offer_id, 3: definitions.OfferState state) throws (1: types.PatronError error)
  // Codes of a batch that the definitions name; at most 10,000 a call. Answers how many were new.
  i64 putCodes(1: string request_id, 2: string batch_id, 3: list<string> codes) throws (1: types.PatronError error)
  // Personal offers: service recovery, a campaign.
  void issueOffer(1: string request_id, 2: string offer_id, 3: list<string> customer_ids, 4: i64 expires_at_us, 5: string cause) throws (1: types.PatronError error)

  list<Liability> liability() throws (1: types.PatronError error)
  // Points for many: at most 1,000 a call; none where one of them may not be given. Remembered by
  // `request_id`: where the server stopped in the middle, the same call again gives the rest.
  void giveBonus(1: string request_id, 2: string programme_id, 3: string reason, 4: list<Bonus> bonuses) throws (1: types.PatronError error)

  // The best offer for each customer, under what is left of the budgets.
  list<checkout.NextOffer> nextBestOffers(1: list<string> customer_ids, 2: list<string> offer_ids) throws (1: types.PatronError error)

  // Entrants are the customers for whom `eligible` holds; places by SHA-256(seed + "\n" + customer id).
  // With `offer_id` the winners are issued it.
  Draw drawPrize(1: string request_id, 2: string draw_id, 3: string seed, 4: string eligible, 5: i32 winners, 6: string offer_id) throws (1: types.PatronError error)

  checkout.BooksReport checkBooks() throws (1: types.PatronError error)

  // ---- segments
  list<segments.SegmentInfo> segmentList(1: bool count) throws (1: types.PatronError error)
  segments.SegmentCount countSegment(1: segments.Audience audience) throws (1: types.PatronError error)
  // Puts the segment into the definitions, in place of the one of its id.
  void saveSegment(1: string request_id, 2: definitions.Segment segment) throws (1: types.PatronError error)
  // Of the definitions, or an uploaded list; not one that a campaign names.
  void deleteSegment(1: string request_id, 2: string segment_id) throws (1: types.PatronError error)
  segments.MembersPage segmentMembers(1: segments.Audience audience, 2: i32 limit, 3: string cursor) throws (1: types.PatronError error)
  // `count` members by chance, the same ones for the same seed and State.
  list<string> sampleSegment(1: segments.Audience audience, 2: i32 count, 3: i64 seed) throws (1: types.PatronError error)
  segments.Membership explainMembership(1: segments.Audience audience, 2: string customer_id) throws (1: types.PatronError error)
  segments.SegmentComparison compareSegments(1: segments.Audience first, 2: segments.Audience second) throws (1: types.PatronError error)
  segments.ExportPage exportSegment(1: segments.ExportRequest request) throws (1: types.PatronError error)
  list<segments.RuleField> ruleFields() throws (1: types.PatronError error)
  // A static list, at most 10,000 ids a call; it is a segment under its id.
  segments.UploadReply uploadList(1: string request_id, 2: string list_id, 3: string name, 4: segments.ListChange change, 5: list<string> customer_ids) throws (1: types.PatronError error)

  // ---- campaigns
  list<campaigns.CampaignStatus> campaignList() throws (1: types.PatronError error)
  void saveCampaign(1: string request_id, 2: definitions.Campaign campaign) throws (1: types.PatronError error)
  campaigns.CampaignPreview previewCampaign(1: string campaign_id, 2: i32 sample) throws (1: types.PatronError error)
  // Starts a run, which goes on in the server; the same run id again is the same run.
  campaigns.CampaignRun planCampaign(1: string request_id, 2: string campaign_id, 3: string run_id) throws (1: types.PatronError error)
  campaigns.CampaignRun campaignRun(1: string run_id) throws (1: types.PatronError error)
  // A planned run becomes a list that never changes; its personal offers are issued.
  campaigns.CampaignRun freezeRun(1: string request_id, 2: string run_id) throws (1: types.PatronError error)
  // Gives the contacts of a run that is not frozen back.
  campaigns.CampaignRun releaseRun(1: string request_id, 2: string run_id) throws (1: types.PatronError error)
  segments.ExportPage exportRun(1: string run_id, 2: string format, 3: i32 limit, 4: string cursor) throws (1: types.PatronError error)
  void reportContacts(1: string request_id, 2: string run_id, 3: list<campaigns.ContactReport> reports) throws (1: types.PatronError error)
  campaigns.Outcome runOutcome(1: string run_id) throws (1: types.PatronError error)
  list<campaigns.ContactView> customerContacts(1: string customer_id) throws (1: types.PatronError error)
}
