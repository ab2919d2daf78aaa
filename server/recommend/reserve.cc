// The rule that what a customer just did changes what she sees next.
//
// The first products of her newest purchase of the last days have a place
// reserved each, and so has the newest product that she looked at. A place goes
// to the best companion that the blend alone would not have shown; each further
// purchase of the product moves on to its next companion. If all companions are
// shown already, the best of them gets the reason instead. Reserved places are
// the last of the first ten, and at most a third of those asked for.
#include <algorithm>

#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

using facts::ItemFact;
using wire::ReasonCode;

constexpr size_t kFirstPage = 10;
// Companions that further purchases take turns with.
constexpr size_t kTurns = 3;

// Something she did that has a place reserved.
struct Deed {
  uint32_t product = 0;
  bool purchase = false;
  size_t turn = 0;  // which of the companions comes
};

ReasonCode::type SimilarReason(const Deed& deed) {
  return deed.purchase ? ReasonCode::SIMILAR_TO_PURCHASE
                       : ReasonCode::SIMILAR_TO_VIEWED;
}

void AddPurchases(const Situation& situation, size_t most,
                  std::vector<Deed>& deeds) {
  const Day last = situation.facts.summary.last_day;
  if (last == 0 || last < situation.today - situation.options.reserved_days)
    return;
  const std::vector<ItemFact>& items = situation.facts.items;
  for (const ProductOrdinal product : situation.facts.summary.latest) {
    if (deeds.size() >= most) return;
    const auto item = std::lower_bound(
        items.begin(), items.end(), product,
        [](const ItemFact& a, ProductOrdinal b) { return a.product < b; });
    if (item != items.end() && item->product == product)
      deeds.push_back({product.value(), true, item->times - 1u});
  }
}

// What she did lately, at most `most`.
std::vector<Deed> DeedsOf(const Situation& situation, size_t most) {
  std::vector<Deed> deeds;
  if (most == 0) return deeds;
  const std::vector<Interest> interests = InterestsOf(situation);
  if (!interests.empty() &&
      interests.front().age_days <= situation.options.reserved_days)
    deeds.push_back({interests.front().product, false, 0});
  AddPurchases(situation, most, deeds);
  return deeds;
}

// A list of companions with the reason that stands for it.
struct CompanionList {
  std::span<const Neighbour> list;
  ReasonCode::type reason;
};

std::vector<CompanionList> ListsOf(const Situation& situation,
                                   const Deed& deed) {
  std::vector<CompanionList> lists;
  if (deed.purchase)
    lists.push_back(
        {situation.GoesWith(deed.product), ReasonCode::GOES_WITH_PURCHASE});
  lists.push_back({situation.Similar(deed.product), SimilarReason(deed)});
  lists.push_back({situation.Neighbours(deed.product), SimilarReason(deed)});
  return lists;
}

RankedItem Companion(uint32_t product, ReasonCode::type reason,
                     const Deed& deed) {
  RankedItem item;
  item.product = product;
  item.reason = reason;
  item.because_of = deed.product;
  return item;
}

// The first kTurns products of `list` that may still be shown.
void AddFitting(const CompanionList& list, const Deed& deed,
                const Selection& selection, std::vector<RankedItem>& out) {
  for (const Neighbour& n : list.list) {
    if (out.size() >= kTurns) return;
    const bool doubled = std::any_of(
        out.begin(), out.end(),
        [&](const RankedItem& item) { return item.product == n.product; });
    if (!doubled && n.product != deed.product && selection.Fits(n.product))
      out.push_back(Companion(n.product, list.reason, deed));
  }
}

// The companion whose turn it is; nullopt if none may be shown.
std::optional<RankedItem> CompanionOf(const Situation& situation,
                                      const Deed& deed,
                                      const Selection& selection) {
  std::vector<RankedItem> fitting;
  bool listed = false;
  for (const CompanionList& list : ListsOf(situation, deed)) {
    listed = listed || !list.list.empty();
    AddFitting(list, deed, selection, fitting);
  }
  if (!listed) {
    const auto like = LikeByAttributes(situation, deed.product, kTurns);
    AddFitting({like, SimilarReason(deed)}, deed, selection, fitting);
  }
  if (fitting.empty()) return std::nullopt;
  return fitting[deed.turn % fitting.size()];
}

// Gives the deed as reason to the best shown companion, from `first` places
// that are not reserved.
void NameShown(const Situation& situation, const Deed& deed, size_t first,
               Selection& selection) {
  auto& items = selection.items();
  for (const CompanionList& list : ListsOf(situation, deed))
    for (const Neighbour& n : list.list)
      for (size_t i = 0; i < std::min(first, items.size()); ++i)
        if (items[i].product == n.product) {
          items[i].reason = list.reason;
          items[i].because_of = deed.product;
          return;
        }
}

}  // namespace

void ReservePlaces(const Situation& situation, Selection& selection) {
  const size_t page = std::min(selection.k(), kFirstPage);
  std::vector<RankedItem> reserved;
  std::vector<Deed> shown;
  for (const Deed& deed : DeedsOf(situation, page / 3)) {
    if (auto companion = CompanionOf(situation, deed, selection)) {
      selection.Bar(companion->product);
      reserved.push_back(*companion);
    } else {
      shown.push_back(deed);
    }
  }
  const size_t first = page - reserved.size();
  selection.Insert(first, std::move(reserved));
  for (const Deed& deed : shown) NameShown(situation, deed, first, selection);
}

}  // namespace patron::recommend
