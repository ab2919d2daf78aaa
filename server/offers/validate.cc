#include "server/base/validate.h"

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/offers/quote.h"

namespace patron::offers {
namespace {

constexpr size_t kMaxCodes = 100;
constexpr size_t kMaxCodeBytes = 128;
constexpr size_t kMaxProgrammes = 32;

// Prefixes the field of a refusal: "tax: …" to "lines[3].tax: …".
absl::Status InElement(absl::string_view list, size_t at,
                       const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat(list, "[", at, "].", status.message()));
}

absl::Status CheckOptionalId(absl::string_view field, const std::string& id) {
  return id.empty() ? absl::OkStatus() : CheckId(field, id);
}

absl::Status CheckLine(const wire::BasketLine& line) {
  PATRON_RETURN_IF_ERROR(CheckId("product_id", line.product_id));
  PATRON_RETURN_IF_ERROR(
      CheckRange("quantity_milli", line.quantity_milli, 0, kMaxQuantityMilli));
  PATRON_RETURN_IF_ERROR(
      CheckRange("list_amount", line.list_amount, 0, kMaxAmount));
  PATRON_RETURN_IF_ERROR(CheckRange("tax", line.tax, 0, line.list_amount));
  if (!line.__isset.match_amount) return absl::OkStatus();
  return CheckRange("match_amount", line.match_amount, 0, kMaxAmount);
}

absl::Status CheckLines(const std::vector<wire::BasketLine>& lines) {
  PATRON_RETURN_IF_ERROR(CheckCount("lines", lines.size(), kMaxListed));
  for (size_t at = 0; at < lines.size(); ++at)
    PATRON_RETURN_IF_ERROR(InElement("lines", at, CheckLine(lines[at])));
  return absl::OkStatus();
}

absl::Status CheckCodes(const std::vector<std::string>& codes) {
  PATRON_RETURN_IF_ERROR(CheckCount("codes", codes.size(), kMaxCodes));
  for (size_t at = 0; at < codes.size(); ++at)
    PATRON_RETURN_IF_ERROR(
        CheckText(absl::StrCat("codes[", at, "]"), codes[at], kMaxCodeBytes));
  return absl::OkStatus();
}

absl::Status CheckPoints(const std::vector<wire::PointsToPay>& points) {
  PATRON_RETURN_IF_ERROR(CheckCount("points", points.size(), kMaxProgrammes));
  absl::flat_hash_set<absl::string_view> seen;
  for (size_t at = 0; at < points.size(); ++at) {
    const wire::PointsToPay& pay = points[at];
    PATRON_RETURN_IF_ERROR(
        InElement("points", at, CheckId("programme_id", pay.programme_id)));
    PATRON_RETURN_IF_ERROR(InElement(
        "points", at, CheckRange("points", pay.points, -1, kMaxAmount)));
    if (!seen.insert(pay.programme_id).second)
      return InElement(
          "points", at,
          absl::InvalidArgumentError(absl::StrCat(
              "programme_id: ", Quoted(pay.programme_id), " stands twice")));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const wire::QuoteRequest& request) {
  PATRON_RETURN_IF_ERROR(CheckOptionalId("customer_id", request.customer_id));
  PATRON_RETURN_IF_ERROR(CheckOptionalId("store_id", request.store_id));
  PATRON_RETURN_IF_ERROR(CheckOptionalId("channel", request.channel));
  PATRON_RETURN_IF_ERROR(CheckCurrency("currency", request.currency));
  PATRON_RETURN_IF_ERROR(
      CheckRange("delivery", request.delivery, 0, kMaxAmount));
  PATRON_RETURN_IF_ERROR(CheckLines(request.lines));
  PATRON_RETURN_IF_ERROR(CheckCodes(request.codes));
  return CheckPoints(request.points);
}

}  // namespace patron::offers
