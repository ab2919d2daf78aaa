#include "server/campaigns/products.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/campaigns/texts.h"
#include "server/campaigns/watched.h"
#include "server/recommend/filter.h"

namespace patron::campaigns {
namespace {

using catalog::Entry;
using wire::CampaignKind;
using wire::Placement;

recommend::RecommendOptions OptionsOf(const absl::TimeZone& zone) {
  recommend::RecommendOptions options;
  options.zone = zone;
  return options;
}

// List prices that she pays, both ends inclusive.
struct PriceBand {
  int64_t low = 0;
  int64_t high = 0;
};

std::optional<PriceBand> BandOf(const facts::CustomerFacts& facts,
                                const catalog::Catalog::Reader& catalog) {
  std::vector<int64_t> prices;
  for (const facts::ItemFact& item : facts.items) {
    const Entry& entry = catalog.Get(item.product.value());
    if (entry.product.__isset.price) prices.push_back(entry.product.price);
  }
  if (prices.size() < kFewestPrices) return std::nullopt;
  std::sort(prices.begin(), prices.end());
  const size_t tenth = prices.size() / 10;
  return PriceBand{prices[tenth] / 2, prices[prices.size() - 1 - tenth] * 2};
}

// Full years at `today`; the birthday counts as the last day of what is known.
std::optional<int> AgeOf(const facts::Traits* traits, Day today) {
  if (traits == nullptr || !traits->__isset.birth_year) return std::nullopt;
  const absl::CivilDay now = absl::CivilDay(1970) + today;
  const int month = traits->__isset.birth_month ? traits->birth_month : 12;
  const int day = traits->__isset.birth_day ? traits->birth_day : 31;
  const bool still_to_come =
      std::pair(now.month(), now.day()) < std::pair(month, day);
  return static_cast<int>(now.year()) - traits->birth_year - still_to_come;
}

bool Bought(const facts::CustomerFacts& facts, uint32_t product) {
  const auto at =
      std::lower_bound(facts.items.begin(), facts.items.end(), product,
                       [](const facts::ItemFact& item, uint32_t wanted) {
                         return item.product.value() < wanted;
                       });
  return at != facts.items.end() && at->product.value() == product;
}

int64_t Thousandths(double score) {
  return static_cast<int64_t>(std::min(score * 1000, 1e6));
}

}  // namespace

// What of a customer the choice of products looks at.
struct ProductChooser::Her {
  CustomerOrdinal customer;
  facts::CustomerFacts facts;
  std::shared_ptr<const facts::Traits> traits;
  std::optional<uint32_t> store;
  std::string store_id;
  std::optional<PriceBand> band;
  std::optional<int> age;
};

bool WantsProducts(const wire::Campaign& campaign) {
  return campaign.products > 0 && campaign.kind != CampaignKind::THANK_YOU &&
         campaign.kind != CampaignKind::SURVEY &&
         campaign.kind != CampaignKind::SERVICE;
}

absl::StatusOr<Placement::type> PlacementOf(const wire::Campaign& campaign) {
  if (campaign.kind == CampaignKind::REPLENISHMENT) return Placement::BUY_AGAIN;
  const std::array<std::pair<absl::string_view, Placement::type>, 6> known = {
      {{"home", Placement::HOME},
       {"buy_again", Placement::BUY_AGAIN},
       {"trending", Placement::TRENDING},
       {"new_arrivals", Placement::NEW_ARRIVALS},
       {"after_purchase", Placement::AFTER_PURCHASE},
       {"email", Placement::EMAIL}}};
  for (const auto& [name, placement] : known) {
    if (name != campaign.placement) continue;
    const bool arrivals = campaign.kind == CampaignKind::NEW_ARRIVALS &&
                          placement == Placement::HOME;
    return arrivals ? Placement::NEW_ARRIVALS : placement;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("campaigns ", Quoted(campaign.id),
                   ".placement: ", Quoted(campaign.placement),
                   " is not one of home, buy_again, trending, new_arrivals, "
                   "after_purchase, email"));
}

absl::StatusOr<std::unique_ptr<ProductChooser>> ProductChooser::Make(
    const checkout::StateParts& state, const wire::Campaign& campaign,
    int just_bought_days, std::shared_ptr<const index::Artefact> index,
    const Moment& moment) {
  PATRON_ASSIGN_OR_RETURN(const Placement::type placement,
                          PlacementOf(campaign));
  return std::unique_ptr<ProductChooser>(new ProductChooser(
      state, campaign, placement, just_bought_days, std::move(index), moment));
}

ProductChooser::ProductChooser(const checkout::StateParts& state,
                               const wire::Campaign& campaign,
                               Placement::type placement, int just_bought_days,
                               std::shared_ptr<const index::Artefact> index,
                               const Moment& moment)
    : state_(state),
      campaign_(campaign),
      placement_(placement),
      just_bought_days_(just_bought_days),
      clock_(moment.now),
      today_(DayOf(moment.now, moment.zone)),
      recommender_(state.ordinals, state.catalog, state.facts, index_, clock_,
                   OptionsOf(moment.zone)) {
  index_.Swap(std::move(index));
}

ProductChooser::Her ProductChooser::LookAt(CustomerOrdinal customer) const {
  Her her;
  her.customer = customer;
  state_.facts.Read(customer, her.facts);
  her.traits = state_.facts.ReadTraits(customer);
  her.age = AgeOf(her.traits.get(), today_);
  if (her.traits != nullptr && her.traits->__isset.preferred_store_id) {
    her.store_id = her.traits->preferred_store_id;
    her.store = state_.ordinals.stores.Find(her.store_id);
  }
  const catalog::Catalog::Reader catalog(state_.catalog);
  her.band = BandOf(her.facts, catalog);
  return her;
}

absl::StatusOr<ChosenProducts> ProductChooser::For(
    CustomerOrdinal customer, const std::string& customer_id,
    Day send_day) const {
  const Her her = LookAt(customer);
  if (campaign_.kind == CampaignKind::PRICE_DROP ||
      campaign_.kind == CampaignKind::BACK_IN_STOCK)
    return Watched(her);
  return Recommended(her, customer_id, send_day);
}

absl::StatusOr<ChosenProducts> ProductChooser::Watched(const Her& her) const {
  PATRON_ASSIGN_OR_RETURN(const auto watches,
                          WatchesOf(state_.store, her.customer, campaign_.kind,
                                    absl::ToUnixMicros(clock_.Now())));
  PATRON_ASSIGN_OR_RETURN(
      const rules::Program rule,
      rules::Compile(campaign_.product_rule, subjects::ProductSchema()));
  const catalog::Catalog::Reader catalog(state_.catalog);
  ChosenProducts chosen;
  for (const Watch& watch : watches) {
    if (chosen.products.size() >= static_cast<size_t>(campaign_.products))
      break;
    const Entry& entry = catalog.Get(watch.product);
    if (!entry.showable() || recommend::OutOfStock(entry, her.store)) continue;
    if (!rule.Holds(subjects::ProductSubject(entry.product.product_id,
                                             &entry.product, today_)))
      continue;
    const std::string told =
        WhatHappened(watch, campaign_.kind, entry, her.store);
    if (told.empty()) continue;
    wire::PlannedProduct& product = chosen.products.emplace_back();
    product.product = static_cast<int32_t>(watch.product);
    product.reason_text = told;
    chosen.relevance = 1000;
  }
  return chosen;
}

// Asks for more where too many are of one category, or are not due.
absl::StatusOr<ChosenProducts> ProductChooser::Recommended(
    const Her& her, const std::string& customer_id, Day send_day) const {
  wire::RecommendRequest request;
  request.placement = placement_;
  request.__set_customer_id(customer_id);
  request.store_id = her.store_id;
  request.filter.rule = campaign_.product_rule;
  request.not_bought_days = just_bought_days_;
  const auto suits = [&](uint32_t product, const Entry& entry) {
    return Suits(her, entry, product);
  };
  const int wanted = campaign_.products;
  for (const int k : {wanted + 4, 8 * wanted + 32, recommend::kMaxItems}) {
    request.k = std::min(k, recommend::kMaxItems);
    PATRON_ASSIGN_OR_RETURN(const recommend::Answer answer,
                            recommender_.RecommendWhere(request, suits));
    ChosenProducts chosen = Pick(answer, send_day);
    const bool all_seen =
        answer.ranked.items.size() < static_cast<size_t>(request.k);
    if (chosen.products.size() == static_cast<size_t>(wanted) || all_seen ||
        request.k == recommend::kMaxItems)
      return chosen;
  }
  return ChosenProducts();
}

ChosenProducts ProductChooser::Pick(const recommend::Answer& answer,
                                    Day send_day) const {
  const catalog::Catalog::Reader catalog(state_.catalog);
  absl::flat_hash_map<catalog::TermOrdinal, size_t> of_category;
  ChosenProducts chosen;
  for (size_t i = 0; i < answer.ranked.items.size(); ++i) {
    if (chosen.products.size() >= static_cast<size_t>(campaign_.products))
      break;
    const recommend::RankedItem& item = answer.ranked.items[i];
    const Entry& entry = catalog.Get(item.product);
    if (campaign_.kind == CampaignKind::REPLENISHMENT &&
        (item.due_day == 0 || item.due_day > send_day))
      continue;
    if (entry.narrowest() != catalog::kNoTerm &&
        of_category[entry.narrowest()]++ >= kPerCategory)
      continue;
    wire::PlannedProduct& product = chosen.products.emplace_back();
    product.product = static_cast<int32_t>(item.product);
    product.reason_text = Shortened(answer.reply.items[i].reason_text);
    chosen.relevance = std::max(chosen.relevance, Thousandths(item.score));
  }
  return chosen;
}

bool ProductChooser::Suits(const Her& her, const Entry& entry,
                           uint32_t product) const {
  if (!entry.showable() || recommend::OutOfStock(entry, her.store))
    return false;
  if (entry.product.__isset.minimum_age && entry.product.minimum_age > 0 &&
      her.age.value_or(0) < entry.product.minimum_age)
    return false;
  const auto price = recommend::PriceOf(entry, her.store);
  return !her.band || !price || Bought(her.facts, product) ||
         (*price >= her.band->low && *price <= her.band->high);
}

}  // namespace patron::campaigns
