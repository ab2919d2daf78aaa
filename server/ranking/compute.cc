// The features of each candidate.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "index/training_log.h"
#include "server/ranking/inner.h"
#include "server/ranking/ranking.h"

namespace patron::ranking {
namespace {

using facts::ItemFact;

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

// log2(1 + x) by straight lines between powers of two: monotone and the same on
// every machine. x is 0 or more.
float Log2OnePlus(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(1 + x);
  const float exponent = static_cast<float>(bits >> 23) - 127;
  return exponent + static_cast<float>(bits & 0x7fffff) / 0x800000;
}

// NaN where there is nothing to divide by.
float Ratio(float a, float b) { return b > 0 ? a / b : kUnknown; }

template <typename T>
float AsFloat(T value) {
  return static_cast<float>(value);
}

class Computer {
 public:
  Computer(const Question& question, Scratch& scratch)
      : facts_(question.facts),
        k_(question.knowledge),
        today_(question.today),
        s_(scratch) {}

  void Run() {
    LookAtCustomer();
    LookAtCandidates();
    s_.rows.resize(s_.products.size() * kFeatures);
    for (size_t i = 0; i < s_.products.size(); ++i) {
      float* const row = &s_.rows[i * kFeatures];
      std::copy(customer_.begin(), customer_.end(), row);
      const Evidence& e = s_.evidence[i];
      if (e.item >= 0)
        AddItem(facts_.items[static_cast<size_t>(e.item)],
                s_.weights[static_cast<size_t>(e.item)], row);
      AddProduct(e.product, e, row);
      AddLikeness(e, row);
      AddKind(e, row);
    }
  }

 private:
  float Since(Day day) const { return AsFloat(std::max(0, today_ - day)); }

  // The row of a candidate of whom nothing but the customer is known.
  void LookAtCustomer() {
    customer_.fill(kUnknown);
    const facts::Summary& summary = facts_.summary;
    const size_t items = facts_.items.size();
    customer_[k_visits] = AsFloat(summary.purchases);
    customer_[k_items] = AsFloat(items);
    if (items == 0) return;
    uint32_t times = 0, again = 0, lately = 0, latest = 0;
    float popularity = 0;
    for (size_t i = 0; i < items; ++i) {
      const ItemFact& item = facts_.items[i];
      times += item.times;
      again += item.times > 1;
      lately += today_ - item.last_day() < 28;
      latest += item.last_day() == summary.last_day;
      decayed_ += s_.weights[i];
      most_decayed_ = std::max(most_decayed_, s_.weights[i]);
      const uint32_t product = item.product.value();
      if (product >= k_.products) continue;
      popularity += Log2OnePlus(k_.popularity[product]);
      AddTier(k_.price_tier[product], s_.weights[i]);
    }
    const float n = AsFloat(items);
    customer_[k_basket] = Ratio(AsFloat(times), AsFloat(summary.purchases));
    customer_[k_last_basket] = AsFloat(latest);
    customer_[k_away] = Since(summary.last_day);
    if (summary.purchases > 1)
      rhythm_ = AsFloat(summary.last_day - summary.first_day) /
                AsFloat(summary.purchases - 1);
    customer_[k_rhythm] = rhythm_;
    customer_[k_away_ratio] = Ratio(customer_[k_away], rhythm_);
    customer_[k_repeats] = AsFloat(again) / n;
    customer_[k_lately] = AsFloat(lately) / n;
    customer_[k_mainstream] = popularity / n;
  }

  void AddTier(uint8_t tier, float weight) {
    if (tier == index::kNoPriceTier) return;
    tiers_ += weight * AsFloat(tier);
    tier_weights_ += weight;
  }

  // The largest sums, which each candidate's are compared with.
  void LookAtCandidates() {
    for (const Evidence& e : s_.evidence) {
      most_.neighbours = std::max(most_.neighbours, e.neighbours);
      most_.together = std::max(most_.together, e.together);
      most_.following = std::max(most_.following, e.following);
    }
  }

