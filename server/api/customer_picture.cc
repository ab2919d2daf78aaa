#include "server/api/customer_picture.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/customers/history.h"
#include "server/customers/people.h"

namespace patron::api {
namespace {

constexpr size_t kFavourites = 10;
constexpr int kLastPurchases = 5;
constexpr int kLastEvents = 10;
constexpr int kDueItems = 10;
constexpr int kNextBest = 5;
// Purchases and events come in one timeline; this much of it is looked through.
constexpr int kTimelinePage = 50;
constexpr int kTimelinePages = 10;

std::vector<wire::AmountIn> ToWire(
    const std::vector<std::pair<std::string, int64_t>>& amounts) {
  std::vector<wire::AmountIn> told(amounts.size());
  for (size_t at = 0; at < amounts.size(); ++at) {
    told[at].currency = amounts[at].first;
    told[at].amount = amounts[at].second;
  }
  return told;
}

wire::CustomerFacts ToWire(const facts::CustomerFacts& facts,
                           const store::Ordinals& ordinals) {
  const facts::Summary& summary = facts.summary;
  wire::CustomerFacts told;
  told.purchases = summary.purchases;
  told.lines = summary.lines;
  told.spend = ToWire(summary.spend);
  told.returns = summary.returns;
  told.returned = ToWire(summary.returned);
  told.first_day = summary.first_day;
  told.last_day = summary.last_day;
  for (const auto& [store, purchases] : summary.stores) {
    wire::StoreVisits& visits = told.stores.emplace_back();
    visits.store_id = std::string(ordinals.stores.IdOf(store));
    visits.purchases = purchases;
  }
  for (const auto& [channel, purchases] : summary.channels) {
    wire::ChannelVisits& visits = told.channels.emplace_back();
    visits.channel = channel;
    visits.purchases = purchases;
  }
  told.distinct_products = static_cast<int32_t>(facts.items.size());
  if (summary.first_source) told.__set_first_source(*summary.first_source);
  told.events = summary.events;
  return told;
}

wire::ItemHistory ToWire(const facts::ItemFact& item,
                         const catalog::Catalog::Reader& catalog,
                         const store::Ordinals& ordinals) {
  wire::ItemHistory told;
  told.product_id = std::string(ordinals.products.IdOf(item.product.value()));
  told.name = catalog.Get(item.product.value()).product.name;
  told.times = item.times;
  told.first_day = item.first_day;
  told.last_day = item.last_day();
  if (const auto interval = item.UsualIntervalDays()) {
    told.__set_usual_interval_days(*interval);
    told.__set_due_day(item.last_day() + *interval);
  }
  return told;
}

std::vector<wire::ItemHistory> Favourites(std::vector<facts::ItemFact> items,
                                          const commit::State& state) {
  const size_t shown = std::min(items.size(), kFavourites);
  const auto more_loved = [](const facts::ItemFact& a,
                             const facts::ItemFact& b) {
    if (a.times != b.times) return a.times > b.times;
    if (a.last_day() != b.last_day()) return a.last_day() > b.last_day();
    return a.product < b.product;
  };
  std::partial_sort(items.begin(),
                    items.begin() + static_cast<std::ptrdiff_t>(shown),
                    items.end(), more_loved);
  const catalog::Catalog::Reader catalog(state.catalog);
  std::vector<wire::ItemHistory> favourites;
  for (size_t at = 0; at < shown; ++at)
    favourites.push_back(ToWire(items[at], catalog, state.ordinals));
  return favourites;
}

// Moves up to `limit` in all of `from` to the end of `to`.
template <typename T>
void MoveUpTo(size_t limit, std::vector<T>& from, std::vector<T>& to) {
  for (T& element : from)
    if (to.size() < limit) to.push_back(std::move(element));
}

absl::Status ReadTimeline(const commit::State& state, CustomerOrdinal customer,
                          wire::CustomerContext& context) {
  std::string cursor;
  for (int page = 0; page < kTimelinePages; ++page) {
    PATRON_ASSIGN_OR_RETURN(
        auto history, customers::ReadHistory(*state.store, state.ordinals,
                                             customer, kTimelinePage, cursor));
    MoveUpTo(kLastPurchases, history.purchases, context.last_purchases);
    MoveUpTo(kLastEvents, history.events, context.last_events);
    cursor = history.next_cursor;
    if (cursor.empty() || context.last_purchases.size() == kLastPurchases)
      break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<wire::RecommendedItem>> Recommend(
    const recommend::Recommender& recommender, wire::Placement::type placement,
    int k, const wire::Customer& customer, const std::string& store_id) {
  wire::RecommendRequest request;
  request.placement = placement;
  request.__set_customer_id(customer.customer_id);
  request.store_id = store_id;
  request.k = k;
  PATRON_ASSIGN_OR_RETURN(auto answer, recommender.Recommend(request));
  return std::move(answer.reply.items);
}

}  // namespace

absl::StatusOr<CustomerOrdinal> FindCustomer(const commit::State& state,
                                             const std::string& customer_id) {
  PATRON_RETURN_IF_ERROR(CheckId("customer_id", customer_id));
  const auto found = state.ordinals.customers.Find(customer_id);
  if (found.has_value()) return CustomerOrdinal(*found);
  return absl::NotFoundError(
      absl::StrCat("customer_id: ", Quoted(customer_id), " is not known"));
}

absl::StatusOr<wire::Customer> ReadCustomer(const commit::State& state,
                                            const std::string& customer_id) {
  PATRON_ASSIGN_OR_RETURN(const CustomerOrdinal customer,
                          FindCustomer(state, customer_id));
  PATRON_ASSIGN_OR_RETURN(auto profile,
                          customers::ReadProfile(*state.store, customer));
  if (profile.has_value()) return *std::move(profile);
  wire::Customer bare;
  bare.customer_id = customer_id;
  return bare;
}

absl::StatusOr<wire::CustomerContext> ReadContext(
    const commit::State& state, const recommend::Recommender& recommender,
    const checkout::Desk& desk, const std::string& customer_id,
    const std::string& store_id) {
  PATRON_ASSIGN_OR_RETURN(const CustomerOrdinal customer,
                          FindCustomer(state, customer_id));
  wire::CustomerContext context;
  PATRON_ASSIGN_OR_RETURN(context.customer, ReadCustomer(state, customer_id));
  facts::CustomerFacts facts;
  state.facts.Read(customer, facts);
  context.facts = ToWire(facts, state.ordinals);
  context.favourites = Favourites(std::move(facts.items), state);
  PATRON_RETURN_IF_ERROR(ReadTimeline(state, customer, context));
  PATRON_ASSIGN_OR_RETURN(
      context.due, Recommend(recommender, wire::Placement::BUY_AGAIN, kDueItems,
                             context.customer, store_id));
  PATRON_ASSIGN_OR_RETURN(context.next_best,
                          Recommend(recommender, wire::Placement::HOME,
                                    kNextBest, context.customer, store_id));
  PATRON_ASSIGN_OR_RETURN(context.balances, desk.Balances(customer_id));
  PATRON_ASSIGN_OR_RETURN(context.issued, desk.Issued(customer_id));
  return context;
}

}  // namespace patron::api
