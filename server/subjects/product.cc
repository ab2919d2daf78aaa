#include "server/subjects/fields.h"
#include "server/subjects/parts.h"
#include "server/subjects/subjects.h"
#include "server/subjects/values.h"

namespace patron::subjects {
namespace {

rules::Value PriceTierOf(const wire::Product& product) {
  switch (product.price_tier) {
    case wire::PriceTier::LOW:
      return absl::string_view("low");
    case wire::PriceTier::MIDDLE:
      return absl::string_view("middle");
    case wire::PriceTier::HIGH:
      return absl::string_view("high");
    default:
      return Unknown();
  }
}

rules::Value MotiveOf(const wire::Product& product) {
  switch (product.motive) {
    case wire::Motive::QUALITY:
      return absl::string_view("quality");
    case wire::Motive::VALUE:
      return absl::string_view("value");
    default:
      return Unknown();
  }
}

}  // namespace

rules::Value ProductValue(const wire::Product& product, int field,
                          absl::string_view key) {
  switch (field) {
    case kCategory:
      return Texts(product.category_path);
    case kBrand:
      return TextOrUnknown(product.brand);
    case kPrice:
      return NumberIf(product.__isset.price, product.price);
    case kCurrency:
      return TextOrUnknown(product.currency);
    case kPriceTier:
      return PriceTierOf(product);
    case kMotive:
      return MotiveOf(product);
    case kSeller:
      return TextOrUnknown(product.seller);
    case kVariantOf:
      return TextOrUnknown(product.variant_of);
    case kProductAttribute:
      return Attribute(product.attributes, key);
    case kMinimumAge:
      return NumberIf(product.__isset.minimum_age, product.minimum_age);
    case kDiscontinued:
      return Truth(product.discontinued);
    default:
      return Unknown();
  }
}

ProductSubject::ProductSubject(absl::string_view id,
                               const wire::Product* product, Day today)
    : id_(id), product_(product), today_(today) {}

rules::Value ProductSubject::Get(int field, absl::string_view key) const {
  if (field == kProduct) return TextOrUnknown(id_);
  return product_ == nullptr ? Unknown() : ProductValue(*product_, field, key);
}

int64_t ProductSubject::Today() const { return today_; }

// A product has no rows.
void ProductSubject::ForEach(int, int64_t,
                             absl::FunctionRef<bool(const rules::Row&)>) const {
}

}  // namespace patron::subjects