  void AddItem(const ItemFact& item, float decayed_60, float* row) const {
    const Decays& decays = Decays::Get();
    const float since = Since(item.last_day());
    const float times = AsFloat(item.times);
    row[k_times] = times;
    row[k_times_share] = Ratio(times, AsFloat(facts_.summary.purchases));
    row[k_days_since] = since;
    row[k_visits_since] = AsFloat(s_.visits.Since(item.last_day()));
    row[k_days_since_first] = Since(item.first_day);
    if (const auto interval = item.UsualIntervalDays();
        interval && *interval > 0) {
      row[k_interval] = AsFloat(*interval);
      row[k_due] = since / AsFloat(*interval);
      row[k_due_in] = AsFloat(*interval) - since;
    }
    if (item.times > 1)
      row[k_mean_interval] =
          AsFloat(item.last_day() - item.first_day) / (times - 1);
    if (item.days[1] != 0) {
      row[k_last_gap] = AsFloat(item.days[0] - item.days[1]);
      row[k_last_gap_ratio] = Ratio(since, row[k_last_gap]);
    }
    AddGaps(item, since, row);
    row[k_due_by_product] =
        Ratio(since, k_.typical_interval_days[item.product.value()]);
    row[k_decayed_7] = decays.week.Times(item, today_);
    row[k_decayed_21] = decays.three_weeks.Times(item, today_);
    row[k_decayed_60] = decayed_60;
    row[k_decayed_180] = decays.half_year.Times(item, today_);
    row[k_decayed_60_share] = Ratio(decayed_60, most_decayed_);
    row[k_decayed_60_part] = Ratio(decayed_60, decayed_);
    row[k_since_start_rate] =
        times / AsFloat(1 + s_.visits.Since(item.first_day));
    row[k_kept_in_last_visits] = AsFloat(InLastVisits(item));
  }

  // How even the kept gaps are.
  void AddGaps(const ItemFact& item, float since, float* row) const {
    float sum = 0, squares = 0, gaps = 0;
    for (size_t i = 1; i < item.days.size() && item.days[i] != 0; ++i) {
      const float gap = AsFloat(item.days[i - 1] - item.days[i]);
      if (gap == 0) continue;
      sum += gap;
      squares += gap * gap;
      ++gaps;
    }
    if (gaps == 0) return;
    const float mean = sum / gaps;
    row[k_due_lately] = since / mean;
    row[k_gap_spread] =
        std::sqrt(std::max(0.0f, squares / gaps - mean * mean)) / mean;
  }

  int InLastVisits(const ItemFact& item) const {
    int count = 0;
    for (size_t later = 0; later < 4; ++later) {
      const Day visit = s_.visits.At(later);
      if (visit == 0) break;
      for (const uint16_t day : item.days) count += day == visit;
    }
    return count;
  }

  void AddProduct(uint32_t product, const Evidence& e, float* row) const {
    const float* sold = &k_.sold[product * index::kSaleSpans];
    row[k_popularity] = Log2OnePlus(k_.popularity[product]);
    row[k_customers] = Log2OnePlus(AsFloat(k_.customers_of[product]));
    row[k_sold_7] = sold[0];
    row[k_sold_14] = sold[1];
    row[k_sold_28] = sold[2];
    row[k_sold_56] = sold[3];
    row[k_trend] = Ratio(sold[1], sold[3]);
    row[k_trend_7] = Ratio(sold[0], sold[2]);
    row[k_trending] = e.trending;
    if (k_.typical_interval_days[product] > 0)
      row[k_typical_interval] = k_.typical_interval_days[product];
    row[k_repeat_rate] = k_.repeat_rate[product];
    if (k_.first_sold[product] > 0) row[k_age] = Since(k_.first_sold[product]);
    if (k_.price_tier[product] != index::kNoPriceTier)
      row[k_price_tier] = AsFloat(k_.price_tier[product]);
    row[k_popular_in_store] = e.popular_in_store;
  }

  void AddLikeness(const Evidence& e, float* row) const {
    row[k_neighbours] = e.neighbours;
    row[k_best_neighbour] = e.best_neighbour;
    row[k_neighbours_share] = Ratio(e.neighbours, most_.neighbours);
    row[k_together] = e.together;
    row[k_best_together] = e.best_together;
    row[k_together_share] = Ratio(e.together, most_.together);
    row[k_following] = e.following;
    row[k_following_share] = Ratio(e.following, most_.following);
    row[k_goes_with] = e.goes_with;
    const size_t n = k_.dimensions;
    const float* point = &k_.embeddings[e.product * n];
    row[k_taste] = Inner(s_.taste.data(), point, n);
    row[k_late_taste] = Inner(s_.late_taste.data(), point, n);
    row[k_in_group] = e.in_group;
    row[k_in_group_lift] =
        Ratio(e.in_group * AsFloat(k_.customers), k_.popularity[e.product]);
  }

