// New arrivals matched to taste.
//
// The catalogue does not know when a product was first listed; it knows in
// which order products were first seen, for ordinals grow. So the newest are
// those of the largest ordinals, a tenth of the catalogue at most, however long
// ago that was. Among them come first those whose categories and brands she
// buys: the sum of
//   the share of her purchases in each of the product's categories, the
//   narrower ones counting more,
//   half the share in its brand,
//   a half for a category that she named as a priority,
//   a fifth for how new it is: 1 for the newest, 0 for the oldest of the new.
// Shares are of times bought, each decayed by its age. What she has bought
// already is no arrival for her. Nobody's taste orders by age alone.
#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "server/recommend/decay.h"
#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

using catalog::Entry;
using catalog::TermOrdinal;

constexpr double kBrand = 0.5;
constexpr double kPriority = 0.5;
constexpr double kNewness = 0.2;
// New products looked at for each place, where the share is smaller.
constexpr size_t kFewest = 10;

// What she buys, by category and brand; shares of all.
class Taste {
 public:
  explicit Taste(const Situation& situation) : catalog_(situation.catalog) {
    double all = 0;
    for (const facts::ItemFact& item : situation.facts.items)
      all += Add(item, DecayedTimes(item, situation.today,
                                    situation.options.taste_half_life_days));
    if (all > 0) scale_ = 1 / all;
    for (const std::string& name : situation.facts.summary.priorities)
      priorities_.push_back(catalog_.Category(name));
  }

  double Of(const Entry& entry) const {
    double levels = 0, sum = 0;
    for (size_t i = 0; i < entry.categories.size(); ++i) {
      const double weight = static_cast<double>(i + 1);
      levels += weight;
      sum += weight * ShareOf(categories_, entry.categories[i]);
    }
    return (levels > 0 ? sum / levels : 0) +
           kBrand * ShareOf(brands_, entry.brand) +
           (IsPriority(entry) ? kPriority : 0);
  }

 private:
  using Weights = absl::flat_hash_map<TermOrdinal, double>;

  double Add(const facts::ItemFact& item, double weight) {
    const Entry& entry = catalog_.Get(item.product.value());
    for (const TermOrdinal category : entry.categories)
      categories_[category] += weight;
    if (entry.brand != catalog::kNoTerm) brands_[entry.brand] += weight;
    return weight;
  }

  double ShareOf(const Weights& weights, TermOrdinal term) const {
    const auto found = weights.find(term);
    return found == weights.end() ? 0 : found->second * scale_;
  }

  bool IsPriority(const Entry& entry) const {
    return std::any_of(entry.categories.begin(), entry.categories.end(),
                       [&](TermOrdinal category) {
                         return std::count(priorities_.begin(),
                                           priorities_.end(), category) > 0;
                       });
  }

  const catalog::Catalog::Reader& catalog_;
  Weights categories_;
  Weights brands_;
  std::vector<TermOrdinal> priorities_;
  double scale_ = 0;
};

// The newest products that fit, newest first.
std::vector<uint32_t> Newest(const Situation& situation,
                             const Selection& selection) {
  const std::vector<uint32_t>& listed = situation.catalog.Listed();
  const RecommendOptions& options = situation.options;
  const auto share = static_cast<size_t>(static_cast<double>(listed.size()) *
                                         options.new_arrivals_share);
  const size_t most =
      std::min<size_t>({listed.size(), std::max(share, kFewest),
                        static_cast<size_t>(options.new_arrivals)});
  std::vector<uint32_t> newest;
  for (size_t i = 0; i < most; ++i) {
    const uint32_t product = listed[listed.size() - 1 - i];
    if (situation.Item(product) == nullptr && selection.Fits(product))
      newest.push_back(product);
  }
  return newest;
}

}  // namespace

std::vector<RankedItem> Arrivals(const Situation& situation,
                                 const Selection& selection) {
  const Taste taste(situation);
  const std::vector<uint32_t> newest = Newest(situation, selection);
  std::vector<RankedItem> arrivals;
  for (size_t i = 0; i < newest.size(); ++i) {
    RankedItem& item = arrivals.emplace_back();
    item.product = newest[i];
    item.reason = wire::ReasonCode::NEW_ARRIVAL;
    const double age =
        static_cast<double>(i) / static_cast<double>(newest.size());
    item.score =
        taste.Of(situation.catalog.Get(item.product)) + kNewness * (1 - age);
  }
  std::stable_sort(arrivals.begin(), arrivals.end(),
                   [](const RankedItem& a, const RankedItem& b) {
                     return a.score > b.score;
                   });
  return arrivals;
}

void ChooseNewArrivals(const Situation& situation, Selection& selection) {
  OfferAll(Arrivals(situation, selection), selection);
}

}  // namespace patron::recommend
