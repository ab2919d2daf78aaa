#include "server/recommend/query.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/base/validate.h"
#include "server/recommend/filter.h"
#include "server/recommend/placements.h"
#include "server/recommend/recommender.h"

namespace patron::recommend {
namespace {

constexpr int kMaxNotBoughtDays = 36'500;

constexpr double kMaxWeight = 100;
constexpr int kMaxPerCategory = 10;

absl::Status CheckPlacement(const wire::RecommendRequest& request) {
  const int placement = request.placement;
  const Placing* placing = FindPlacing(placement);
  if (placing == nullptr)
    return absl::InvalidArgumentError(
        absl::StrCat("placement: ", placement, " is not one of 1 to 12"));
  if (!request.product_ids.empty()) return absl::OkStatus();
  const char* name = wire::_Placement_VALUES_TO_NAMES.at(placement);
  if (placing->needs_products)
    return absl::InvalidArgumentError(absl::StrCat(
        "product_ids: 0 given, placement ", name, " needs at least 1"));
  if (placement == wire::Placement::AFTER_PURCHASE &&
      request.customer_id.empty())
    return absl::InvalidArgumentError(
        absl::StrCat("product_ids: 0 given, placement ", name,
                     " needs at least 1 where customer_id is empty"));
  return absl::OkStatus();
}

absl::Status CheckWeight(absl::string_view field, bool given, double weight) {
  if (!given || (weight >= 0 && weight <= kMaxWeight)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": ", weight, " is not between 0 and ", kMaxWeight));
}

absl::Status CheckIds(absl::string_view field,
                      const std::vector<std::string>& ids, size_t most) {
  PATRON_RETURN_IF_ERROR(CheckCount(field, ids.size(), most));
  for (const std::string& id : ids) PATRON_RETURN_IF_ERROR(CheckId(field, id));
  return absl::OkStatus();
}

absl::Status CheckNames(absl::string_view field,
                        const std::vector<std::string>& names) {
  PATRON_RETURN_IF_ERROR(CheckCount(field, names.size(), kMaxListed));
  for (const std::string& name : names)
    PATRON_RETURN_IF_ERROR(CheckText(field, name, kMaxShortText));
  return absl::OkStatus();
}

absl::Status CheckPrices(const wire::Filter& filter) {
  if (filter.__isset.min_price)
    PATRON_RETURN_IF_ERROR(
        CheckRange("filter.min_price", filter.min_price, 0, kMaxAmount));
  if (filter.__isset.max_price)
    PATRON_RETURN_IF_ERROR(
        CheckRange("filter.max_price", filter.max_price, 0, kMaxAmount));
  if (filter.__isset.min_price && filter.__isset.max_price &&
      filter.min_price > filter.max_price)
    return absl::InvalidArgumentError(
        absl::StrCat("filter.min_price: ", filter.min_price,
                     " is above filter.max_price ", filter.max_price));
  return absl::OkStatus();
}

absl::Status CheckFilter(const wire::Filter& filter) {
  PATRON_RETURN_IF_ERROR(CheckNames("filter.categories", filter.categories));
  PATRON_RETURN_IF_ERROR(CheckNames("filter.brands", filter.brands));
  PATRON_RETURN_IF_ERROR(CheckIds("filter.exclude_product_ids",
                                  filter.exclude_product_ids, kMaxListed));
  PATRON_RETURN_IF_ERROR(
      CheckCount("filter.price_tiers", filter.price_tiers.size(), 4));
  for (const wire::PriceTier::type tier : filter.price_tiers)
    PATRON_RETURN_IF_ERROR(CheckRange("filter.price_tiers", tier,
                                      wire::PriceTier::UNKNOWN,
                                      wire::PriceTier::HIGH));
  return CheckPrices(filter);
}

// The ordinals of those of `ids` that are known, without doubles, in order;
// adds a note for each of the others where `notes` is not null.
std::vector<uint32_t> FindProducts(const std::vector<std::string>& ids,
                                   const store::Ordinals& ordinals,
                                   std::vector<std::string>* notes) {
  std::vector<uint32_t> found;
  for (const std::string& id : ids) {
    const std::optional<uint32_t> ordinal = ordinals.products.Find(id);
    if (ordinal &&
        std::find(found.begin(), found.end(), *ordinal) == found.end())
      found.push_back(*ordinal);
    if (!ordinal && notes != nullptr)
      notes->push_back(
          absl::StrCat("product_ids: ", Quoted(id), " is not known"));
  }
  return found;
}

void ResolveCustomer(const wire::RecommendRequest& request,
                     const store::Ordinals& ordinals, Query& query) {
  if (!request.__isset.customer_id || request.customer_id.empty()) return;
  if (request.placement == wire::Placement::KIOSK) {
    query.notes.push_back(
        absl::StrCat("customer_id: ", Quoted(request.customer_id),
                     " is not looked at, placement KIOSK knows nobody"));
    return;
  }
  if (const auto found = ordinals.customers.Find(request.customer_id)) {
    query.customer = CustomerOrdinal(*found);
  } else {
    query.notes.push_back(
        absl::StrCat("customer_id: ", Quoted(request.customer_id),
                     " is not known; answered as for a new customer"));
  }
}

void ResolveStore(const wire::RecommendRequest& request,
                  const store::Ordinals& ordinals, Query& query) {
  if (request.store_id.empty()) return;
  query.store = ordinals.stores.Find(request.store_id);
  if (!query.store)
    query.notes.push_back(absl::StrCat(
        "store_id: ", Quoted(request.store_id),
        " is not known; answered for the whole shop, with list prices"));
}

}  // namespace

