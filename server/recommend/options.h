// How the recommender weighs what it knows. Plain data, fixed after start.
#pragma once

#include <cstdint>

#include "absl/time/time.h"

namespace patron::recommend {

// Changes whenever the same inputs may give another order than before; stands
// in every impression token.
inline constexpr char kRankingVersion[] = "blend-2";
// The same where the index brings a learned order; the index's version tells
// which.
inline constexpr char kLearnedVersion[] = "learned-1";

// The home page's blend. Each candidate's score is the sum of these terms, all
// of which are 0 or more. Searched by `patron-eval tune` on the validation role
// of Ta-Feng, then brought back towards the middle where that data cannot tell
// (it has no stores, views or true times); change them together and measure.
struct HomeWeights {
  // Own products: log(1 + times bought), each time decayed by its age.
  double own = 0.95;
  // A purchase counts half after so many days in the own term.
  double own_half_life_days = 45;
  // Own products whose usual interval has passed: 1 around it, fading when long
  // overdue, in part when it has half passed.
  double due = 0.12;
  // Own products: share of the product's customers who buy it again.
  double repeat_rate = 1.6;
  // Bought by the same customers as her products: sum of cosines over those,
  // weighted by how often and how recently she bought them.
  double neighbours = 2.6;
  // A purchase counts half after so many days as a source of neighbours.
  double neighbour_half_life_days = 75;
  // Goes with what she bought in the last days or holds in her cart:
  // log2(1 + sum of strengths).
  double goes_with = 0.05;
  // Similar to what she viewed or clicked in the last days: cosine.
  double viewed = 0.5;
  // Sells well: in the whole shop, and in the store of the request; both
  // logarithmic, 1 for the best seller.
  double popularity = 0.2;
  double popularity_in_store = 0.12;
  // Sells more than it used to; 1 for the strongest.
  double trending = 0.3;
  // In a category that the customer named as a priority.
  double priority = 0.5;
};

struct RecommendOptions {
  // Whole days of the shop: the zone in which purchases were dated.
  absl::TimeZone zone = absl::UTCTimeZone();
  HomeWeights home;

  // A stock figure older than this is told as a limitation.
  absl::Duration stale_stock_after = absl::Hours(72);
  // At or below this stock (thousandths) "only N left" is told.
  int64_t low_stock_milli = 3000;

  // For so many days the newest purchase, and the newest view, has a place
  // reserved on the home page.
  int reserved_days = 3;
  // Interactions older than this are not sources of candidates.
  int interaction_days = 14;
  // Purchases older than this are not sources of goes-with candidates.
  int recent_purchase_days = 14;

  // Products of one category among the first ten for a customer without
  // history.
  int per_category_among_ten = 3;
  // The newest so many products count as new arrivals, but no more than this
  // share of the catalogue.
  int new_arrivals = 500;
  double new_arrivals_share = 0.1;
  // A purchase counts half after so many days as a sign of taste.
  double taste_half_life_days = 90;

  // A product bought once is due again if at least this share of its customers
  // buy it again.
  double buy_again_repeat_rate = 0.25;
  // Overdue by more usual intervals than this, a product counts as given up.
  double abandoned_after_intervals = 5;

  // What was shown and neither bought nor looked at sinks: each showing
  // multiplies its score by the factor, never below the floor altogether; a
  // showing counts half after so many days.
  double ignored_factor = 0.85;
  double ignored_floor = 0.2;
  double ignored_half_life_days = 7;

  // Checkout: an extra is small up to this share of the basket's worth.
  double small_extra_share = 0.3;
  // Kiosk: products of one category among any ten.
  int kiosk_per_category = 2;
  // E-mail: for so many days from now on what is due belongs into the list.
  int email_days = 7;
};

}  // namespace patron::recommend
