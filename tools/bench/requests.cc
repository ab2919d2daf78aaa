#include "tools/bench/requests.h"

#include "tools/datagen/shop.h"

namespace patron::bench {
namespace {

constexpr uint32_t kStores = 20;

bool IsOfProduct(wire::Placement::type placement) {
  return placement == wire::Placement::SIMILAR ||
         placement == wire::Placement::GOES_WITH ||
         placement == wire::Placement::BASKET;
}

}  // namespace

RequestMaker::RequestMaker(const ShopSize& shop,
                           wire::Placement::type placement, uint64_t seed)
    : shop_(shop), random_(seed) {
  request_.placement = placement;
  request_.k = kItemsAsked;
  request_.channel = "web";
  if (IsOfProduct(placement)) request_.product_ids.resize(1);
}

const wire::RecommendRequest& RequestMaker::Next() {
  request_.__set_customer_id(
      datagen::CustomerId(static_cast<uint32_t>(random_() % shop_.customers)));
  request_.store_id =
      datagen::StoreId(static_cast<uint32_t>(random_() % kStores));
  if (!request_.product_ids.empty())
    request_.product_ids[0] =
        datagen::ProductId(static_cast<uint32_t>(random_() % shop_.products));
  return request_;
}

}  // namespace patron::bench
