// What people decide: programmes, tiers, earning rules, offers, code batches,
// segments, campaigns.
//
// The shop's TOML files become this, and this becomes files again. Rules are
// texts in the rule language (server/rules/rules.h); "" = no condition.
// A percentage is in hundredths of a percent (basis points): 1550 = 15.5 %.
namespace cpp patron.wire
include "types.thrift"

enum Rounding { DOWN = 1, NEAREST = 2, UP = 3 }      // NEAREST: half goes up
enum Expiry { NEVER = 1, DAYS = 2, END_OF_MONTH = 3, END_OF_YEAR = 4 }
enum DebtPolicy { NEGATIVE = 1, MONEY = 2 }          // points given back that were spent already
enum TierWindow { ROLLING = 1, CALENDAR_YEAR = 2 }
enum TierCredit { SPEND = 1, POINTS = 2 }
enum Period { EVER = 1, DAY = 2, WEEK = 3, MONTH = 4, YEAR = 5 }   // weeks start on Monday

// More (or extra) points for some lines or some customers.
struct EarningRule {
  1: string id
  2: string scope                          // product rule: lines that it looks at
  3: string eligible                       // customer rule
  4: i32 multiplier_bp = 10000             // of the base points of those lines: 20000 = double
  5: i64 bonus_points = 0                  // once a purchase that has such a line
  6: i64 min_spend = 0                     // over those lines, to pay
  7: i64 starts_us = 0                     // 0 = open
  8: i64 ends_us = 0                       // exclusive; 0 = open
}

// Points for something other than a purchase.
struct EventPoints {
  1: types.EventKind kind
  2: i64 points
  3: i32 most_a_day = 1                    // events of the kind that count
}

struct Tier {
  1: string id
  2: string name
  3: i64 credit                            // qualifying credit from which on
  4: i32 multiplier_bp = 10000             // of base points
  5: list<string> rewards                  // what is not money: "free delivery", "invitations"
}

struct Referral {
  1: i64 referrer_points = 0
  2: i64 friend_points = 0
  3: i32 most_a_year = 10                  // friends of one referrer that count
  4: i64 min_spend = 0                     // of the friend's first purchase
}

struct Programme {
  1: string id
  2: string name
  3: string points_name                    // "beans"
  4: string currency                       // of the amounts here
  5: string eligible                       // customer rule: who takes part
  6: i64 earn_points = 1                   // this many points …
  7: i64 earn_amount = 100                 // … for this much paid
  8: string scope                          // product rule: what earns at all
  9: Rounding rounding = Rounding.DOWN
  10: bool round_by_line = false           // else over the basket
  11: i32 pending_days = 0                 // the return window
  12: Expiry expiry = Expiry.NEVER
  13: i32 expiry_count = 0                 // days, months or years that points live
  14: i64 redeem_points = 0                // this many points …
  15: i64 redeem_amount = 0                // … pay this much; 0 = they pay nothing
  16: i32 redeem_most_bp = 10000           // share of a basket that points may pay
  17: DebtPolicy debt = DebtPolicy.NEGATIVE
  18: list<EarningRule> earning_rules
  19: list<EventPoints> event_points
  20: i64 birthday_points = 0
  21: optional Referral referral
  22: list<Tier> tiers                     // by rising credit
  23: TierWindow tier_window = TierWindow.ROLLING
  24: i32 tier_days = 365                  // of a rolling window, and that a tier is kept
  25: i32 tier_grace_days = 0
  26: TierCredit tier_credit = TierCredit.SPEND
  27: i64 clerk_adjustment = 0             // most points a clerk may adjust at once
  28: i64 clerk_adjustment_day = 0         // … and over a day, counted without sign
  29: i64 starts_us = 0                    // purchases before do not earn
}

