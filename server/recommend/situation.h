// All that one answer is decided from, and what is being chosen. Internal to
// recommend: lives for one request, on one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "index/artefact.h"
#include "server/facts/facts.h"
#include "server/ranking/ranking.h"
#include "server/recommend/candidates.h"
#include "server/recommend/filter.h"
#include "server/recommend/query.h"
#include "server/recommend/recommender.h"

namespace patron::recommend {

using index::Neighbour;

struct Situation {
  const Query& query;
  const catalog::Catalog::Reader& catalog;
  const index::Artefact* index;  // null: none published
  const facts::CustomerFacts& facts;
  const RecommendOptions& options;
  absl::Time now;
  Day today;
  const store::Ordinals& ordinals;

  // Lists of the artefact; empty without one.
  std::span<const Neighbour> Similar(uint32_t product) const {
    return index ? index->Similar(product) : std::span<const Neighbour>();
  }
  std::span<const Neighbour> GoesWith(uint32_t product) const {
    return index ? index->GoesWith(product) : std::span<const Neighbour>();
  }
  std::span<const Neighbour> Neighbours(uint32_t product) const {
    return index ? index->Neighbours(product) : std::span<const Neighbour>();
  }
  std::span<const Neighbour> Popular() const {
    return index ? index->Popular(std::nullopt) : std::span<const Neighbour>();
  }
  std::span<const Neighbour> Trending() const {
    return index ? index->Trending(std::nullopt) : std::span<const Neighbour>();
  }
  std::span<const Neighbour> PopularInStore() const {
    return index && query.store ? index->Popular(query.store)
                                : std::span<const Neighbour>();
  }
  std::span<const Neighbour> TrendingInStore() const {
    return index && query.store ? index->Trending(query.store)
                                : std::span<const Neighbour>();
  }
  float Popularity(uint32_t product) const {
    return index ? index->Popularity(product) : 0;
  }

  // Her fact of `product`; null if she has not bought it.
  const facts::ItemFact* Item(uint32_t product) const;
  // Days since it was last bought; 0 for days to come.
  int DaysSince(const facts::ItemFact& item) const {
    return item.last_day() < today ? today - item.last_day() : 0;
  }
};

// The items chosen so far, best first: each product once, only those that pass.
class Selection {
 public:
  // Borrows all; `seen` was reset for this request.
  Selection(const ProductFilter& filter, size_t k, ProductSet& seen)
      : filter_(filter), k_(k), reach_(k), seen_(seen) {
    items_.reserve(k);
  }

  // Takes up to `reach` items, k or more: their order is not the last word.
  void ReachFor(size_t reach) { reach_ = reach; }
  bool Full() const { return items_.size() >= reach_; }
  size_t k() const { return k_; }
  // Takes only what `holds` for, beside the filter.
  void Demand(std::function<bool(uint32_t)> holds) {
    demands_.push_back(std::move(holds));
  }
  // Keeps `product` out.
  void Bar(uint32_t product) { seen_.Insert(product); }
  // Whether Offer would take it, were it not full.
  bool Fits(uint32_t product) const {
    return !seen_.Contains(product) && filter_.Passes(product) &&
           MeetsDemands(product);
  }
  // Takes the item if there is room and it fits.
  bool Offer(const RankedItem& item) {
    if (Full() || !Fits(item.product)) return false;
    seen_.Insert(item.product);
    items_.push_back(item);
    return true;
  }
  // Puts `items`, which fit, before the item at `place`; those beyond its reach
  // leave.
  // They get the score of the item before them, so that scores never grow.
  void Insert(size_t place, std::vector<RankedItem> items);

  const ProductFilter& filter() const { return filter_; }
  std::vector<RankedItem>& items() { return items_; }
  const std::vector<RankedItem>& items() const { return items_; }

 private:
  bool MeetsDemands(uint32_t product) const {
    for (const auto& holds : demands_)
      if (!holds(product)) return false;
    return true;
  }

