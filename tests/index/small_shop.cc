#include "tests/index/small_shop.h"

#include <algorithm>
#include <random>
#include <set>

namespace patron::index {
namespace {

constexpr Day kToday = 20000;
constexpr uint32_t kBestsellers = 10;

class Maker {
 public:
  Maker(uint64_t seed, const SmallShopOptions& options)
      : random_(seed), options_(options) {}

  SmallShop Make() {
    SetAttributes();
    PlantComplements();
    for (uint32_t customer = 0; customer < options_.customers; ++customer) {
      AddCustomer(customer);
    }
    return std::move(shop_);
  }

 private:
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }

  void SetAttributes() {
    for (uint32_t i = 0; i < options_.products; ++i) {
      const uint32_t category = i % options_.categories;
      shop_.log.attributes.push_back(
          {.category_path = {1000 + category / 10, category},
           .brand = i % 7,
           .price_tier = uint8_t(i % 4)});
    }
    for (uint32_t i = 0; i < kBestsellers; ++i) shop_.bestsellers.push_back(i);
    shop_.log.today = kToday;
    shop_.log.stores = 3;
    shop_.log.customers = options_.customers;
  }

  // Partners come from the next category, so that taste does not explain them.
  void PlantComplements() {
    partner_.assign(options_.products, options_.products);
    for (uint32_t i = 0; i < options_.complements; ++i) {
      const uint32_t first = kBestsellers + 2 * i;
      partner_[first] = first + 1;
      shop_.complements.emplace_back(first, first + 1);
    }
  }

  // Common products first: the square of an even draw.
  uint32_t ProductOf(uint32_t category) {
    const uint32_t bought = options_.products - options_.unbought;
    const uint32_t in_category = bought / options_.categories;
    const double u = Below(1 << 20) / double(1 << 20);
    return category +
           options_.categories * static_cast<uint32_t>(u * u * in_category);
  }

  void AddCustomer(uint32_t customer) {
    const uint32_t tastes[] = {Below(options_.categories),
                               Below(options_.categories),
                               Below(options_.categories)};
    const uint32_t store = Below(3);
    for (uint32_t i = 0; i < options_.baskets; ++i) {
      std::set<uint32_t> basket;
      const uint32_t size = 1 + Below(4) * (1 + Below(4));
      while (basket.size() < size) {
        const uint32_t product = ProductOf(tastes[Below(3)]);
        basket.insert(product);
        if (partner_[product] < options_.products && Below(5) < 2) {
          basket.insert(partner_[product]);
        }
        if (Below(5) == 0) basket.insert(Below(kBestsellers));
      }
      AddBasket(customer, store, kToday - 7 * Day(options_.baskets - i),
                basket);
    }
  }

  void AddBasket(uint32_t customer, uint32_t store, Day day,
                 const std::set<uint32_t>& basket) {
    for (const uint32_t product : basket) {
      AddLine(customer, product, receipts_, day, shop_.log);
      shop_.log.store.back() = store;
    }
    ++receipts_;
  }

  std::mt19937_64 random_;
  const SmallShopOptions options_;
  SmallShop shop_;
  std::vector<uint32_t> partner_;
  uint32_t receipts_ = 0;
};

}  // namespace

SmallShop MakeSmallShop(uint64_t seed, const SmallShopOptions& options) {
  return Maker(seed, options).Make();
}

TrainingLog Shuffled(TrainingLog log, uint64_t seed) {
  std::mt19937_64 random(seed);
  for (size_t i = log.lines() - 1; i > 0; --i) {
    std::swap(log.product[i], log.product[random() % (i + 1)]);
  }
  return log;
}

void AddLine(uint32_t customer, uint32_t product, uint32_t receipt, Day day,
             TrainingLog& log) {
  log.customer.push_back(customer);
  log.product.push_back(product);
  log.store.push_back(0);
  log.receipt.push_back(receipt);
  log.day.push_back(day);
  if (customer != kAnonymousCustomer) {
    log.customers = std::max(log.customers, customer + 1);
  }
  log.stores = std::max(log.stores, 1u);
  log.receipts = std::max(log.receipts, receipt + 1);
  log.today = std::max(log.today, day);
  if (log.attributes.size() <= product) log.attributes.resize(product + 1);
}

}  // namespace patron::index
