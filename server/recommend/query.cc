#include "server/recommend/query.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/base/validate.h"
#include "server/recommend/filter.h"
#include "server/recommend/recommender.h"

namespace patron::recommend {
namespace {

constexpr int kMaxNotBoughtDays = 36'500;

bool NeedsProducts(wire::Placement::type placement) {
  return placement == wire::Placement::SIMILAR ||
         placement == wire::Placement::GOES_WITH ||
         placement == wire::Placement::BASKET;
}

absl::Status CheckPlacement(const wire::RecommendRequest& request) {
  const int placement = request.placement;
  if (placement < wire::Placement::HOME ||
      placement > wire::Placement::NEW_ARRIVALS)
    return absl::InvalidArgumentError(
        absl::StrCat("placement: ", placement, " is not one of 1 to 7"));
  if (NeedsProducts(request.placement) && request.product_ids.empty())
    return absl::InvalidArgumentError(absl::StrCat(
        "product_ids: 0 given, placement ",
        wire::_Placement_VALUES_TO_NAMES.at(placement), " needs at least 1"));
  return absl::OkStatus();
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

absl::StatusOr<rules::Program> CheckRequest(
    const wire::RecommendRequest& request) {
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
  PATRON_RETURN_IF_ERROR(CheckFilter(request.filter));
  return CompileRule(request.filter);
}

absl::Status Validate(const wire::RecommendRequest& request) {
  return CheckRequest(request).status();
}

Query Resolve(const wire::RecommendRequest& request,
              const store::Ordinals& ordinals) {
  Query query;
  query.k = request.k;
  query.not_bought_days = request.not_bought_days;
  ResolveCustomer(request, ordinals, query);
  ResolveStore(request, ordinals, query);
  query.products = FindProducts(request.product_ids, ordinals, &query.notes);
  query.excluded =
      FindProducts(request.filter.exclude_product_ids, ordinals, nullptr);
  return query;
}

}  // namespace patron::recommend
