#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "tools/patron/decode.h"
#include "tools/patron/fields.h"
#include "tools/patron/line_decoder.h"

namespace patron::cli {
namespace {

absl::Status CheckToken(absl::string_view name, absl::string_view text) {
  return CheckFieldText(name, text, kMaxFreeText);
}

absl::Status TakeDiscount(const Entry& entry, const ValueOptions& options,
                          absl::string_view currency,
                          wire::PurchaseLine& line) {
  if (entry.value == "0") return absl::OkStatus();
  const bool third_party = entry.group == Group::kThirdPartyDiscount;
  const absl::string_view prefix =
      third_party ? "third_party_discount" : "discount";
  PATRON_RETURN_IF_ERROR(CheckEntry(prefix, entry));
  PATRON_ASSIGN_OR_RETURN(
      const int64_t amount,
      ParseAmount(absl::StrCat(prefix, ".", entry.name), entry.value,
                  options.amounts, currency, kNotNegative));
  if (amount == 0) return absl::OkStatus();
  wire::Discount& discount = line.discounts.emplace_back();
  discount.cause = std::string(entry.name);
  discount.amount = amount;
  discount.third_party = third_party;
  return absl::OkStatus();
}

// In one order whatever file and format they come in: a receipt that is sent
// again must be the same.
void SortDiscounts(wire::PurchaseLine& line) {
  std::sort(line.discounts.begin(), line.discounts.end(),
            [](const wire::Discount& a, const wire::Discount& b) {
              return std::tie(a.third_party, a.cause) <
                     std::tie(b.third_party, b.cause);
            });
}

struct PurchaseTraits {
  static constexpr Kind kKind = Kind::kPurchases;
  static constexpr const char* kName = "receipt";
  static constexpr int kIdFields = 1;
  static constexpr int kNameField = purchase_field::kReceiptId;
  static constexpr int kHeadFields = purchase_field::kProductId;

  static absl::Status Head(const Record& record, const ValueOptions& options,
                           wire::Purchase& purchase) {
    namespace field = purchase_field;
    const auto& v = record.values;
    PATRON_RETURN_IF_ERROR(
        RequireId("receipt_id", v[field::kReceiptId], purchase.receipt_id));
    PATRON_SET_TEXT(purchase, customer_id, "customer_id", v[field::kCustomerId],
                    CheckFieldId);
    PATRON_RETURN_IF_ERROR(
        TakeOptionalId("store_id", v[field::kStoreId], purchase.store_id));
    PATRON_RETURN_IF_ERROR(
        TakeOptionalId("channel", v[field::kChannel], purchase.channel));
    PATRON_RETURN_IF_ERROR(CheckCurrency("currency", v[field::kCurrency]));
    purchase.currency = std::string(v[field::kCurrency]);
    PATRON_ASSIGN_OR_RETURN(
        purchase.happened_at_us,
        ParseTime("happened_at", v[field::kHappenedAt], options.time_zone));
    PATRON_SET_TEXT(purchase, impression_token, "impression_token",
                    v[field::kImpressionToken], CheckToken);
    return absl::OkStatus();
  }

  static absl::Status Line(const Record& record, const ValueOptions& options,
                           wire::Purchase& purchase) {
    namespace field = purchase_field;
    const auto& v = record.values;
    const absl::string_view currency = v[field::kCurrency];
    wire::PurchaseLine& line = purchase.lines.emplace_back();
    PATRON_RETURN_IF_ERROR(
        RequireId("product_id", v[field::kProductId], line.product_id));
    PATRON_SET_PARSED(line, quantity_milli, v[field::kQuantity],
                      ParseQuantity("quantity", v[field::kQuantity]));
    PATRON_ASSIGN_OR_RETURN(
        line.amount, ParseAmount("amount", v[field::kAmount], options.amounts,
                                 currency, kNotNegative));
    PATRON_SET_PARSED(line, list_amount, v[field::kListAmount],
                      ParseAmount("list_amount", v[field::kListAmount],
                                  options.amounts, currency, kNotNegative));
    PATRON_SET_PARSED(line, tax, v[field::kTax],
                      ParseAmount("tax", v[field::kTax], options.amounts,
                                  currency, kNotNegative));
    for (const Entry& entry : record.entries)
      PATRON_RETURN_IF_ERROR(TakeDiscount(entry, options, currency, line));
    SortDiscounts(line);
    return absl::OkStatus();
  }
};

struct ReturnTraits {
  static constexpr Kind kKind = Kind::kReturns;
  static constexpr const char* kName = "return";
  static constexpr int kIdFields = 2;  // return_id and receipt_id
  static constexpr int kNameField = return_field::kReturnId;
  static constexpr int kHeadFields = return_field::kLine;

  static absl::Status Head(const Record& record, const ValueOptions& options,
                           wire::PurchaseReturn& back) {
    namespace field = return_field;
    const auto& v = record.values;
    PATRON_RETURN_IF_ERROR(
        RequireId("return_id", v[field::kReturnId], back.return_id));
    PATRON_RETURN_IF_ERROR(
        RequireId("receipt_id", v[field::kReceiptId], back.receipt_id));
    PATRON_ASSIGN_OR_RETURN(
        back.happened_at_us,
        ParseTime("happened_at", v[field::kHappenedAt], options.time_zone));
    PATRON_RETURN_IF_ERROR(
        TakeOptionalId("store_id", v[field::kStoreId], back.store_id));
    PATRON_SET_TEXT(back, reason, "reason", v[field::kReason], CheckFieldText);
    return absl::OkStatus();
  }

  static absl::Status Line(const Record& record, const ValueOptions&,
                           wire::PurchaseReturn& back) {
    namespace field = return_field;
    const auto& v = record.values;
    wire::ReturnLine& line = back.lines.emplace_back();
    PATRON_ASSIGN_OR_RETURN(
        const int64_t position,
        ParseWhole("line", v[field::kLine], {0, 1'000'000}));
    line.line = static_cast<int32_t>(position);
    PATRON_ASSIGN_OR_RETURN(line.quantity_milli,
                            ParseQuantity("quantity", v[field::kQuantity]));
    return absl::OkStatus();
  }
};

}  // namespace

template <>
std::unique_ptr<Decoder<wire::Purchase>> MakeDecoder(
    const ValueOptions& options) {
  return std::make_unique<LineDecoder<wire::Purchase, PurchaseTraits>>(options);
}

template <>
std::unique_ptr<Decoder<wire::PurchaseReturn>> MakeDecoder(
    const ValueOptions& options) {
  return std::make_unique<LineDecoder<wire::PurchaseReturn, ReturnTraits>>(
      options);
}

}  // namespace patron::cli
