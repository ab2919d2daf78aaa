// Requests that a shop's pages would send: a random customer of the shop in one
// of its stores, a random product where the page is a product's.
#pragma once

#include <cstdint>
#include <random>

#include "storefront_types.h"
#include "tools/bench/options.h"

namespace patron::bench {

inline constexpr int kItemsAsked = 10;

// One thread.
class RequestMaker {
 public:
  RequestMaker(const ShopSize& shop, wire::Placement::type placement,
               uint64_t seed);

  // Valid until the next call.
  const wire::RecommendRequest& Next();

 private:
  const ShopSize shop_;
  std::mt19937_64 random_;
  wire::RecommendRequest request_;
};

}  // namespace patron::bench