absl::Status CheckRequest(const wire::RecommendRequest& request) {
  PATRON_RETURN_IF_ERROR(CheckPlacement(request));
  PATRON_RETURN_IF_ERROR(CheckRange("k", request.k, 1, kMaxItems));
  if (request.__isset.customer_id && !request.customer_id.empty())
    PATRON_RETURN_IF_ERROR(CheckId("customer_id", request.customer_id));
  if (!request.store_id.empty())
    PATRON_RETURN_IF_ERROR(CheckId("store_id", request.store_id));
  PATRON_RETURN_IF_ERROR(CheckText("channel", request.channel, kMaxShortText));
  PATRON_RETURN_IF_ERROR(
      CheckIds("product_ids", request.product_ids, kMaxProducts));
  PATRON_RETURN_IF_ERROR(CheckRange("not_bought_days", request.not_bought_days,
                                    0, kMaxNotBoughtDays));
  PATRON_RETURN_IF_ERROR(CheckWeight("due_weight", request.__isset.due_weight,
                                     request.due_weight));
  PATRON_RETURN_IF_ERROR(CheckWeight("novelty_weight",
                                     request.__isset.novelty_weight,
                                     request.novelty_weight));
  PATRON_RETURN_IF_ERROR(
      CheckRange("per_category", request.per_category, 0, kMaxPerCategory));
  return CheckFilter(request.filter);
}

absl::Status Validate(const wire::RecommendRequest& request) {
  PATRON_RETURN_IF_ERROR(CheckRequest(request));
  return CompileRule(request.filter).status();
}

Query Resolve(const wire::RecommendRequest& request,
              const store::Ordinals& ordinals) {
  Query query;
  query.k = request.k;
  query.not_bought_days = request.not_bought_days;
  if (request.__isset.due_weight) query.due_weight = request.due_weight;
  if (request.__isset.novelty_weight)
    query.novelty_weight = request.novelty_weight;
  query.per_category = request.per_category;
  query.spread_price_tiers = request.spread_price_tiers;
  query.placement = request.placement;
  ResolveCustomer(request, ordinals, query);
  ResolveStore(request, ordinals, query);
  query.products = FindProducts(request.product_ids, ordinals, &query.notes);
  query.excluded =
      FindProducts(request.filter.exclude_product_ids, ordinals, nullptr);
  return query;
}

}  // namespace patron::recommend
