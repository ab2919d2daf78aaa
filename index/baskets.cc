#include "index/baskets.h"

#include <algorithm>

#include "index/mix.h"

namespace patron::index {
namespace {

void CapBasket(uint32_t receipt, size_t limit, std::vector<uint32_t>& basket) {
  if (basket.size() <= limit) return;
  const uint64_t salt = Mix(receipt);
  const auto digest = [salt](uint32_t product) { return Mix(salt ^ product); };
  std::nth_element(
      basket.begin(), basket.begin() + limit, basket.end(),
      [&](uint32_t a, uint32_t b) { return digest(a) < digest(b); });
  basket.resize(limit);
  std::sort(basket.begin(), basket.end());
}

}  // namespace

Baskets CollectBaskets(const TrainingLog& log,
                       const std::vector<HeldOut>& held_out, size_t limit) {
  Baskets result;
  result.products.columns = log.products();
  auto skip = held_out.begin();
  std::vector<uint32_t> basket;
  for (size_t begin = 0, end = 0; begin < log.lines(); begin = end) {
    while (end < log.lines() && log.receipt[end] == log.receipt[begin]) ++end;
    while (skip != held_out.end() && skip->end <= begin) ++skip;
    if (skip != held_out.end() && skip->begin <= begin) continue;
    basket.assign(log.product.begin() + begin, log.product.begin() + end);
    std::sort(basket.begin(), basket.end());
    basket.erase(std::unique(basket.begin(), basket.end()), basket.end());
    CapBasket(log.receipt[begin], limit, basket);
    result.products.column.insert(result.products.column.end(), basket.begin(),
                                  basket.end());
    result.products.offsets.push_back(result.products.column.size());
    result.customer.push_back(log.customer[begin]);
  }
  return result;
}

}  // namespace patron::index
