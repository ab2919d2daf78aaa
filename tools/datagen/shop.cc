#include "tools/datagen/shop.h"

#include "absl/memory/memory.h"
#include "absl/strings/str_format.h"
#include "server/base/status_macros.h"
#include "tools/datagen/simulation.h"

namespace patron::datagen {
namespace {

enum Stream : uint64_t { kStock = 301 };

}  // namespace

absl::string_view EventKindName(EventKind kind) {
  switch (kind) {
    case EventKind::kView:
      return "view";
    case EventKind::kClick:
      return "click";
    case EventKind::kSearch:
      return "search";
    case EventKind::kCartAdd:
      return "cart_add";
    case EventKind::kReview:
      return "review";
    case EventKind::kVisitors:
      return "visitors";
    case EventKind::kSurvey:
      return "survey";
  }
  return "";
}

Shop::Shop(const ShopOptions& options)
    : options_(options), catalogue_(options), people_(options, catalogue_) {}

absl::StatusOr<std::unique_ptr<Shop>> Shop::Make(const ShopOptions& options) {
  PATRON_RETURN_IF_ERROR(Validate(options));
  return absl::WrapUnique(new Shop(options));
}

absl::Status Shop::Play(ShopListener& listener) const {
  return Simulation(options_, catalogue_, people_, listener).Run();
}

absl::Time Shop::end() const {
  return absl::FromCivil(options_.end_day + 1, absl::UTCTimeZone());
}

std::optional<Stock> Shop::StockOf(uint32_t store, uint32_t product) const {
  if (!catalogue_.IsSold(product, {store, options_.days})) return std::nullopt;
  constexpr double kSoldOut = 0.03;
  Random random(Mix(options_.seed, kStock, store, product));
  Stock stock;
  stock.price = catalogue_.PriceIn(store, product);
  const bool is_sold_out = random.Chance(kSoldOut);
  const int few = random.Between(1, 30);
  const int pieces = few + random.Between(0, 30);
  if (is_sold_out) return stock;
  stock.quantity_milli = int64_t{pieces} * 1000;
  if (catalogue_.CategoryOf(product).is_weighed)
    stock.quantity_milli += random.Between(0, 9) * 100;
  return stock;
}

std::string CustomerId(uint32_t customer) {
  return absl::StrFormat("C%07d", customer + 1);
}
std::string ProductId(uint32_t product) {
  return absl::StrFormat("P%07d", product + 1);
}
std::string StoreId(uint32_t store) {
  return absl::StrFormat("S%03d", store + 1);
}
std::string ReceiptId(uint64_t receipt) {
  return absl::StrFormat("R%09d", receipt + 1);
}

}  // namespace patron::datagen
