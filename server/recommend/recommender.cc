#include "server/recommend/recommender.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/recommend/home.h"
#include "server/recommend/placements.h"
#include "server/recommend/reasons.h"
#include "server/recommend/shape.h"
#include "server/recommend/situation.h"
#include "server/recommend/stopwatch.h"

namespace patron::recommend {
namespace {

using wire::Placement;

// Fills the selection for its placement.
void Choose(const Situation& situation, Placement::type placement,
            Workspace& workspace, Selection& selection, StageTimes* times) {
  switch (placement) {
    case Placement::HOME:
      return ChooseHome(situation, workspace, selection, times);
    case Placement::SIMILAR:
      return ChooseSimilar(situation, workspace, selection);
    case Placement::GOES_WITH:
      return ChooseGoesWith(situation, workspace, selection);
    case Placement::BASKET:
      return ChooseBasket(situation, workspace, selection);
    case Placement::BUY_AGAIN:
      return ChooseBuyAgain(situation, workspace, selection);
    case Placement::TRENDING:
      return ChooseTrending(situation, selection);
    case Placement::NEW_ARRIVALS:
      return ChooseNewArrivals(situation, selection);
    case Placement::SUBSTITUTE:
      return ChooseSubstitute(situation, selection);
    case Placement::CHECKOUT:
      return ChooseCheckout(situation, workspace, selection);
    case Placement::AFTER_PURCHASE:
      return ChooseAfterPurchase(situation, workspace, selection);
    case Placement::KIOSK:
      return ChooseKiosk(situation, selection);
    case Placement::EMAIL:
      return ChooseEmail(situation, workspace, selection);
  }
}

// Chooses, fills up, and puts all into its final order.
void ChooseAndArrange(const Situation& situation, Workspace& workspace,
                      Selection& selection, StageTimes* times) {
  Stopwatch watch(times != nullptr);
  const Placing& placing = *FindPlacing(situation.query.placement);
  const Shape shape = ShapeOf(situation, placing);
  selection.ReachFor(shape.Reach(selection.k()));
  LeaveOut(situation, shape, selection);
  if (placing.in_stock)
    selection.Demand([&situation](uint32_t product) {
      return !OutOfStock(situation.catalog.Get(product), situation.query.store);
    });
  Choose(situation, placing.placement, workspace, selection, times);
  const absl::Duration choosing = watch.Lap();
  selection.ReachFor(selection.k());
  if (placing.fills && !selection.Full()) Fill(situation, selection);
  if (shape.active()) Arrange(situation, shape, selection);
  if (times == nullptr) return;
  times->ranking += watch.Lap();
  // The home page tells the stages of its choosing itself.
  if (placing.placement != Placement::HOME) times->ranking += choosing;
}

// What puts the answer in order: three placements follow the learned order
// where it is there.
const char* VersionOf(const Situation& situation) {
  const Placement::type placement = situation.query.placement;
  const bool learns = placement == Placement::HOME ||
                      placement == Placement::EMAIL ||
                      placement == Placement::BUY_AGAIN;
  return learns && RanksHome(situation) ? kLearnedVersion : kRankingVersion;
}

// What is read days later knows nothing of what she does just now.
void ForgetToday(facts::CustomerFacts& facts) {
  facts.summary.recent.clear();
  facts.summary.latest.clear();
}

void AddNotes(const Situation& situation, const wire::RecommendRequest& request,
              const Selection& selection, std::vector<std::string>& notes) {
  for (std::string& note : selection.filter().Notes())
    notes.push_back(std::move(note));
  if (situation.index == nullptr)
    notes.push_back(
        "no index is published yet: answered from the catalogue and the "
        "customer's own purchases");
  const bool personal = request.placement == Placement::HOME ||
                        request.placement == Placement::BUY_AGAIN ||
                        request.placement == Placement::EMAIL ||
                        (request.placement == Placement::AFTER_PURCHASE &&
                         request.product_ids.empty());
  if (personal && situation.query.customer && situation.facts.items.empty())
    notes.push_back(absl::StrCat("customer_id: ", Quoted(request.customer_id),
                                 " has no purchases yet"));
  if (request.placement == Placement::BUY_AGAIN && !situation.query.customer)
    notes.push_back("customer_id: none known, so nothing is due again");
  if (!selection.Full())
    notes.push_back(absl::StrCat("k: ", selection.k(), " asked, ",
                                 selection.items().size(),
                                 " found under the filter"));
}

wire::RecommendedItem Render(const Situation& situation,
                             const RankedItem& item) {
  const catalog::Entry& entry = situation.catalog.Get(item.product);
  wire::RecommendedItem out;
  out.product_id = entry.product.product_id;
  out.name = NameOf(entry);
  out.score = item.score;
  out.reason = item.reason;
  out.reason_text = ReasonText(situation, item);
  out.limitations = Limitations(situation, entry);
  const catalog::StoreLevel* level = LevelOf(entry, situation.query.store);
  if (const auto price = PriceOf(entry, situation.query.store)) {
    out.__set_price(*price);
    if (level != nullptr && level->price && !level->currency.empty()) {
      out.__set_currency(level->currency.str());
    } else if (entry.product.__isset.currency) {
      out.__set_currency(entry.product.currency);
    }
  }
  if (item.due_day > 0) out.__set_due_day(item.due_day);
  return out;
}

}  // namespace

struct Recommender::Scratch {
  Workspace workspace;
};

// Borrows one Scratch for the time of a request.
class Recommender::Lease {
 public:
  explicit Lease(const Recommender& owner) : owner_(owner) {
    const absl::MutexLock lock(&owner_.mutex_);
    if (owner_.free_.empty()) return;
    scratch_ = std::move(owner_.free_.back());
    owner_.free_.pop_back();
  }
  ~Lease() {
    const absl::MutexLock lock(&owner_.mutex_);
    owner_.free_.push_back(std::move(scratch_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  // Empty, with room for products below `products`.
  Workspace& Fresh(size_t products) {
    if (scratch_ == nullptr) scratch_ = std::make_unique<Scratch>();
    scratch_->workspace.candidates.Reset(products);
    scratch_->workspace.seen.Reset(products);
    return scratch_->workspace;
  }

 private:
  const Recommender& owner_;
  std::unique_ptr<Scratch> scratch_;
};

Recommender::Recommender(const store::Ordinals& ordinals,
                         const catalog::Catalog& catalog,
                         const facts::FactsTable& facts,
                         const IndexHolder& index, const Clock& clock,
                         RecommendOptions options)
    : ordinals_(ordinals),
      catalog_(catalog),
      facts_(facts),
      index_(index),
      clock_(clock),
      options_(std::move(options)) {}

Recommender::~Recommender() = default;

// Decides with everything held still, and hands the outcome to `finish` while
// the catalogue is.
absl::Status Recommender::Decide(
    const wire::RecommendRequest& request, const Demand& demand,
    StageTimes* times,
    absl::FunctionRef<void(const Situation&, RankedAnswer)> finish) const {
  Stopwatch watch(times != nullptr);
  PATRON_RETURN_IF_ERROR(CheckRequest(request));
  PATRON_ASSIGN_OR_RETURN(rules::Program rule, rules_.Get(request.filter));
  Query query = Resolve(request, ordinals_);
  const auto index = index_.For(
      query.customer ? ordinals_.customers.IdOf(query.customer->value())
                     : absl::string_view(request.customer_id));
  Lease lease(*this);
  const catalog::Catalog::Reader reader(catalog_);
  Workspace& workspace = lease.Fresh(
      std::max<size_t>(reader.size(), index ? index->products() : 0));
  facts_.Read(query.customer.value_or(kAnonymous), workspace.facts);
  if (request.placement == Placement::EMAIL) ForgetToday(workspace.facts);

  RankedAnswer answer;
  answer.asked_at = clock_.Now();
  answer.today = DayOf(answer.asked_at, options_.zone);
  const Situation situation{query,           reader,   index.get(),
                            workspace.facts, options_, answer.asked_at,
                            answer.today,    ordinals_};
  const ProductFilter filter(request.filter, std::move(rule), reader,
                             query.store, answer.today);
  Selection selection(filter, static_cast<size_t>(query.k), workspace.seen);
  for (const uint32_t product : query.excluded) selection.Bar(product);
  if (request.placement != Placement::BUY_AGAIN)
    BarLatelyBought(situation, selection);
  if (demand)
    selection.Demand(
        [&](uint32_t product) { return demand(product, reader.Get(product)); });
  if (times != nullptr) times->candidates += watch.Lap();

  ChooseAndArrange(situation, workspace, selection, times);

  answer.notes = std::move(query.notes);
  AddNotes(situation, request, selection, answer.notes);
  answer.items = std::move(selection.items());
  answer.ranking_version = VersionOf(situation);
  if (index) answer.index_version = index->manifest().version;
  finish(situation, std::move(answer));
  return absl::OkStatus();
}

absl::StatusOr<RankedAnswer> Recommender::Rank(
    const wire::RecommendRequest& request, StageTimes* times) const {
  RankedAnswer ranked;
  PATRON_RETURN_IF_ERROR(Decide(request, Demand(), times,
                                [&](const Situation&, RankedAnswer answer) {
                                  ranked = std::move(answer);
                                }));
  return ranked;
}

absl::StatusOr<Answer> Recommender::Recommend(
    const wire::RecommendRequest& request, StageTimes* times) const {
  return Rendered(request, Demand(), times);
}

absl::StatusOr<Answer> Recommender::RecommendWhere(
    const wire::RecommendRequest& request, const Demand& demand) const {
  return Rendered(request, demand, nullptr);
}

absl::StatusOr<Answer> Recommender::Rendered(
    const wire::RecommendRequest& request, const Demand& demand,
    StageTimes* times) const {
  Answer out;
  const auto render = [&](const Situation& situation, RankedAnswer ranked) {
    Stopwatch watch(times != nullptr);
    for (const RankedItem& item : ranked.items) {
      out.reply.items.push_back(Render(situation, item));
      if (item.because_of < ordinals_.products.size())
        out.reply.items.back().__set_because_of(
            std::string(ordinals_.products.IdOf(item.because_of)));
    }
    out.reply.index_version = ranked.index_version;
    out.reply.ranking_version = ranked.ranking_version;
    out.reply.notes = ranked.notes;
    out.ranked = std::move(ranked);
    if (times != nullptr) times->rendering += watch.Lap();
  };
  PATRON_RETURN_IF_ERROR(Decide(request, demand, times, render));
  return out;
}

std::vector<int32_t> RankedAnswer::Products() const {
  std::vector<int32_t> products;
  products.reserve(items.size());
  for (const RankedItem& item : items)
    products.push_back(static_cast<int32_t>(item.product));
  return products;
}

}  // namespace patron::recommend
