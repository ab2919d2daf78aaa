// Purchases that a busy shop would send: five lines of random products by a
// random customer of the shop, each under a receipt number of its own.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "storefront_types.h"
#include "tools/bench/options.h"

namespace patron::bench {

inline constexpr int kLinesOfPurchase = 5;

// One thread.
class PurchaseMaker {
 public:
  // `name` keeps its receipts apart from those of other makers.
  PurchaseMaker(const ShopSize& shop, std::string name, uint64_t seed);

  // The next purchase, at present, valid until the next call.
  const wire::Purchase& Next();

 private:
  const ShopSize shop_;
  const std::string name_;
  std::mt19937_64 random_;
  int64_t made_ = 0;
  wire::Purchase purchase_;
};

}  // namespace patron::bench
