#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/decode.h"
#include "tools/patron/fields.h"
#include "tools/patron/simple_decoder.h"

namespace patron::cli {
namespace {

absl::StatusOr<wire::PriceTier::type> ParsePriceTier(absl::string_view name,
                                                     absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(text);
  if (lower == "unknown") return wire::PriceTier::UNKNOWN;
  if (lower == "low") return wire::PriceTier::LOW;
  if (lower == "middle") return wire::PriceTier::MIDDLE;
  if (lower == "high") return wire::PriceTier::HIGH;
  return absl::InvalidArgumentError(
      absl::StrCat(name, ": ", Quoted(text), " is not low, middle or high"));
}

absl::StatusOr<wire::Motive::type> ParseMotive(absl::string_view name,
                                               absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(text);
  if (lower == "unknown") return wire::Motive::UNKNOWN;
  if (lower == "quality") return wire::Motive::QUALITY;
  if (lower == "value") return wire::Motive::VALUE;
  return absl::InvalidArgumentError(
      absl::StrCat(name, ": ", Quoted(text), " is not quality or value"));
}

absl::Status TakePrice(absl::string_view price, absl::string_view currency,
                       const ValueOptions& options, wire::Product& product) {
  PATRON_SET_TEXT(product, currency, "currency", currency, CheckCurrency);
  if (price.empty()) return absl::OkStatus();
  if (currency.empty())
    return absl::InvalidArgumentError(
        absl::StrCat("currency: is empty beside the price ", Quoted(price)));
  PATRON_SET_PARSED(
      product, price, price,
      ParseAmount("price", price, options.amounts, currency, kNotNegative));
  return absl::OkStatus();
}

absl::Status TakeLists(const Record& record, wire::Product& product) {
  namespace field = product_field;
  for (const absl::string_view level : record.lists[field::kCategoryPath]) {
    PATRON_RETURN_IF_ERROR(CheckFieldText("category_path", level));
    product.category_path.emplace_back(level);
  }
  for (const absl::string_view other : record.lists[field::kCompatibleWith]) {
    PATRON_RETURN_IF_ERROR(CheckFieldId("compatible_with", other));
    product.compatible_with.emplace_back(other);
  }
  for (const absl::string_view limit : record.lists[field::kLimitations]) {
    PATRON_RETURN_IF_ERROR(CheckFieldText("limitations", limit));
    product.limitations.emplace_back(limit);
  }
  return absl::OkStatus();
}

absl::Status TakeTraits(const Record& record, wire::Product& product) {
  namespace field = product_field;
  const auto& v = record.values;
  PATRON_SET_TEXT(product, brand, "brand", v[field::kBrand], CheckFieldText);
  PATRON_SET_TEXT(product, seller, "seller", v[field::kSeller], CheckFieldText);
  PATRON_SET_TEXT(product, variant_of, "variant_of", v[field::kVariantOf],
                  CheckFieldId);
  PATRON_SET_PARSED(product, price_tier, v[field::kPriceTier],
                    ParsePriceTier("price_tier", v[field::kPriceTier]));
  PATRON_SET_PARSED(product, motive, v[field::kMotive],
                    ParseMotive("motive", v[field::kMotive]));
  PATRON_SET_PARSED(product, minimum_age, v[field::kMinimumAge],
                    ParseWhole("minimum_age", v[field::kMinimumAge], {0, 120}));
  PATRON_SET_PARSED(product, discontinued, v[field::kDiscontinued],
                    ParseBool("discontinued", v[field::kDiscontinued]));
  return absl::OkStatus();
}

}  // namespace

absl::Status DecodeProduct(const Record& record, const ValueOptions& options,
                           wire::Product& product) {
  namespace field = product_field;
  const auto& v = record.values;
  PATRON_RETURN_IF_ERROR(
      RequireId("product_id", v[field::kProductId], product.product_id));
  PATRON_RETURN_IF_ERROR(TakeText("name", v[field::kName], product.name));
  PATRON_RETURN_IF_ERROR(TakeTraits(record, product));
  PATRON_RETURN_IF_ERROR(
      TakePrice(v[field::kPrice], v[field::kCurrency], options, product));
  PATRON_RETURN_IF_ERROR(TakeLists(record, product));
  for (const Entry& entry : record.entries) {
    PATRON_RETURN_IF_ERROR(CheckEntry("attr", entry, kMaxFreeText));
    product.attributes[std::string(entry.name)] = std::string(entry.value);
  }
  return absl::OkStatus();
}

template <>
std::unique_ptr<Decoder<wire::Product>> MakeDecoder(
    const ValueOptions& options) {
  return std::make_unique<SimpleDecoder<wire::Product>>(DecodeProduct, options);
}

absl::Status DecodeStock(const Record& record, const ValueOptions& options,
                         wire::StockLevel& level) {
  namespace field = stock_field;
  const auto& v = record.values;
  PATRON_RETURN_IF_ERROR(
      RequireId("product_id", v[field::kProductId], level.product_id));
  PATRON_RETURN_IF_ERROR(
      RequireId("store_id", v[field::kStoreId], level.store_id));
  PATRON_SET_PARSED(level, quantity_milli, v[field::kQuantity],
                    ParseQuantity("quantity", v[field::kQuantity]));
  PATRON_SET_TEXT(level, currency, "currency", v[field::kCurrency],
                  CheckCurrency);
  if (!v[field::kPrice].empty() && v[field::kCurrency].empty())
    return absl::InvalidArgumentError(absl::StrCat(
        "currency: is empty beside the price ", Quoted(v[field::kPrice])));
  PATRON_SET_PARSED(level, price, v[field::kPrice],
                    ParseAmount("price", v[field::kPrice], options.amounts,
                                v[field::kCurrency], kNotNegative));
  PATRON_ASSIGN_OR_RETURN(
      level.as_of_us, ParseTime("as_of", v[field::kAsOf], options.time_zone));
  return absl::OkStatus();
}

template <>
std::unique_ptr<Decoder<wire::StockLevel>> MakeDecoder(
    const ValueOptions& options) {
  return std::make_unique<SimpleDecoder<wire::StockLevel>>(DecodeStock,
                                                           options);
}

}  // namespace patron::cli
