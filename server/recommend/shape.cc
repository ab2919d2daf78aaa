#include "server/recommend/shape.h"

#include <algorithm>
#include <cmath>

#include "absl/container/flat_hash_map.h"
#include "server/recommend/decay.h"

namespace patron::recommend {
namespace {

using catalog::TermOrdinal;
using wire::PriceTier;

constexpr size_t kPage = 10;
// How far below the places asked for something may rise from.
constexpr size_t kDeep = 500;
constexpr unsigned kAllTiers =
    1u << PriceTier::LOW | 1u << PriceTier::MIDDLE | 1u << PriceTier::HIGH;

// ---- weights
// -----------------------------------------------------------------------------

double Sunk(const Situation& situation, const facts::Showing& showing) {
  const RecommendOptions& options = situation.options;
  const double age = std::max(0, situation.today - showing.day);
  const double showings =
      showing.times * Decayed(age, options.ignored_half_life_days);
  return std::max(options.ignored_floor,
                  std::pow(options.ignored_factor, showings));
}

void Weigh(const Situation& situation, const Shape& shape,
           std::vector<RankedItem>& items) {
  for (RankedItem& item : items) {
    const bool own = situation.Item(item.product) != nullptr;
    item.score *= own ? shape.due_weight : shape.novelty_weight;
    if (!shape.sinks) continue;
    for (const facts::Showing& showing : situation.facts.shown)
      if (showing.product.value() == item.product)
        item.score *= Sunk(situation, showing);
  }
  std::stable_sort(items.begin(), items.end(),
                   [](const RankedItem& a, const RankedItem& b) {
                     return a.score > b.score;
                   });
}

// ---- limits
// ------------------------------------------------------------------------------

// Deals out items by rank under the limits. Items of one category and tier
// stand in one queue, so that a place looks at the queues' heads only.
class Dealer {
 public:
  Dealer(const Situation& situation, const Shape& shape, Selection& selection)
      : situation_(situation),
        shape_(shape),
        selection_(selection),
        k_(selection.k()) {
    for (const RankedItem& item : selection.items()) Add(item);
    // Less than three places cannot show three tiers.
    if (shape.spread_price_tiers && k_ >= 3) missing_ = kAllTiers;
  }

  std::vector<RankedItem> Deal() {
    while (dealt_.size() < k_ && Next()) {
    }
    return std::move(dealt_);
  }

 private:
  struct Ranked {
    size_t rank = 0;
    RankedItem item;
  };
  struct Queue {
    TermOrdinal category = catalog::kNoTerm;
    unsigned tier = 0;  // as a bit
    size_t next = 0;
    std::vector<Ranked> items;
  };

  unsigned TierOf(const catalog::Entry& entry) const {
    return shape_.spread_price_tiers ? 1u << entry.product.price_tier : 0;
  }

  Queue& QueueOf(uint32_t product) {
    const catalog::Entry& entry = situation_.catalog.Get(product);
    const TermOrdinal category =
        shape_.per_category > 0 ? entry.narrowest() : catalog::kNoTerm;
    const unsigned tier = TierOf(entry);
    const auto [at, added] =
        places_.try_emplace(std::pair(category, tier), queues_.size());
    if (added) queues_.push_back({category, tier, 0, {}});
    return queues_[at->second];
  }

  void Add(const RankedItem& item) {
    QueueOf(item.product).items.push_back({rank_++, item});
  }

  // Everything else that may be shown; as many of a queue as can be dealt.
  void AddFill() {
    if (filled_ || !shape_.fills) return;
    filled_ = true;
    VisitFill(situation_, selection_,
              [&](uint32_t product, wire::ReasonCode::type reason) {
                if (!selection_.Fits(product)) return true;
                Queue& queue = QueueOf(product);
                if (queue.items.size() - queue.next >= k_) return true;
                selection_.Bar(product);
                // Its score is told by the place that it gets.
                queue.items.push_back(
                    {rank_++, FillItem(situation_, product, reason, -1)});
                return true;
              });
  }