enum Benefit {
  PERCENT = 1,            // percent_bp off each line in scope
  AMOUNT = 2,             // amount off the lines in scope together
  BUY_N_PAY_M = 3,        // of `buy` units in scope the cheapest buy - pay are free
  SET_PRICE = 4,          // one of each part of the set together for `amount`
  GIFT = 5,               // gift_product_id, gift_quantity_milli, at no price
  POINTS_MULTIPLIER = 6,  // multiplier_bp of the base points of lines in scope
  BONUS_POINTS = 7,       // points, once
  FREE_DELIVERY = 8,      // up to `amount` of the delivery, 0 = all of it
  PRICE_MATCH = 9,        // down to a competitor's price, at most percent_bp off
  EARLY_ACCESS = 10       // nothing off: opens the products in scope before `opens_us`
}

enum Occasion {
  ALWAYS = 1,
  BIRTHDAY = 2,           // from days_before before to days_after after
  WELCOME = 3,            // first `days` after the first purchase, or before any
  WIN_BACK = 4,           // last purchase `days` ago or longer
  NEXT_ORDER = 5,         // last purchase less than `days` ago
  SURPRISE = 6,           // drawn by seed: chance_bp of customer and day
  PERSONAL = 7            // only where issued to the customer (service recovery, a draw, a campaign)
}

enum OfferState { RUNNING = 1, PAUSED = 2, EXPIRED = 3 }

struct Limits {
  1: i64 uses = 0                          // over all customers; 0 = no limit
  2: i64 budget = 0                        // discount in minor units; 0 = no limit
  3: Period period = Period.EVER           // of `uses` and `budget`
  4: i64 uses_per_customer = 0
  5: Period customer_period = Period.EVER
}

struct EarlyStart { 1: string programme_id, 2: string tier_id, 3: i32 hours }
struct SetPart { 1: string scope, 2: i64 quantity_milli = 1000 }

struct Offer {
  1: string id
  2: string name
  3: Benefit benefit
  4: string currency
  5: string scope                          // product rule
  6: string eligible                       // customer rule
  7: Occasion occasion = Occasion.ALWAYS
  8: i32 percent_bp = 0
  9: i64 amount = 0
  10: i32 multiplier_bp = 10000
  11: i64 points = 0
  12: string programme_id                  // of points and multiplier
  13: i32 buy = 0
  14: i32 pay = 0
  15: list<SetPart> set_parts
  16: string gift_product_id
  17: i64 gift_quantity_milli = 1000
  18: i64 opens_us = 0                     // EARLY_ACCESS
  19: i64 min_spend = 0                    // list amount of the lines in scope
  20: i64 min_quantity_milli = 0
  21: i64 starts_us = 0
  22: i64 ends_us = 0                      // exclusive; 0 = open
  23: list<EarlyStart> early_starts        // by tier
  24: bool needs_code = false
  25: list<string> codes                   // shared ones
  26: string group                         // of one group at most one applies; "" = none
  27: bool exclusive = false               // applies alone
  28: i32 priority = 0                     // larger first
  29: Limits limits
  30: i32 days = 0
  31: i32 days_before = 0
  32: i32 days_after = 0
  33: i32 chance_bp = 0
  34: string seed
  35: list<string> channels                // empty = all
  36: list<string> store_ids               // empty = all
  37: OfferState state = OfferState.RUNNING
  38: string kind                          // the marketer's word of O1: "category special", "service recovery"
  39: i64 cost_per_contact = 0             // minor units: for next best offer
}

// Unique codes of one offer, each good once; the codes themselves come in a
// file beside and go in by put_codes.
struct CodeBatch {
  1: string id
  2: string offer_id
  3: string file
  4: i64 count = 0
  5: i64 uses_per_code = 1
}

// ---- segments and campaigns

// Customers for whom a rule holds, under a name.
struct Segment {
  1: string id
  2: string name
  3: string meaning                        // a sentence for people
  4: string rule                           // customer rule; "" = everybody
}

enum CampaignKind {
  PROMOTION = 1, NEW_ARRIVALS = 2, REPLENISHMENT = 3, WIN_BACK = 4, THANK_YOU = 5,
  PRICE_DROP = 6, BACK_IN_STOCK = 7,
  SERVICE = 8,            // order status, delivery problems: no consent, cap or quiet hours asked
  SURVEY = 9
}

