#include "server/base/validate.h"

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/catalog/catalog.h"

namespace patron::catalog {
namespace {

constexpr size_t kMaxCategoryLevels = 8;
constexpr int64_t kMaxAge = 150;

absl::Status CheckTexts(absl::string_view field,
                        const std::vector<std::string>& texts) {
  PATRON_RETURN_IF_ERROR(CheckCount(field, texts.size(), kMaxListed));
  for (size_t at = 0; at < texts.size(); ++at)
    PATRON_RETURN_IF_ERROR(
        CheckText(absl::StrCat(field, "[", at, "]"), texts[at], kMaxShortText));
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const wire::Product& product) {
  PATRON_RETURN_IF_ERROR(CheckId("product_id", product.product_id));
  PATRON_RETURN_IF_ERROR(CheckText("name", product.name, kMaxShortText));
  PATRON_RETURN_IF_ERROR(CheckCount(
      "category_path", product.category_path.size(), kMaxCategoryLevels));
  PATRON_RETURN_IF_ERROR(CheckTexts("category_path", product.category_path));
  PATRON_RETURN_IF_ERROR(CheckText("brand", product.brand, kMaxShortText));
  PATRON_RETURN_IF_ERROR(CheckText("seller", product.seller, kMaxShortText));
  PATRON_RETURN_IF_ERROR(CheckRange("price_tier", product.price_tier, 0, 3));
  PATRON_RETURN_IF_ERROR(CheckRange("motive", product.motive, 0, 2));
  if (product.__isset.price) {
    PATRON_RETURN_IF_ERROR(CheckRange("price", product.price, 0, kMaxAmount));
    PATRON_RETURN_IF_ERROR(CheckCurrency("currency", product.currency));
  }
  if (product.__isset.minimum_age)
    PATRON_RETURN_IF_ERROR(
        CheckRange("minimum_age", product.minimum_age, 0, kMaxAge));
  if (product.__isset.variant_of)
    PATRON_RETURN_IF_ERROR(CheckId("variant_of", product.variant_of));
  PATRON_RETURN_IF_ERROR(
      CheckTexts("compatible_with", product.compatible_with));
  PATRON_RETURN_IF_ERROR(CheckTexts("limitations", product.limitations));
  PATRON_RETURN_IF_ERROR(
      CheckCount("attributes", product.attributes.size(), kMaxListed));
  for (const auto& [name, value] : product.attributes) {
    PATRON_RETURN_IF_ERROR(CheckId("attributes", name));
    PATRON_RETURN_IF_ERROR(
        CheckText(absl::StrCat("attributes.", name), value, kMaxFreeText));
  }
  return absl::OkStatus();
}

absl::Status Validate(const wire::StockLevel& level) {
  PATRON_RETURN_IF_ERROR(CheckId("product_id", level.product_id));
  PATRON_RETURN_IF_ERROR(CheckId("store_id", level.store_id));
  if (level.__isset.quantity_milli)
    PATRON_RETURN_IF_ERROR(CheckRange("quantity_milli", level.quantity_milli, 0,
                                      kMaxQuantityMilli));
  if (level.__isset.price) {
    PATRON_RETURN_IF_ERROR(CheckRange("price", level.price, 0, kMaxAmount));
    PATRON_RETURN_IF_ERROR(CheckCurrency("currency", level.currency));
  }
  if (!level.__isset.quantity_milli && !level.__isset.price)
    return absl::InvalidArgumentError(
        "quantity_milli: neither it nor price is given");
  if (level.as_of_us == 0)
    return absl::InvalidArgumentError("as_of_us: is not given");
  return CheckTime("as_of_us", level.as_of_us);
}

}  // namespace patron::catalog
