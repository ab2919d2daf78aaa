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

// As a quote tells of an offer that nothing in the basket is for.
wire::OfferDecision MakeDecision(int place) {
  wire::OfferDecision decision;
  decision.offer_id = absl::StrFormat("offer-%03d", place);
  decision.name = absl::StrFormat("%d %% off alpine milk", place % 9 + 1);
  decision.reason = wire::OfferReason::NOTHING_IN_SCOPE;
  decision.text = "nothing with category has \"Alpine milk\"";
  return decision;
}

}  // namespace

ReadyAnswer::ReadyAnswer() {
  for (int place = 0; place < kMostReadyOffers; ++place)
    decisions_.push_back(MakeDecision(place));
  quote_token_ = std::string(kTokenBytes, 'A');
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

void ReadyAnswer::Fill(const wire::QuoteRequest& request, int offers,
                       wire::Quote& quote) const {
  quote.lines.reserve(request.lines.size());
  for (const wire::BasketLine& line : request.lines) {
    wire::QuoteLine& out = quote.lines.emplace_back();
    out.product_id = line.product_id;
    out.quantity_milli = line.quantity_milli;
    out.list_amount = line.list_amount;
    out.amount = line.list_amount;
    quote.total += line.list_amount;
  }
  quote.list_total = quote.total;
  quote.offers.assign(decisions_.begin(), decisions_.begin() + offers);
  quote.quote_token = quote_token_;
}

}  // namespace patron::api
