// The kinds of rows that the command line reads and writes, and the names of
// their fields: the one table that CSV, JSON lines, mapping files and exports
// share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace patron::cli {

enum class Kind {
  kCustomers,
  kProducts,
  kStock,
  kPurchases,
  kReturns,
  kEvents
};

// How the columns of a mapping file come together where a field has several:
// ids with "-", text with a space, lists as elements.
enum class Shape { kText, kId, kList };

struct FieldSpec {
  const char* name;
  Shape shape = Shape::kText;
  bool required = false;      // a file without it is refused at once
  bool of_line = false;       // stands in "lines" in JSON
  char list_separator = ';';  // in a CSV cell
};

// Fields with free names, such as `attr.NAME`.
enum class Group {
  kAttribute,
  kConsent,
  kContact,
  kDiscount,
  kThirdPartyDiscount
};

struct GroupSpec {
  Group group;
  const char* prefix;   // of a CSV column, without the dot
  const char* section;  // of a mapping file, and the key in JSON
  bool of_line = false;
};

namespace customer_field {
enum {
  kCustomerId,
  kName,
  kEmail,
  kPhone,
  kLocale,
  kBirthYear,
  kBirthMonth,
  kBirthDay,
  kGender,
  kHouseholdSize,
  kChildrenBirthYears,
  kPriorities,
  kServicePreference,
  kPreferredStoreId,
  kPreferredChannel,
  kAssociate,
  kIsStaff,
  kIsPartner,
  kIsBusiness,
  kTimeZone
};
}  // namespace customer_field
namespace product_field {
enum {
  kProductId,
  kName,
  kCategoryPath,
  kBrand,
  kPriceTier,
  kMotive,
  kPrice,
  kCurrency,
  kMinimumAge,
  kSeller,
  kVariantOf,
  kCompatibleWith,
  kLimitations,
  kDiscontinued
};
}  // namespace product_field
namespace stock_field {
enum { kProductId, kStoreId, kQuantity, kPrice, kCurrency, kAsOf };
}  // namespace stock_field
namespace purchase_field {
enum {
  kReceiptId,
  kCustomerId,
  kStoreId,
  kChannel,
  kCurrency,
  kHappenedAt,
  kImpressionToken,
  kProductId,
  kQuantity,
  kAmount,
  kListAmount,
  kTax
};
}  // namespace purchase_field
namespace return_field {
enum {
  kReturnId,
  kReceiptId,
  kHappenedAt,
  kStoreId,
  kReason,
  kLine,
  kQuantity
};
}  // namespace return_field
namespace event_field {
enum {
  kEventId,
  kKind,
  kCustomerId,
  kHappenedAt,
  kProductId,
  kStoreId,
  kChannel,
  kDwellMs,
  kText,
  kValue,
  kSource,
  kImpressionToken,
  kMeasure
};
}  // namespace event_field

// "purchases"
absl::string_view KindName(Kind kind);
std::optional<Kind> KindNamed(absl::string_view name);
absl::Span<const Kind> AllKinds();

// In the order of the enums above.
absl::Span<const FieldSpec> Fields(Kind kind);
absl::Span<const GroupSpec> Groups(Kind kind);
// Position in Fields(kind), or -1.
int FieldNamed(Kind kind, absl::string_view name);

// Whether several rows make up one element (the lines of a receipt).
bool HasLines(Kind kind);

}  // namespace patron::cli
