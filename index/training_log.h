// What is learned from: a purchase log in columns, by ordinals.
//
// The caller fills the struct from wherever purchases are kept; Validate tells
// whether it may be handed to Learn. Plain data: copying is deep, any thread
// may read while none writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/status/status.h"
#include "server/base/day.h"

namespace patron::index {

// The customer of lines that name none: they count for baskets and popularity,
// not for what is told of customers.
inline constexpr uint32_t kAnonymousCustomer =
    std::numeric_limits<uint32_t>::max();
inline constexpr uint32_t kNoBrand = std::numeric_limits<uint32_t>::max();
inline constexpr uint8_t kNoPriceTier = 255;

// What is known of a product without looking at its purchases.
struct ProductAttributes {
  // Category ids from wide to narrow; each id names one node of one tree, so
  // that the last alone tells the rest. Empty if unknown.
  std::vector<uint32_t> category_path;
  uint32_t brand = kNoBrand;
  // 0 (cheap in its category) to 3 (dear), or kNoPriceTier.
  uint8_t price_tier = kNoPriceTier;
  // Not sold any more: teaches, and has lists of its own, but stands in none.
  bool discontinued = false;
};

// One entry a purchase line. The columns are equally long and sorted by
// customer, then day, then receipt; the lines of a receipt stand together.
// Lines of kAnonymousCustomer hence come last.
struct TrainingLog {
  std::vector<uint32_t> customer;  // < customers, or kAnonymousCustomer
  std::vector<uint32_t> product;   // < attributes.size()
  std::vector<uint32_t> store;     // < stores
  std::vector<uint32_t>
      receipt;           // < receipts; one customer, store and day each
  std::vector<Day> day;  // <= today

  uint32_t customers = 0;
  uint32_t stores = 0;
  uint32_t receipts = 0;
  // By product ordinal, purchased or not.
  std::vector<ProductAttributes> attributes;
  // The day that is learned for: ages count back from it.
  Day today = 0;

  size_t lines() const { return product.size(); }
  uint32_t products() const { return static_cast<uint32_t>(attributes.size()); }
};

// kInvalidArgument that names the column, the line and both values where a rule
// above is broken.
absl::Status Validate(const TrainingLog& log);

}  // namespace patron::index
