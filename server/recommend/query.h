// A request in the terms of memory: ordinals in place of ids.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/base/ids.h"
#include "server/store/ordinals.h"
#include "storefront_types.h"

namespace patron::recommend {

struct Query {
  int k = 10;
  std::optional<CustomerOrdinal> customer;
  std::optional<uint32_t> store;
  std::vector<uint32_t> products;  // of the request, known ones, in order
  std::vector<uint32_t> excluded;  // filter.exclude_product_ids, known ones
  std::vector<std::string> notes;  // on what is not known
};

Query Resolve(const wire::RecommendRequest& request,
              const store::Ordinals& ordinals);

}  // namespace patron::recommend
