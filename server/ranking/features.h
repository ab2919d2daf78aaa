// The numbers that the ranker sees of a candidate, each with a sentence.
//
// A model tells its features by name: one that was trained on others is not
// used. Ages are in days; "decayed" means halved every so many days.
#pragma once

#include <array>
#include <cstddef>

namespace patron::ranking {

struct Feature {
  const char* name;
  const char* sentence;
};

// clang-format off
#define PATRON_RANKING_FEATURES(F) \
  /* the candidate in her history */ \
  F(times, "Times she bought the product.") \
  F(times_share, "Share of her purchases that hold it.") \
  F(days_since, "Days since she last bought it.") \
  F(visits_since, "Visits since she last bought it.") \
  F(days_since_first, "Days since she first bought it.") \
  F(interval, "Her usual days between two purchases of it.") \
  F(mean_interval, "Days from first to last purchase of it, by purchase.") \
  F(due, "Days since the last purchase over her usual interval.") \
  F(due_by_product, "Days since the last purchase over the product's usual interval.") \
  F(due_in, "Days until her usual interval has passed; negative when overdue.") \
  F(last_gap, "Days between her last two purchases of it.") \
  F(last_gap_ratio, "Days since the last purchase over the last gap.") \
  F(due_lately, "Days since the last purchase over the mean of the last gaps.") \
  F(gap_spread, "Standard deviation of those gaps over their mean.") \
  F(decayed_7, "Her purchases of it, halved every 7 days.") \
  F(decayed_21, "Her purchases of it, halved every 21 days.") \
  F(decayed_60, "Her purchases of it, halved every 60 days.") \
  F(decayed_180, "Her purchases of it, halved every 180 days.") \
  F(decayed_60_share, "The same over the largest of hers.") \
  F(decayed_60_part, "Share of it in all her decayed purchases.") \
  F(since_start_rate, "Purchases of it by visit since she first bought it.") \
  F(kept_in_last_visits, "How many of her last 4 visits hold it.") \
  /* the candidate */ \
  F(popularity, "Receipts with it, decayed, as a logarithm.") \
  F(customers, "Customers who ever bought it, as a logarithm.") \
  F(sold_7, "Share of the shop's receipts of 7 days that hold it.") \
  F(sold_14, "The same of 14 days.") \
  F(sold_28, "The same of 28 days.") \
  F(sold_56, "The same of 56 days.") \
  F(trend, "Share in 14 days over that in 56.") \
  F(trend_7, "Share in 7 days over that in 28.") \
  F(trending, "How surely it sells more than before: z.") \
  F(typical_interval, "Usual days between two purchases of one customer.") \
  F(repeat_rate, "Share of its customers who bought it again.") \
  F(age, "Days since it was first sold.") \
  F(price_tier, "Price tier, 0 (cheap in its category) to 3.") \
  F(popular_in_store, "Decayed receipts in the store, over the best seller's.") \
  F(category_share, "Its share of its category's sales.") \
  /* her and others like her */ \
  F(neighbours, "Bought by the same customers as her products: weighted cosines.") \
  F(best_neighbour, "The largest of those.") \
  F(neighbours_share, "Their sum over the largest sum of a candidate.") \
  F(together, "On the same receipts as her products: weighted cosines.") \
  F(best_together, "The largest of those.") \
  F(together_share, "Their sum over the largest sum of a candidate.") \
  F(following, "Comes at the visit after what her last visits held: cosines.") \
  F(following_share, "Their sum over the largest sum of a candidate.") \
  F(goes_with, "Goes with what she bought lately: sum of strengths.") \
  F(taste, "Cosine with the decayed mean of her products.") \
  F(late_taste, "Cosine with the mean of her latest products.") \
  F(in_group, "Decayed receipts by customer in the group that buys as she does.") \
  F(in_group_lift, "The same over that in the whole shop.") \
  /* kinds */ \
  F(category_times, "Purchases in its category, decayed.") \
  F(category_part, "Share of the category in her decayed purchases.") \
  F(category_days_since, "Days since she bought in its category.") \
  F(category_due, "The same over the category's usual interval.") \
  F(category_own_due, "The same over her own interval in the category.") \
  F(category_items, "Products of the category that she bought.") \
  F(item_in_category, "The product's share of her purchases in the category.") \
  F(newer_in_category, "Days by which she bought another of the category later.") \
  F(brand_in_category, "The brand's share of her purchases in the category.") \
  F(wider_times, "Purchases in the category around its own, decayed.") \
  F(wider_part, "Share of that wider category in her decayed purchases.") \
  F(wider_days_since, "Days since she bought in it.") \
  F(wider_own_due, "The same over her own interval in it.") \
  F(wider_items, "Products of it that she bought.") \
  F(item_in_wider, "The product's share of her purchases in it.") \
  F(category_repeat_rate, "Share of the category's customers who bought in it again.") \
  F(category_popularity, "Decayed receipts of the category, as a logarithm.") \
  F(department_part, "Share of the department in her decayed purchases.") \
  F(department_days_since, "Days since she bought in its department.") \
  F(brand_part, "Share of the brand in her decayed purchases.") \
  F(brand_days_since, "Days since she bought the brand.") \
  F(tier_difference, "Price tier over the mean of hers.") \
  /* her */ \
  F(visits, "Her purchases.") \
  F(items, "Distinct products that she bought.") \
  F(basket, "Mean distinct products of her purchases.") \
  F(last_basket, "Products of her last visit.") \
  F(away, "Days since her last visit.") \
  F(rhythm, "Mean days between her visits.") \
  F(away_ratio, "Days since her last visit over her rhythm.") \
  F(repeats, "Share of her products that she bought again.") \
  F(lately, "Share of her products that she bought in the last 28 days.") \
  F(mainstream, "Mean popularity of her products, as a logarithm.")
// clang-format on

enum FeatureIndex : size_t {
#define PATRON_RANKING_INDEX(name, sentence) k_##name,
  PATRON_RANKING_FEATURES(PATRON_RANKING_INDEX)
#undef PATRON_RANKING_INDEX
      kFeatures
};

inline constexpr std::array<Feature, kFeatures> kFeatureTable = {{
#define PATRON_RANKING_ROW(name, sentence) {#name, sentence},
    PATRON_RANKING_FEATURES(PATRON_RANKING_ROW)
#undef PATRON_RANKING_ROW
}};

}  // namespace patron::ranking
