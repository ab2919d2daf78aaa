#include "server/base/validate.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/customers/events.h"
#include "server/customers/purchases.h"

namespace patron::customers {
namespace {

constexpr size_t kMaxDiscounts = 32;
constexpr size_t kMaxTokenBytes = 8192;

// Prefixes the field of a refusal: "amount: …" to "lines[3].amount: …".
absl::Status InLine(size_t at, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat("lines[", at, "].", status.message()));
}

absl::Status CheckListAmount(const wire::PurchaseLine& line) {
  if (!line.__isset.list_amount) return absl::OkStatus();
  int64_t expected = line.amount;
  for (const wire::Discount& discount : line.discounts)
    if (!discount.third_party) expected += discount.amount;
  if (line.list_amount == expected) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "list_amount: ", line.list_amount,
      " is not amount and the shop's discounts together, ", expected));
}

absl::Status CheckLine(const wire::PurchaseLine& line) {
  PATRON_RETURN_IF_ERROR(CheckId("product_id", line.product_id));
  PATRON_RETURN_IF_ERROR(
      CheckRange("quantity_milli", line.quantity_milli, 0, kMaxQuantityMilli));
  PATRON_RETURN_IF_ERROR(CheckRange("amount", line.amount, 0, kMaxAmount));
  PATRON_RETURN_IF_ERROR(CheckRange("tax", line.tax, 0, line.amount));
  PATRON_RETURN_IF_ERROR(
      CheckCount("discounts", line.discounts.size(), kMaxDiscounts));
  for (const wire::Discount& discount : line.discounts) {
    PATRON_RETURN_IF_ERROR(CheckId("discounts.cause", discount.cause));
    PATRON_RETURN_IF_ERROR(
        CheckRange("discounts.amount", discount.amount, 0, kMaxAmount));
  }
  return CheckListAmount(line);
}

absl::Status CheckOptionalId(absl::string_view field, const std::string& id) {
  return id.empty() ? absl::OkStatus() : CheckId(field, id);
}

}  // namespace

absl::Status Validate(const wire::Purchase& purchase) {
  PATRON_RETURN_IF_ERROR(CheckId("receipt_id", purchase.receipt_id));
  PATRON_RETURN_IF_ERROR(CheckOptionalId("customer_id", purchase.customer_id));
  PATRON_RETURN_IF_ERROR(CheckOptionalId("store_id", purchase.store_id));
  PATRON_RETURN_IF_ERROR(CheckOptionalId("channel", purchase.channel));
  PATRON_RETURN_IF_ERROR(CheckCurrency("currency", purchase.currency));
  PATRON_RETURN_IF_ERROR(CheckTime("happened_at_us", purchase.happened_at_us));
  PATRON_RETURN_IF_ERROR(
      CheckText("impression_token", purchase.impression_token, kMaxTokenBytes));
  if (purchase.lines.empty())
    return absl::InvalidArgumentError("lines: a purchase has at least one");
  PATRON_RETURN_IF_ERROR(
      CheckCount("lines", purchase.lines.size(), kMaxListed));
  for (size_t at = 0; at < purchase.lines.size(); ++at)
    PATRON_RETURN_IF_ERROR(InLine(at, CheckLine(purchase.lines[at])));
  return absl::OkStatus();
}

absl::Status Validate(const wire::PurchaseReturn& purchase_return) {
  PATRON_RETURN_IF_ERROR(CheckId("return_id", purchase_return.return_id));
  PATRON_RETURN_IF_ERROR(CheckId("receipt_id", purchase_return.receipt_id));
  PATRON_RETURN_IF_ERROR(CheckOptionalId("store_id", purchase_return.store_id));
  PATRON_RETURN_IF_ERROR(
      CheckTime("happened_at_us", purchase_return.happened_at_us));
  PATRON_RETURN_IF_ERROR(
      CheckText("reason", purchase_return.reason, kMaxShortText));
  if (purchase_return.lines.empty())
    return absl::InvalidArgumentError("lines: a return has at least one");
  PATRON_RETURN_IF_ERROR(
      CheckCount("lines", purchase_return.lines.size(), kMaxListed));
  std::vector<int32_t> seen;
  for (size_t at = 0; at < purchase_return.lines.size(); ++at) {
    const wire::ReturnLine& line = purchase_return.lines[at];
    PATRON_RETURN_IF_ERROR(
        InLine(at, CheckRange("quantity_milli", line.quantity_milli, 1,
                              kMaxQuantityMilli)));
    if (std::find(seen.begin(), seen.end(), line.line) != seen.end())
      return InLine(at, absl::InvalidArgumentError(absl::StrCat(
                            "line: ", line.line, " stands twice")));
    seen.push_back(line.line);
  }
  return absl::OkStatus();
}

absl::Status Validate(const wire::Event& event) {
  PATRON_RETURN_IF_ERROR(CheckOptionalId("event_id", event.event_id));
  PATRON_RETURN_IF_ERROR(CheckRange("kind", event.kind, wire::EventKind::VIEW,
                                    wire::EventKind::COMPLAINT));
  PATRON_RETURN_IF_ERROR(CheckOptionalId("customer_id", event.customer_id));
  PATRON_RETURN_IF_ERROR(CheckOptionalId("product_id", event.product_id));
  PATRON_RETURN_IF_ERROR(CheckOptionalId("store_id", event.store_id));
  PATRON_RETURN_IF_ERROR(CheckOptionalId("channel", event.channel));
  PATRON_RETURN_IF_ERROR(CheckTime("happened_at_us", event.happened_at_us));
  if (event.__isset.dwell_ms)
    PATRON_RETURN_IF_ERROR(
        CheckRange("dwell_ms", event.dwell_ms, 0, 86'400'000));
  PATRON_RETURN_IF_ERROR(CheckText("text", event.text, kMaxFreeText));
  PATRON_RETURN_IF_ERROR(CheckText("source", event.source, kMaxShortText));
  PATRON_RETURN_IF_ERROR(
      CheckText("impression_token", event.impression_token, kMaxTokenBytes));
  PATRON_RETURN_IF_ERROR(
      CheckCount("attributes", event.attributes.size(), kMaxListed));
  for (const auto& [name, value] : event.attributes) {
    PATRON_RETURN_IF_ERROR(CheckId("attributes", name));
    PATRON_RETURN_IF_ERROR(
        CheckText(absl::StrCat("attributes.", name), value, kMaxShortText));
  }
  if (event.__isset.measure) {
    PATRON_RETURN_IF_ERROR(CheckRange("measure", event.measure,
                                      wire::Measure::NPS, wire::Measure::CSI));
    if (event.kind != wire::EventKind::SURVEY)
      return absl::InvalidArgumentError(
          absl::StrCat("measure: ", event.measure, ", but kind is ", event.kind,
                       " and no survey"));
  }
  if (event.kind == wire::EventKind::VISITORS) {
    PATRON_RETURN_IF_ERROR(CheckId("store_id", event.store_id));
    if (!event.__isset.value)
      return absl::InvalidArgumentError("value: visitors counted is not given");
    PATRON_RETURN_IF_ERROR(CheckRange("value", event.value, 0, 1'000'000));
  }
  return absl::OkStatus();
}

}  // namespace patron::customers