  const ProductFilter& filter_;
  const size_t k_;
  size_t reach_;
  std::vector<std::function<bool(uint32_t)>> demands_;
  ProductSet& seen_;
  std::vector<RankedItem> items_;
};

// Memory of one answer, kept for the next.
struct Workspace {
  facts::CustomerFacts facts;
  CandidateSet candidates;
  ProductSet seen;
  std::vector<uint64_t> order;                      // see Ordering
  std::vector<std::pair<float, uint32_t>> sources;  // weight, index of item
  ranking::Scratch ranking;
  std::vector<uint32_t> wanted;
  std::vector<float> moves;  // of margins, by candidate of `ranking`
};

// Scores with their products as integers whose order is best first when popped
// from a heap: larger scores, then smaller ordinals. Scores are 0 or more.
uint64_t OrderKey(float score, uint32_t product);
float ScoreOf(uint64_t key);
uint32_t ProductOf(uint64_t key);

// Products like `product` by what the catalogue says of it: same narrowest
// category first, then wider ones until there are `enough`; brand, price tier
// and nearness of price decide. Best first; scores in 0..1.
std::vector<Neighbour> LikeByAttributes(const Situation& situation,
                                        uint32_t product, size_t enough);

// Shares of the score of LikeByAttributes, 0 to 1: nearness of the prices that
// are asked in the store (1 for equal ones, 0 from four times on, or where one
// is not known), and all of it.
float PriceNearness(std::optional<int64_t> a, std::optional<int64_t> b);
float Likeness(const catalog::Entry& a, const catalog::Entry& b,
               std::optional<uint32_t> store);

// One function a placement: offers what it finds, best first.
void ChooseHome(const Situation& situation, Workspace& workspace,
                Selection& selection, StageTimes* times);
void ChooseSimilar(const Situation& situation, Workspace& workspace,
                   Selection& selection);
void ChooseGoesWith(const Situation& situation, Workspace& workspace,
                    Selection& selection);
void ChooseBasket(const Situation& situation, Workspace& workspace,
                  Selection& selection);
void ChooseBuyAgain(const Situation& situation, Workspace& workspace,
                    Selection& selection);
void ChooseTrending(const Situation& situation, Selection& selection);
void ChooseNewArrivals(const Situation& situation, Selection& selection);
void ChooseSubstitute(const Situation& situation, Selection& selection);
void ChooseCheckout(const Situation& situation, Workspace& workspace,
                    Selection& selection);
void ChooseAfterPurchase(const Situation& situation, Workspace& workspace,
                         Selection& selection);
void ChooseKiosk(const Situation& situation, Selection& selection);
void ChooseEmail(const Situation& situation, Workspace& workspace,
                 Selection& selection);

// What is due by `last_day` at the latest (nullopt: whenever), most due first;
// what she has given up only where no day is asked.
std::vector<RankedItem> DueItems(const Situation& situation,
                                 std::optional<Day> last_day);
// New arrivals that may be shown, best first by her taste.
std::vector<RankedItem> Arrivals(const Situation& situation,
                                 const Selection& selection);

// Keeps out the products of the request.
void BarRequested(const Situation& situation, Selection& selection);
// Adds to the workspace's candidates what goes with each of `products`: by the
// lists learned, through its like for one that has no list, and products put
// since then that are like what goes with it.
void GatherGoesWith(const Situation& situation,
                    std::span<const uint32_t> products, Workspace& workspace);
// The workspace's candidates by their sums, best first.
std::vector<RankedItem> Gathered(const Workspace& workspace,
                                 wire::ReasonCode::type reason);
// Offers all until the selection is full.
void OfferAll(const std::vector<RankedItem>& items, Selection& selection);
// Highest scores first, then smallest ordinals.
void SortByScore(std::vector<RankedItem>& items);

// Listed products of `category` put since the index was learned, the newest of
// them; none without an index.
std::span<const uint32_t> PutSince(const Situation& situation,
                                   catalog::TermOrdinal category);

// What makes a set with `product`, best first: 1 for what is compatible with it
// (either names the other), 0.75 for what is with its base product or another
// variant of that, 0.5 for those variants themselves.
std::vector<Neighbour> SetOf(const Situation& situation, uint32_t product);

// Fills the workspace's candidates for ChooseHome.
void GatherHome(const Situation& situation, Workspace& workspace);

// Within ChooseHome: the newest purchase and the newest view of the last days
// have a place each among the first ten.
void ReservePlaces(const Situation& situation, Selection& selection);

// Popular products, then the catalogue, until the selection is full.
void Fill(const Situation& situation, Selection& selection);
// The same one by one, those that do not fit and doubles among them; false from
// `visit` stops.
using FillVisitor =
    absl::FunctionRef<bool(uint32_t product, wire::ReasonCode::type reason)>;
void VisitFill(const Situation& situation, const Selection& selection,
               FillVisitor visit);
// An item of the fill.
RankedItem FillItem(const Situation& situation, uint32_t product,
                    wire::ReasonCode::type reason, double score);
// The score of an item that was not weighed against the one above it.
double BelowScore(double above);

// A product that she lately looked at or put into her cart, and has not bought
// since.
struct Interest {
  uint32_t product = 0;
  double age_days = 0;
  bool cart = false;
};
// Newest first, each product once.
std::vector<Interest> InterestsOf(const Situation& situation);

// How due an item is: days since the last purchase over the usual interval.
struct DueState {
  int interval_days = 0;  // 0 = not known
  double ratio = 0;
};
DueState DueOf(const Situation& situation, const facts::ItemFact& item);

// Due, and not overdue for so long that she has given it up.
bool IsDueAgain(const Situation& situation, const facts::ItemFact& item);

// Keeps out what she bought in the last `not_bought_days` and is not due again.
void BarLatelyBought(const Situation& situation, Selection& selection);

// Bought today and not a daily matter: it has left the home page.
bool JustBought(const Situation& situation, const facts::ItemFact& item);

}  // namespace patron::recommend
