#include "server/recommend/situation.h"

#include <algorithm>
#include <bit>

namespace patron::recommend {
namespace {

// From this share of the usual interval on a product is due.
constexpr double kDueFrom = 0.8;

}  // namespace

const facts::ItemFact* Situation::Item(uint32_t product) const {
  const auto& items = facts.items;
  const auto at =
      std::lower_bound(items.begin(), items.end(), product,
                       [](const facts::ItemFact& item, uint32_t wanted) {
                         return item.product.value() < wanted;
                       });
  return at != items.end() && at->product.value() == product ? &*at : nullptr;
}

void Selection::Insert(size_t place, std::vector<RankedItem> items) {
  place = std::min(place, items_.size());
  const double score =
      items_.empty() ? 1 : items_[place > 0 ? place - 1 : 0].score;
  for (RankedItem& item : items) {
    item.score = score;
    seen_.Insert(item.product);
  }
  items_.insert(items_.begin() + static_cast<std::ptrdiff_t>(place),
                items.begin(), items.end());
  if (items_.size() > reach_) items_.resize(reach_);
}

void OfferAll(const std::vector<RankedItem>& items, Selection& selection) {
  for (const RankedItem& item : items) {
    if (selection.Full()) return;
    selection.Offer(item);
  }
}

void SortByScore(std::vector<RankedItem>& items) {
  std::sort(
      items.begin(), items.end(), [](const RankedItem& a, const RankedItem& b) {
        return a.score != b.score ? a.score > b.score : a.product < b.product;
      });
}

uint64_t OrderKey(float score, uint32_t product) {
  // The bits of floats that are 0 or more are ordered as the floats are.
  return uint64_t{std::bit_cast<uint32_t>(score)} << 32 | ~product;
}

float ScoreOf(uint64_t key) {
  return std::bit_cast<float>(static_cast<uint32_t>(key >> 32));
}

uint32_t ProductOf(uint64_t key) { return ~static_cast<uint32_t>(key); }

DueState DueOf(const Situation& situation, const facts::ItemFact& item) {
  const std::optional<int> interval = item.UsualIntervalDays();
  if (!interval || *interval <= 0) return {};
  return {*interval,
          static_cast<double>(situation.DaysSince(item)) / *interval};
}

bool IsDueAgain(const Situation& situation, const facts::ItemFact& item) {
  const DueState due = DueOf(situation, item);
  return due.ratio >= kDueFrom &&
         due.ratio <= situation.options.abandoned_after_intervals;
}

void BarLatelyBought(const Situation& situation, Selection& selection) {
  const int days = situation.query.not_bought_days;
  if (days == 0) return;
  for (const facts::ItemFact& item : situation.facts.items)
    if (situation.DaysSince(item) < days && !IsDueAgain(situation, item))
      selection.Bar(item.product.value());
}

bool JustBought(const Situation& situation, const facts::ItemFact& item) {
  if (item.last_day() < situation.today) return false;
  const std::optional<int> interval = item.UsualIntervalDays();
  return !interval || *interval > 1;
}

}  // namespace patron::recommend