  void AddKind(const Evidence& e, float* row) const {
    const uint32_t category = k_.category[e.product];
    if (category != index::kNoCategory) AddCategory(e, category, row);
    AddWider(e, row);
    if (const KindCount* d =
            s_.kinds[kOfDepartment].Find(k_.department[e.product])) {
      row[k_department_part] = Ratio(d->decayed, decayed_);
      row[k_department_days_since] = Since(d->last);
    }
    if (const KindCount* b = s_.kinds[kOfBrand].Find(k_.brand[e.product])) {
      row[k_brand_part] = Ratio(b->decayed, decayed_);
      row[k_brand_days_since] = Since(b->last);
    }
    if (k_.price_tier[e.product] != index::kNoPriceTier && tier_weights_ > 0)
      row[k_tier_difference] =
          AsFloat(k_.price_tier[e.product]) - tiers_ / tier_weights_;
  }

  void AddCategory(const Evidence& e, uint32_t category, float* row) const {
    row[k_category_share] =
        Ratio(k_.popularity[e.product], k_.category_popularity[category]);
    row[k_category_repeat_rate] = k_.category_repeat_rate[category];
    row[k_category_popularity] = Log2OnePlus(k_.category_popularity[category]);
    const KindCount* count = s_.kinds[kOfCategory].Find(category);
    row[k_category_times] = count == nullptr ? 0 : count->decayed;
    if (count == nullptr) return;
    const float since = Since(count->last);
    row[k_category_part] = Ratio(count->decayed, decayed_);
    row[k_category_days_since] = since;
    row[k_category_due] = Ratio(since, k_.category_interval_days[category]);
    row[k_category_own_due] = OwnDue(*count);
    row[k_category_items] = AsFloat(count->items);
    const KindCount* brand =
        s_.kinds[kOfBrandInCategory].Find(BrandInCategory(k_, e.product));
    row[k_brand_in_category] =
        brand == nullptr ? 0 : Ratio(brand->decayed, count->decayed);
    if (e.item < 0) return;
    const ItemFact& item = facts_.items[static_cast<size_t>(e.item)];
    row[k_item_in_category] =
        Ratio(s_.weights[static_cast<size_t>(e.item)], count->decayed);
    row[k_newer_in_category] = AsFloat(count->last - item.last_day());
  }

  // Days since she bought of the kind over her own interval in it.
  float OwnDue(const KindCount& count) const {
    if (count.times < 2) return kUnknown;
    return Ratio(Since(count.last),
                 AsFloat(count.last - count.first) / AsFloat(count.times - 1));
  }

  // The category around the product's own.
  void AddWider(const Evidence& e, float* row) const {
    const KindCount* count = s_.kinds[kOfWider].Find(k_.wider[e.product]);
    if (count == nullptr) return;
    row[k_wider_times] = count->decayed;
    row[k_wider_part] = Ratio(count->decayed, decayed_);
    row[k_wider_days_since] = Since(count->last);
    row[k_wider_own_due] = OwnDue(*count);
    row[k_wider_items] = AsFloat(count->items);
    if (e.item >= 0)
      row[k_item_in_wider] =
          Ratio(s_.weights[static_cast<size_t>(e.item)], count->decayed);
  }

  const facts::CustomerFacts& facts_;
  const index::Knowledge& k_;
  const Day today_;
  Scratch& s_;
  std::array<float, kFeatures> customer_;
  float decayed_ = 0;
  float most_decayed_ = 0;
  float tiers_ = 0;
  float tier_weights_ = 0;
  float rhythm_ = kUnknown;
  Evidence most_;
};

}  // namespace

void Compute(const Question& question, Scratch& scratch) {
  Computer(question, scratch).Run();
}

}  // namespace patron::ranking
