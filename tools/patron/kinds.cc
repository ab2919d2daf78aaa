#include "tools/patron/kinds.h"

namespace patron::cli {
namespace {

constexpr Kind kKinds[] = {Kind::kCustomers, Kind::kProducts, Kind::kStock,
                           Kind::kPurchases, Kind::kReturns,  Kind::kEvents};

constexpr FieldSpec kCustomerFields[] = {
    {.name = "customer_id", .shape = Shape::kId, .required = true},
    {.name = "name"},
    {.name = "email"},
    {.name = "phone"},
    {.name = "locale"},
    {.name = "birth_year"},
    {.name = "birth_month"},
    {.name = "birth_day"},
    {.name = "gender"},
    {.name = "household_size"},
    {.name = "children_birth_years", .shape = Shape::kList},
    {.name = "priorities", .shape = Shape::kList},
    {.name = "service_preference"},
    {.name = "preferred_store_id", .shape = Shape::kId},
    {.name = "preferred_channel"},
    {.name = "associate"},
    {.name = "is_staff"},
    {.name = "is_partner"},
    {.name = "is_business"},
    {.name = "time_zone"},
};

constexpr FieldSpec kProductFields[] = {
    {.name = "product_id", .shape = Shape::kId, .required = true},
    {.name = "name", .required = true},
    {.name = "category_path", .shape = Shape::kList, .list_separator = '>'},
    {.name = "brand"},
    {.name = "price_tier"},
    {.name = "motive"},
    {.name = "price"},
    {.name = "currency"},
    {.name = "minimum_age"},
    {.name = "seller"},
    {.name = "variant_of", .shape = Shape::kId},
    {.name = "compatible_with", .shape = Shape::kList},
    {.name = "limitations", .shape = Shape::kList},
    {.name = "discontinued"},
};

constexpr FieldSpec kStockFields[] = {
    {.name = "product_id", .shape = Shape::kId, .required = true},
    {.name = "store_id", .shape = Shape::kId, .required = true},
    {.name = "quantity"},
    {.name = "price"},
    {.name = "currency"},
    {.name = "as_of", .required = true},
};

constexpr FieldSpec kPurchaseFields[] = {
    {.name = "receipt_id", .shape = Shape::kId, .required = true},
    {.name = "customer_id", .shape = Shape::kId},
    {.name = "store_id", .shape = Shape::kId},
    {.name = "channel"},
    {.name = "currency", .required = true},
    {.name = "happened_at", .required = true},
    {.name = "impression_token"},
    {.name = "product_id",
     .shape = Shape::kId,
     .required = true,
     .of_line = true},
    {.name = "quantity", .of_line = true},
    {.name = "amount", .required = true, .of_line = true},
    {.name = "list_amount", .of_line = true},
    {.name = "tax", .of_line = true},
};

constexpr FieldSpec kReturnFields[] = {
    {.name = "return_id", .shape = Shape::kId, .required = true},
    {.name = "receipt_id", .shape = Shape::kId, .required = true},
    {.name = "happened_at", .required = true},
    {.name = "store_id", .shape = Shape::kId},
    {.name = "reason"},
    {.name = "line", .required = true, .of_line = true},
    {.name = "quantity", .required = true, .of_line = true},
};

constexpr FieldSpec kEventFields[] = {
    {.name = "event_id", .shape = Shape::kId},
    {.name = "kind", .required = true},
    {.name = "customer_id", .shape = Shape::kId},
    {.name = "happened_at", .required = true},
    {.name = "product_id", .shape = Shape::kId},
    {.name = "store_id", .shape = Shape::kId},
    {.name = "channel"},
    {.name = "dwell_ms"},
    {.name = "text"},
    {.name = "value"},
    {.name = "source"},
    {.name = "impression_token"},
    {.name = "measure"},
};

constexpr GroupSpec kCustomerGroups[] = {
    {Group::kAttribute, "attr", "attributes"},
    {Group::kConsent, "consent", "consents"},
    {Group::kContact, "contact", "contacts"},
};
constexpr GroupSpec kAttributeGroups[] = {
    {Group::kAttribute, "attr", "attributes"}};
constexpr GroupSpec kPurchaseGroups[] = {
    {Group::kDiscount, "discount", "discounts", true},
    {Group::kThirdPartyDiscount, "third_party_discount",
     "third_party_discounts", true},
};

}  // namespace

absl::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kCustomers:
      return "customers";
    case Kind::kProducts:
      return "products";
    case Kind::kStock:
      return "stock";
    case Kind::kPurchases:
      return "purchases";
    case Kind::kReturns:
      return "returns";
    case Kind::kEvents:
      return "events";
  }
  return "";
}

std::optional<Kind> KindNamed(absl::string_view name) {
  for (const Kind kind : kKinds)
    if (KindName(kind) == name) return kind;
  return std::nullopt;
}

absl::Span<const Kind> AllKinds() { return kKinds; }

absl::Span<const FieldSpec> Fields(Kind kind) {
  switch (kind) {
    case Kind::kCustomers:
      return kCustomerFields;
    case Kind::kProducts:
      return kProductFields;
    case Kind::kStock:
      return kStockFields;
    case Kind::kPurchases:
      return kPurchaseFields;
    case Kind::kReturns:
      return kReturnFields;
    case Kind::kEvents:
      return kEventFields;
  }
  return {};
}

absl::Span<const GroupSpec> Groups(Kind kind) {
  switch (kind) {
    case Kind::kCustomers:
      return kCustomerGroups;
    case Kind::kProducts:
    case Kind::kEvents:
      return kAttributeGroups;
    case Kind::kPurchases:
      return kPurchaseGroups;
    case Kind::kStock:
    case Kind::kReturns:
      return {};
  }
  return {};
}

int FieldNamed(Kind kind, absl::string_view name) {
  const absl::Span<const FieldSpec> fields = Fields(kind);
  for (size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == name) return static_cast<int>(i);
  return -1;
}

bool HasLines(Kind kind) {
  return kind == Kind::kPurchases || kind == Kind::kReturns;
}

}  // namespace patron::cli
