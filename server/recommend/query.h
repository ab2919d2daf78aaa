// A request in the terms of memory: ordinals in place of ids.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/base/ids.h"
#include "server/store/ordinals.h"
#include "storefront_types.h"

namespace patron::recommend {

struct Query {
  int k = 10;
  int not_bought_days = 0;
  double due_weight = 1;
  double novelty_weight = 1;
  int per_category = 0;
  bool spread_price_tiers = false;
  wire::Placement::type placement = wire::Placement::HOME;
  std::optional<CustomerOrdinal> customer;
  std::optional<uint32_t> store;
  std::vector<uint32_t> products;  // of the request, known ones, in order
  std::vector<uint32_t> excluded;  // filter.exclude_product_ids, known ones
  std::vector<std::string> notes;  // on what is not known
};

// As Validate, but for the filter's rule.
absl::Status CheckRequest(const wire::RecommendRequest& request);

Query Resolve(const wire::RecommendRequest& request,
              const store::Ordinals& ordinals);

}  // namespace patron::recommend
