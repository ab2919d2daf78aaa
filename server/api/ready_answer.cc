#include "server/api/ready_answer.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/recommend/recommender.h"

namespace patron::api {
namespace {

// The length of a product page's token with ten products.
constexpr size_t kTokenBytes = 140;

wire::RecommendedItem MakeItem(int place) {
  wire::RecommendedItem item;
  item.product_id = absl::StrFormat("P%06d", place);
  item.name = absl::StrFormat("Alpine whole milk, fresh, %d l", place % 9 + 1);
  item.score = 1.0 / (place + 1);
  item.reason = wire::ReasonCode::GOES_WITH_PRODUCT;
  item.reason_text = "Often bought together with “Farmer's rye bread 1 kg”";
  item.limitations = {"Only 2 left in this store"};
  item.__set_price(1000 + place);
  item.__set_currency("EUR");
  item.__set_because_of("P000001");
  return item;
}

}  // namespace

ReadyAnswer::ReadyAnswer() {
  for (int place = 0; place < recommend::kMaxItems; ++place)
    reply_.items.push_back(MakeItem(place));
  reply_.impression_token = std::string(kTokenBytes, 'A');
  reply_.index_version = "20261121T030000Z-000001";
}

void ReadyAnswer::Fill(int items, wire::RecommendReply& reply) const {
  reply.items.assign(reply_.items.begin(), reply_.items.begin() + items);
  reply.impression_token = reply_.impression_token;
  reply.index_version = reply_.index_version;
}

}  // namespace patron::api
