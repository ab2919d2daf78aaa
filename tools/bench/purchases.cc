#include "tools/bench/purchases.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "tools/datagen/shop.h"

namespace patron::bench {

PurchaseMaker::PurchaseMaker(const ShopSize& shop, std::string name,
                             uint64_t seed)
    : shop_(shop), name_(std::move(name)), random_(seed) {
  purchase_.store_id = datagen::StoreId(0);
  purchase_.channel = "store";
  purchase_.currency = "EUR";
  purchase_.lines.resize(kLinesOfPurchase);
}

const wire::Purchase& PurchaseMaker::Next() {
  purchase_.receipt_id = absl::StrCat(name_, "-", ++made_);
  purchase_.__set_customer_id(
      datagen::CustomerId(static_cast<uint32_t>(random_() % shop_.customers)));
  purchase_.happened_at_us = absl::ToUnixMicros(RealClock().Now());
  for (wire::PurchaseLine& line : purchase_.lines) {
    line.product_id =
        datagen::ProductId(static_cast<uint32_t>(random_() % shop_.products));
    line.amount = static_cast<int64_t>(99 + random_() % 2000);
    line.tax = line.amount / 6;
  }
  return purchase_;
}

}  // namespace patron::bench
