// What was sold, by whom it was bought and when: what evaluation splits in
// time, whatever file or store it came from.
//
// Plain data: any thread may read while none writes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "index/training_log.h"
#include "server/base/day.h"

namespace patron::eval {

inline constexpr int64_t kDaySeconds = 86'400;

// One product of one receipt.
struct Sale {
  uint32_t customer = 0;  // or index::kAnonymousCustomer
  uint32_t product = 0;
  uint32_t store = 0;
  uint32_t receipt = 0;  // one customer, store and time each
  int64_t at = 0;        // seconds since 1970 on the shop's clock
  float unit_price = 0;  // 0 = unknown

  Day day() const { return static_cast<Day>(at / kDaySeconds); }
};

struct Sales {
  std::vector<std::string> customers;  // ids
  std::vector<std::string> products;   // ids
  uint32_t stores = 0;
  uint32_t receipts = 0;
  // By product.
  std::vector<index::ProductAttributes> attributes;
  // Price tiers follow from the prices of the time before the cut, where the
  // attributes come without them.
  bool derive_price_tiers = false;
  std::vector<Sale> sales;  // by time; those of a receipt stand together
};

// The end of what happened before `cut`, in `sales`.
size_t EndBefore(const Sales& sales, Day cut);

// The log of what happened before `cut`, to be learned from on that day.
// Products not sold before it stand in no list.
index::TrainingLog LogBefore(const Sales& sales, Day cut);

// The store of most of the receipts before `cut`, the smaller number of equals,
// by customer; `stores` for one without.
std::vector<uint32_t> MainStores(const Sales& sales, Day cut);

}  // namespace patron::eval
