#include "server/targeting/features.h"

#include <algorithm>
#include <cmath>

namespace patron::targeting {
namespace {

constexpr const char* kNames[] = {
    "purchases",
    "spend",
    "basket",
    "recency",
    "discounted_share",
    "deep_share",
    "coupon_lines",
    "coupon_line_share",
    "coupon_recency",
    "coupon_regularity",
    "coupon_purchase_share",
    "issued",
    "uses",
    "used_offers",
    "use_rate",
    "use_recency",
    "scope_products",
    "items",
    "items_recent",
    "scope_items",
    "scope_times",
    "scope_recent",
    "scope_share",
    "profile",
    "depth",
};
static_assert(std::size(kNames) == kFeatures);

constexpr double kPurchaseScaleDays = 28;
constexpr double kCouponScaleDays = 56;
constexpr int kRecentDays = 56;
constexpr double kDayUs = 86'400e6;

// A count among others, and what is usual: `usual` of `weight` more.
double Share(double part, double whole, double usual, double weight) {
  return (part + usual * weight) / (whole + weight);
}

double Recency(double days, double scale) {
  return std::exp(-std::max(0.0, days) / scale);
}

double DayRecency(Day day, Day today, double scale) {
  return day == 0 ? 0 : Recency(today - day, scale);
}

void AddPurchases(const facts::Summary& summary, Day today, Features& out) {
  int64_t spend = 0;
  for (const auto& [currency, amount] : summary.spend)
    spend = std::max(spend, amount);
  const double hundreds = static_cast<double>(spend) / 100;
  out[kPurchases] = std::log1p(summary.purchases);
  out[kSpend] = std::log1p(hundreds);
  out[kBasket] = std::log1p(hundreds / std::max(1, summary.purchases));
  out[kRecency] = DayRecency(summary.last_day, today, kPurchaseScaleDays);
}

void AddDiscounts(const facts::Summary& summary, Day today, Features& out) {
  const auto& bands = summary.discount_bands;
  const double lines = summary.lines;
  out[kDiscountedShare] = Share(lines - bands[0], lines, 0.5, 10);
  out[kDeepShare] = Share(bands[3] + bands[4], lines, 0.1, 10);
  out[kCouponLines] = std::log1p(summary.coupon_lines);
  out[kCouponLineShare] = Share(summary.coupon_lines, lines, 0.015, 10);
  out[kCouponRecency] =
      DayRecency(summary.coupon_days.front(), today, kCouponScaleDays);
  out[kCouponRegularity] =
      DayRecency(summary.coupon_days.back(), today, kCouponScaleDays);
  out[kCouponPurchaseShare] =
      Share(summary.coupon_purchases, summary.purchases, 0.05, 2);
}

void AddUses(const wire::AccountRow& account, int64_t now_us, Features& out) {
  int64_t uses = 0, last_us = 0, offers = 0;
  for (const wire::OfferUses& one : account.offers) {
    if (one.uses <= 0) continue;
    uses += one.uses;
    ++offers;
    last_us = std::max(last_us, one.last_us);
  }
  const auto issued = static_cast<double>(account.issued.size());
  out[kIssued] = std::log1p(issued);
  out[kUses] = std::log1p(static_cast<double>(uses));
  out[kUsedOffers] = std::log1p(static_cast<double>(offers));
  out[kUseRate] = Share(static_cast<double>(offers), issued, 0.12, 2);
  if (last_us != 0)
    out[kUseRecency] = Recency(static_cast<double>(now_us - last_us) / kDayUs,
                               kCouponScaleDays);
}

void AddItems(const std::vector<facts::ItemFact>& items,
              const OfferContext& offer, Day today, Features& out) {
  double recent = 0, in_scope = 0, times = 0, recent_in_scope = 0;
  for (const facts::ItemFact& item : items) {
    const bool lately = today - item.last_day() <= kRecentDays;
    recent += lately;
    if (!offer.Covers(item.product)) continue;
    ++in_scope;
    times += item.times;
    recent_in_scope += lately;
  }
  const auto all = static_cast<double>(items.size());
  out[kItems] = std::log1p(all);
  out[kItemsRecent] = std::log1p(recent);
  out[kScopeItems] = std::log1p(in_scope);
  out[kScopeTimes] = std::log1p(times);
  out[kScopeRecent] = std::log1p(recent_in_scope);
  out[kScopeShare] = in_scope / std::max(1.0, all);
}

}  // namespace

absl::string_view FeatureName(int feature) { return kNames[feature]; }

Features FeaturesOf(const facts::CustomerFacts& facts,
                    const facts::Traits* traits,
                    const wire::AccountRow* account, const OfferContext& offer,
                    const Moment& moment) {
  Features out{};
  AddPurchases(facts.summary, moment.today, out);
  AddDiscounts(facts.summary, moment.today, out);
  AddUses(account == nullptr ? wire::AccountRow() : *account, moment.now_us,
          out);
  AddItems(facts.items, offer, moment.today, out);
  out[kScopeProducts] = std::log1p(static_cast<double>(offer.products));
  out[kProfile] = traits != nullptr;
  out[kDepth] = offer.depth;
  return out;
}

}  // namespace patron::targeting
