// What looks after what was bought.
//
//   3 + s        makes a set with it (sets.cc): s is the tie, 0.75 or 1
//   2 + share    cares for its category (placements.h): share is how narrow the
//                category named is, 1 for the narrowest of its path
//   below 2      goes with it, against the strongest
// The first two get up to 0.1 more for how well they sell.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "server/recommend/decay.h"
#include "server/recommend/placements.h"
#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

using catalog::Entry;
using catalog::TermOrdinal;
using wire::ReasonCode;

constexpr double kSet = 3;
constexpr double kCare = 2;
constexpr double kSells = 0.1;
// Of a category of care, products looked at.
constexpr size_t kLookedAt = 5000;

std::vector<uint32_t> SourcesOf(const Situation& situation) {
  if (!situation.query.products.empty()) return situation.query.products;
  std::vector<uint32_t> sources;
  for (const ProductOrdinal product : situation.facts.summary.latest)
    sources.push_back(product.value());
  return sources;
}

double Sells(const Situation& situation, uint32_t product) {
  const auto popular = situation.Popular();
  if (popular.empty() || popular.front().score <= 0) return 0;
  return kSells * Log2OnePlus(situation.Popularity(product)) /
         Log2OnePlus(popular.front().score);
}

RankedItem Caring(const Situation& situation, uint32_t product, double score,
                  uint32_t source) {
  RankedItem item;
  item.product = product;
  item.score = score + Sells(situation, product);
  item.reason = ReasonCode::CARES_FOR_PURCHASE;
  item.because_of = source;
  return item;
}

void AddSets(const Situation& situation, uint32_t source,
             std::vector<RankedItem>& items) {
  // A variant of the same thing does not look after it.
  for (const Neighbour& n : SetOf(situation, source))
    if (n.score > 0.5f)
      items.push_back(Caring(situation, n.product, kSet + n.score, source));
}

void AddNamedFor(const Situation& situation, uint32_t source,
                 std::vector<RankedItem>& items) {
  const auto& path = situation.catalog.Get(source).product.category_path;
  for (size_t level = path.size(); level > 0; --level) {
    const double share =
        static_cast<double>(level) / static_cast<double>(path.size());
    for (const uint32_t product : situation.catalog.CaringFor(path[level - 1]))
      items.push_back(Caring(situation, product, kCare + share, source));
  }
}

// How narrow the levels are that the two share: 1 for the narrowest of `of`.
double Shared(const Entry& of, const Entry& with) {
  for (size_t level = of.categories.size(); level > 0; --level)
    if (std::count(with.categories.begin(), with.categories.end(),
                   of.categories[level - 1]) > 0)
      return static_cast<double>(level) /
             static_cast<double>(of.categories.size());
  return 0;
}

void AddOfCategory(const Situation& situation, TermOrdinal care,
                   uint32_t source, std::vector<RankedItem>& items) {
  const Entry& entry = situation.catalog.Get(source);
  // What lies there itself needs no care of its kind.
  if (std::count(entry.categories.begin(), entry.categories.end(), care) > 0)
    return;
  const auto& products = situation.catalog.InCategory(care);
  for (size_t i = 0; i < std::min(kLookedAt, products.size()); ++i) {
    const double share = Shared(entry, situation.catalog.Get(products[i]));
    if (share > 0)
      items.push_back(Caring(situation, products[i], kCare + share, source));
  }
}

std::vector<TermOrdinal> CareCategories(const Situation& situation) {
  std::vector<TermOrdinal> found;
  for (const absl::string_view word : kCareCategories) {
    std::string capital(word);
    capital[0] = absl::ascii_toupper(capital[0]);
    for (const absl::string_view name : {word, absl::string_view(capital)}) {
      const TermOrdinal category = situation.catalog.Category(name);
      if (category != catalog::kNoTerm) found.push_back(category);
    }
  }
  return found;
}

// What she owns is shown only when it is due again.
void BarOwned(const Situation& situation, Selection& selection) {
  for (const facts::ItemFact& item : situation.facts.items)
    if (!IsDueAgain(situation, item)) selection.Bar(item.product.value());
}

void OfferGoesWith(const Situation& situation,
                   std::span<const uint32_t> sources, Workspace& workspace,
                   Selection& selection) {
  GatherGoesWith(situation, sources, workspace);
  std::vector<RankedItem> items =
      Gathered(workspace, ReasonCode::GOES_WITH_PRODUCT);
  if (items.empty()) return;
  const double scale = kCare / items.front().score;
  for (RankedItem& item : items) {
    item.score *= scale;
    if (situation.Item(item.because_of) != nullptr)
      item.reason = ReasonCode::GOES_WITH_PURCHASE;
  }
  OfferAll(items, selection);
}

}  // namespace

void ChooseAfterPurchase(const Situation& situation, Workspace& workspace,
                         Selection& selection) {
  const std::vector<uint32_t> sources = SourcesOf(situation);
  for (const uint32_t source : sources) selection.Bar(source);
  BarOwned(situation, selection);
  const std::vector<TermOrdinal> care = CareCategories(situation);
  std::vector<RankedItem> items;
  for (const uint32_t source : sources) {
    AddSets(situation, source, items);
    AddNamedFor(situation, source, items);
    for (const TermOrdinal category : care)
      AddOfCategory(situation, category, source, items);
  }
  SortByScore(items);
  OfferAll(items, selection);
  if (!selection.Full())
    OfferGoesWith(situation, sources, workspace, selection);
}

}  // namespace patron::recommend
