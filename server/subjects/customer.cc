#include <algorithm>

#include "server/subjects/fields.h"
#include "server/subjects/habits.h"
#include "server/subjects/parts.h"
#include "server/subjects/subjects.h"
#include "server/subjects/values.h"

namespace patron::subjects {
namespace {

using facts::Summary;

// The number beside `key` in pairs; 0 where there is none.
template <typename Pairs, typename Key>
int64_t CountOf(const Pairs& pairs, const Key& key) {
  for (const auto& [name, count] : pairs)
    if (name == key) return count;
  return 0;
}

rules::Value DaysSince(Day day, Day today) {
  return NumberIf(day != 0, today - day);
}

// Purchases are not counted by currency: with spend in another one, the mean
// over all of them would be wrong.
rules::Value AverageTicket(const Summary& summary, absl::string_view currency) {
  const bool mixed =
      std::any_of(summary.spend.begin(), summary.spend.end(),
                  [&](const auto& pair) { return pair.first != currency; });
  if (mixed || summary.purchases == 0) return Unknown();
  return Number(CountOf(summary.spend, currency) / summary.purchases);
}

rules::Value UsualGapDays(const Summary& summary) {
  if (summary.purchases < 2) return Unknown();
  return Number((summary.last_day - summary.first_day) /
                (summary.purchases - 1));
}

int64_t PurchasesInStore(const CustomerParts& parts, absl::string_view id) {
  if (parts.names == nullptr) return 0;
  const auto store = parts.names->FindStore(id);
  return store ? CountOf(parts.summary->stores, *store) : 0;
}

// Lines discounted as deep as `band` or deeper.
int64_t LinesFromBand(const Summary& summary, size_t band) {
  int64_t lines = 0;
  for (; band < facts::kDiscountBands; ++band)
    lines += summary.discount_bands[band];
  return lines;
}

// Of a kind that nobody has there is nothing to know.
rules::Value FeedbackValue(const CustomerParts& parts, int field,
                           absl::string_view key) {
  const facts::FeedbackKind kind = facts::FeedbackNamed(key);
  if (kind == facts::FeedbackKind::kNone) return Unknown();
  const facts::Feedback& told =
      facts::FeedbackOf(parts.summary->feedback, kind);
  switch (field) {
    case kFeedback:
      return Number(told.count);
    case kFeedbackSum:
      return Number(told.sum);
    case kFeedbackFirst:
      return NumberIf(told.scored > 0, told.first_score);
    case kFeedbackLast:
      return NumberIf(told.scored > 0, told.last_score);
    case kDaysSinceFirstFeedback:
      return NumberIf(told.count > 0, parts.today - told.first_day);
    case kDaysSinceLastFeedback:
      return NumberIf(told.count > 0, parts.today - told.last_day);
    default:
      return Unknown();
  }
}

// The first band of more than 35 %.
constexpr size_t kDeepBand = 3;

CustomerParts WithSummary(CustomerParts parts) {
  if (parts.facts != nullptr) parts.summary = &parts.facts->summary;
  return parts;
}

}  // namespace

CustomerSubject::CustomerSubject(const CustomerParts& parts)
    : parts_(WithSummary(parts)) {}

int64_t CustomerSubject::Today() const { return parts_.today; }

rules::Value CustomerSubject::Get(int field, absl::string_view key) const {
  const bool identified =
      parts_.summary != nullptr || parts_.account != nullptr;
  if (field == kIdentified) return Truth(identified);
  if (field >= kFirstLoyaltyField)
    return identified ? LoyaltyValue(parts_, field, key) : Unknown();
  if (IsHabit(field))
    return parts_.summary != nullptr && parts_.history != nullptr
               ? HabitValue(*this, field)
               : Unknown();
  if (IsPredicted(field))
    return parts_.summary != nullptr ? PredictedValue(parts_, field, key)
                                     : Unknown();
  if (field >= kFirstFactField)
    return parts_.summary != nullptr ? FactOf(field, key) : Unknown();
  return parts_.traits != nullptr
             ? ProfileValue(*parts_.traits, parts_.today, field, key)
             : Unknown();
}

rules::Value CustomerSubject::FactOf(int field, absl::string_view key) const {
  const Summary& summary = *parts_.summary;
  switch (field) {
    case kPurchases:
      return Number(summary.purchases);
    case kLineCount:
      return Number(summary.lines);
    case kReturns:
      return Number(summary.returns);
    case kEventCount:
      return Number(summary.events);
    case kSpend:
      return Number(CountOf(summary.spend, key));
    case kReturned:
      return Number(CountOf(summary.returned, key));
    case kAverageTicket:
      return AverageTicket(summary, key);
    case kDaysSinceFirstPurchase:
      return DaysSince(summary.first_day, parts_.today);
    case kDaysSinceLastPurchase:
      return DaysSince(summary.last_day, parts_.today);
    case kUsualGapDays:
      return UsualGapDays(summary);
    case kStores:
      return Texts(Stores());
    case kChannels:
      return Texts(Channels());
    case kPurchasesInStore:
      return Number(PurchasesInStore(parts_, key));
    case kPurchasesInChannel:
      return Number(CountOf(summary.channels, key));
    case kDistinctProducts:
      return NumberIf(parts_.facts != nullptr, Items().size());
    case kBought:
      return parts_.facts != nullptr ? Texts(Bought()) : Unknown();
    case kFirstSource:
      return summary.first_source ? TextOrUnknown(*summary.first_source)
                                  : Unknown();
    case kFullPriceLines:
      return Number(summary.discount_bands[0]);
    case kDiscountedLines:
      return Number(LinesFromBand(summary, 1));
    case kDeepDiscountLines:
      return Number(LinesFromBand(summary, kDeepBand));
    case kCouponLines:
      return Number(summary.coupon_lines);
    case kCouponPurchases:
      return Number(summary.coupon_purchases);
    case kDaysSinceLastCoupon:
      return DaysSince(summary.last_coupon_day(), parts_.today);
    default:
      return FeedbackValue(parts_, field, key);
  }
}

absl::Span<const facts::ItemFact> CustomerSubject::Items() const {
  if (parts_.facts == nullptr) return {};
  return parts_.facts->items;
}

absl::Span<const std::string> CustomerSubject::Stores() const {
  if (!stores_) {
    stores_.emplace();
    if (parts_.names != nullptr)
      for (const auto& [store, count] : parts_.summary->stores)
        stores_->emplace_back(parts_.names->StoreId(store));
  }
  return *stores_;
}

absl::Span<const std::string> CustomerSubject::Channels() const {
  if (!channels_) {
    channels_.emplace();
    for (const auto& [channel, count] : parts_.summary->channels)
      channels_->push_back(channel);
  }
  return *channels_;
}

absl::Span<const std::string> CustomerSubject::Bought() const {
  if (!bought_) {
    bought_.emplace();
    bought_->reserve(Items().size());
    if (parts_.names != nullptr)
      for (const facts::ItemFact& item : Items())
        bought_->emplace_back(parts_.names->ProductId(item.product.value()));
  }
  return *bought_;
}

void CustomerSubject::ForEach(
    int source, int64_t first_day,
    absl::FunctionRef<bool(const rules::Row&)> visit) const {
  if (source == kLines) ForEachLine(parts_, first_day, visit);
  if (source == kEvents) ForEachEvent(parts_, first_day, visit);
}

}  // namespace patron::subjects