// One of the ways in which a campaign speaks; customers are shared out by a
// stable hash, in proportion to `weight`.
struct Variant {
  1: string id
  2: string creative                       // what the sender uses: a template's name
  3: i32 weight = 1
  4: list<string> offer_ids                // in place of the campaign's; empty = the campaign's
}

struct Campaign {
  1: string id
  2: string name
  3: CampaignKind kind = CampaignKind.PROMOTION
  4: list<string> segments                 // audience: customers of any of these; empty = everybody …
  5: string rule                           // … for whom this customer rule holds as well
  6: list<string> exclude_segments
  7: string exclude_rule
  8: string channel                        // "email"
  9: string purpose = "marketing"          // consent is asked for channel/purpose
  10: i64 starts_us                        // send window
  11: i64 ends_us                          // exclusive
  12: string placement = "home"            // who picks the products: home, buy_again, trending, new_arrivals, after_purchase, email
  13: i32 products = 3                     // a row; 0 = without
  14: string product_rule                  // which products may stand in a row
  15: list<string> offer_ids               // targeting picks one of them; empty = without offer
  16: bool offer_required = false          // leave out whom no offer is worth it
  17: list<Variant> variants
  18: i32 priority = 0                     // larger takes a planned contact of a smaller one
  19: i32 holdout_bp = 0                   // share of the audience that is not contacted, to compare with
  20: i64 budget = 0                       // expected cost of offers and contacts; 0 = no limit
  21: string currency
  22: i64 cost_per_contact = 0             // minor units
  23: i32 relevance_floor = -1             // thousandths; -1 = the shop's
  24: i32 outcome_days = 14                // purchases count until so many days after the window
}

// Rules over all campaigns (M2).
struct ContactRules {
  1: i32 cap = 1                           // marketing contacts of one customer …
  2: i32 cap_days = 30                     // … in any so many days
  3: i32 quiet_from = 1140                 // minutes of the local day: 19:00 …
  4: i32 quiet_until = 540                 // … to 09:00
  5: i32 relevance_floor = 0               // thousandths of a score
  6: i32 just_bought_days = 14             // products bought so lately do not stand in rows, unless due again
}

// Customers who stay out, to compare with: share_bp of all, by a stable hash
// of their id and the salt.
struct Holdout {
  1: i32 share_bp = 0
  2: string salt
  3: bool campaigns = true
  4: bool offers = false                   // personal offers and next best offers
  5: bool recommendations = false          // experiments with recommendations
}

struct Store { 1: string id, 2: string name, 3: string time_zone }   // IANA; "" = the shop's

// How customers come back and what they pay, learned over all of them by
// `patron-jobs fit-value`: the models of server/prediction/prediction.h. In
// millionths, times in days.
struct Prediction {
  1: i64 r                                 // purchases: BG/NBD
  2: i64 alpha
  3: i64 a
  4: i64 b
  5: i64 p                                 // their amounts: Gamma-Gamma; 0 = not fitted
  6: i64 q
  7: i64 v                                 // of minor units
  8: string currency                       // of the amounts
  9: i32 day                               // of the fit, the shop's
  10: i64 customers                        // that it was fitted over
}

struct Definitions {
  1: string currency                       // the shop's, where nothing else is said
  2: list<Programme> programmes
  3: list<Offer> offers
  4: list<CodeBatch> code_batches
  5: i32 margin_bp = 3000                  // of list prices: for next best offer
  6: list<Segment> segments
  7: list<Campaign> campaigns
  8: ContactRules contact
  9: Holdout holdout
  10: list<Store> stores
  11: map<string, i64> thresholds          // of ready-made segments, by name; absent = the default
  12: optional Prediction prediction       // absent: predicted fields are not known
}

// A version as the server keeps it.
struct DefinitionsVersion {
  1: i64 version                           // 1, 2, …
  2: i64 applied_at_us
  3: string actor
  4: string change                         // "applied from files", "offer x paused"
  5: Definitions definitions
}