  bool Blocked(TermOrdinal category) const {
    if (category == catalog::kNoTerm) return false;
    const size_t window = std::min(dealt_.size(), kPage - 1);
    const auto of_category = [&](const RankedItem& item) {
      return situation_.catalog.Get(item.product).narrowest() == category;
    };
    return std::count_if(dealt_.end() - static_cast<std::ptrdiff_t>(window),
                         dealt_.end(), of_category) >= shape_.per_category;
  }

  // The queue whose head ranks first among those of `tiers` (0 = all).
  Queue* Best(unsigned tiers, bool limited) {
    Queue* best = nullptr;
    for (Queue& queue : queues_) {
      if (queue.next >= queue.items.size()) continue;
      if (tiers != 0 && (queue.tier & tiers) == 0) continue;
      if (best != nullptr &&
          best->items[best->next].rank < queue.items[queue.next].rank)
        continue;
      if (!limited || !Blocked(queue.category)) best = &queue;
    }
    return best;
  }

  // The tiers of which one must come now; 0 = any may.
  unsigned Wanted() const {
    const size_t page = std::min(k_, kPage);
    if (missing_ == 0 || dealt_.size() >= page) return 0;
    const auto missing = static_cast<size_t>(__builtin_popcount(missing_));
    return missing >= page - dealt_.size() ? missing_ : 0;
  }

  Queue* Choose() {
    if (const unsigned tiers = Wanted(); tiers != 0) {
      if (Queue* queue = Best(tiers, true)) return queue;
      AddFill();
      if (Queue* queue = Best(tiers, true)) return queue;
      if (Queue* queue = Best(tiers, false)) return queue;
      missing_ = 0;  // there are none
    }
    if (Queue* queue = Best(0, true)) return queue;
    AddFill();
    if (Queue* queue = Best(0, true)) return queue;
    return Best(0, false);
  }

  bool Next() {
    Queue* queue = Choose();
    if (queue == nullptr) return false;
    RankedItem item = queue->items[queue->next++].item;
    const double above = dealt_.empty() ? 1 : dealt_.back().score;
    if (item.score < 0) item.score = BelowScore(above);
    if (!dealt_.empty()) item.score = std::min(item.score, above);
    missing_ &= ~queue->tier;
    dealt_.push_back(item);
    return true;
  }

  const Situation& situation_;
  const Shape& shape_;
  Selection& selection_;
  const size_t k_;
  absl::flat_hash_map<std::pair<TermOrdinal, unsigned>, size_t> places_;
  std::vector<Queue> queues_;
  std::vector<RankedItem> dealt_;
  size_t rank_ = 0;
  unsigned missing_ = 0;
  bool filled_ = false;
};

}  // namespace

size_t Shape::Reach(size_t k) const {
  if (weighs() || limits()) return k + kDeep;
  return sinks ? k + facts::kShownKept : k;
}

Shape ShapeOf(const Situation& situation, const Placing& placing) {
  const Query& query = situation.query;
  Shape shape;
  shape.due_weight = query.due_weight;
  shape.novelty_weight = query.novelty_weight;
  shape.sinks = placing.sinks && !situation.facts.shown.empty();
  shape.per_category = query.per_category;
  if (shape.per_category == 0 && placing.placement == wire::Placement::KIOSK)
    shape.per_category = situation.options.kiosk_per_category;
  shape.spread_price_tiers = query.spread_price_tiers;
  shape.fills = placing.fills;
  return shape;
}

void LeaveOut(const Situation& situation, const Shape& shape,
              Selection& selection) {
  if (shape.due_weight == 0)
    for (const facts::ItemFact& item : situation.facts.items)
      selection.Bar(item.product.value());
  if (shape.novelty_weight == 0)
    selection.Demand([&situation](uint32_t product) {
      return situation.Item(product) != nullptr;
    });
}

void Arrange(const Situation& situation, const Shape& shape,
             Selection& selection) {
  if (shape.weighs() || shape.sinks) Weigh(situation, shape, selection.items());
  if (shape.limits()) {
    selection.items() = Dealer(situation, shape, selection).Deal();
  } else if (selection.items().size() > selection.k()) {
    selection.items().resize(selection.k());
  }
}

}  // namespace patron::recommend
