#include "server/facts/facts.h"

#include <algorithm>
#include <limits>

namespace patron::facts {
namespace {

// The place of `key` in a vector of pairs sorted by key, made if it is absent.
template <typename Key, typename Value>
Value& Slot(std::vector<std::pair<Key, Value>>& pairs, const Key& key) {
  auto at = std::lower_bound(
      pairs.begin(), pairs.end(), key,
      [](const auto& pair, const Key& wanted) { return pair.first < wanted; });
  if (at == pairs.end() || at->first != key)
    at = pairs.insert(at, {key, Value{}});
  return at->second;
}

// Insertion into a newest-first list; the oldest falls off.
void KeepDay(std::array<uint16_t, kDaysKept>& days, uint16_t day) {
  for (uint16_t& kept : days)
    if (day > kept) std::swap(day, kept);
}

}  // namespace

std::shared_ptr<const Traits> MakeTraits(const wire::Customer& customer) {
  auto traits = std::make_shared<Traits>(customer);
  traits->name.clear();
  traits->__isset.name = false;
  traits->contacts.clear();
  return traits;
}

size_t DiscountBandOf(int64_t list_amount, int64_t amount) {
  if (list_amount <= amount) return 0;
  constexpr int64_t kMostPercent[] = {15, 35, 55};
  size_t band = 1;
  for (const int64_t percent : kMostPercent)
    band += (list_amount - amount) * 100 > list_amount * percent;
  return band;
}

std::optional<int> ItemFact::UsualIntervalDays() const {
  if (times < 2 || days[0] == first_day) return std::nullopt;
  std::array<int, kDaysKept - 1> gaps{};
  int count = 0;
  for (int i = 0; i + 1 < kDaysKept && days[i + 1] != 0; ++i)
    if (days[i] != days[i + 1]) gaps[count++] = days[i] - days[i + 1];
  const auto [a, b, c] = gaps;
  if (count == 3) return std::max(std::min(a, b), std::min(std::max(a, b), c));
  if (count == 2) return (a + b) / 2;
  return std::max(1, (days[0] - first_day + (times - 1) / 2) / (times - 1));
}

void AddReceipt(ItemFact& item, Day day) {
  const auto short_day = static_cast<uint16_t>(day);
  if (item.times < std::numeric_limits<uint16_t>::max()) ++item.times;
  if (item.first_day == 0 || short_day < item.first_day)
    item.first_day = short_day;
  KeepDay(item.days, short_day);
}

void AddPurchase(Summary& summary, const PurchaseFacts& purchase) {
  ++summary.purchases;
  summary.lines += purchase.lines;
  if (summary.first_day == 0 || purchase.day < summary.first_day)
    summary.first_day = purchase.day;
  summary.last_day = std::max(summary.last_day, purchase.day);
  if (purchase.store != kNoStore)
    ++Slot(summary.stores, purchase.store.value());
  ++Slot(summary.channels, purchase.channel);
  for (size_t band = 0; band < kDiscountBands; ++band)
    summary.discount_bands[band] += purchase.discount_bands[band];
  if (purchase.coupon_lines > 0) {
    summary.coupon_lines += purchase.coupon_lines;
    ++summary.coupon_purchases;
    KeepDay(summary.coupon_days, static_cast<uint16_t>(purchase.day));
  }
  if (std::pair(purchase.at_us, purchase.receipt_digest) >=
      std::pair(summary.latest_at_us, summary.latest_digest)) {
    summary.latest_at_us = purchase.at_us;
    summary.latest_digest = purchase.receipt_digest;
    summary.latest = purchase.first_products;
  }
}

void AddInteraction(Summary& summary, const Interaction& interaction) {
  auto& recent = summary.recent;
  const auto at = std::lower_bound(recent.begin(), recent.end(), interaction,
                                   std::greater<>());
  recent.insert(at, interaction);
  if (recent.size() > kRecentKept) recent.pop_back();
}

void AddShowing(std::vector<Showing>& shown, const Showing& showing) {
  const auto same = std::find_if(
      shown.begin(), shown.end(),
      [&](const Showing& one) { return one.product == showing.product; });
  Showing now = showing;
  if (same != shown.end()) {
    const int times = same->times + showing.times;
    now.times = static_cast<uint8_t>(
        std::min<int>(times, std::numeric_limits<uint8_t>::max()));
    now.day = std::max(same->day, showing.day);
    shown.erase(same);
  }
  shown.insert(shown.begin(), now);
  if (shown.size() > kShownKept) shown.pop_back();
}

void AddAmount(std::vector<std::pair<std::string, int64_t>>& amounts,
               const std::string& currency, int64_t amount) {
  int64_t& sum = Slot(amounts, currency);
  sum += amount;
  if (sum == 0)
    std::erase_if(amounts,
                  [&](const auto& pair) { return pair.first == currency; });
}

}  // namespace patron::facts
