#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/subjects/fields.h"
#include "server/subjects/parts.h"
#include "server/subjects/values.h"

namespace patron::subjects {
namespace {

// The time that predicted_spend looks ahead, and the most that anybody may.
constexpr int kSpendDays = 365;
// Whatever is larger says as much.
constexpr double kMostValue = 1e15;

rules::Value Rounded(double value) {
  if (!std::isfinite(value)) return Unknown();
  return Number(std::llround(std::clamp(value, 0.0, kMostValue)));
}

// Each receipt is a purchase, two of one day too. A last purchase that lies
// ahead of today counts as of today.
prediction::Visits VisitsOf(const facts::Summary& summary, Day today) {
  prediction::Visits visits;
  visits.repeats = summary.purchases - 1;
  visits.last = summary.last_day - summary.first_day;
  visits.age =
      std::max(today - summary.first_day, summary.last_day - summary.first_day);
  return visits;
}

// What a purchase came to so far; nullopt where she also paid in another
// currency: purchases are not counted by currency.
std::optional<double> MeanTicket(const facts::Summary& summary,
                                 absl::string_view currency) {
  double spend = 0;
  for (const auto& [paid_in, amount] : summary.spend) {
    if (paid_in != currency) return std::nullopt;
    spend = static_cast<double>(std::max<int64_t>(amount, 0));
  }
  return spend / summary.purchases;
}

std::optional<double> Ticket(const CustomerParts& parts,
                             absl::string_view currency) {
  const prediction::Model& model = *parts.prediction;
  if (!model.amounts || model.currency != currency) return std::nullopt;
  const auto mean = MeanTicket(*parts.summary, currency);
  if (!mean) return std::nullopt;
  return prediction::ExpectedAmount(*model.amounts, parts.summary->purchases,
                                    *mean);
}

}  // namespace

rules::Value PredictedValue(const CustomerParts& parts, int field,
                            absl::string_view key) {
  if (parts.prediction == nullptr || parts.summary->purchases == 0)
    return Unknown();
  const prediction::PurchaseModel& model = parts.prediction->purchases;
  const prediction::Visits visits = VisitsOf(*parts.summary, parts.today);
  switch (field) {
    case kPredictedChurn:
      if (visits.repeats == 0) return Unknown();
      return Rounded(100 * (1 - prediction::ChanceAlive(model, visits)));
    case kPredictedPurchases: {
      int days = 0;
      if (!absl::SimpleAtoi(key, &days) || days < 1 ||
          days > kMostPredictedDays)
        return Unknown();
      return Rounded(1000 * prediction::ExpectedPurchases(model, visits, days));
    }
    case kPredictedDaysToPurchase:
      return Rounded(prediction::MedianWait(model, visits));
    case kPredictedTicket: {
      const auto ticket = Ticket(parts, key);
      return ticket ? Rounded(*ticket) : Unknown();
    }
    case kPredictedSpend: {
      const auto ticket = Ticket(parts, key);
      if (!ticket) return Unknown();
      return Rounded(*ticket *
                     prediction::ExpectedPurchases(model, visits, kSpendDays));
    }
    default:
      return Unknown();
  }
}

absl::StatusOr<rules::Program> CompileEligible(absl::string_view text) {
  PATRON_ASSIGN_OR_RETURN(rules::Program rule,
                          rules::Compile(text, CustomerSchema()));
  for (const rules::Field& field : CustomerSchema().fields)
    if (IsPredicted(field.id) && rule.Reads(field.id))
      return absl::InvalidArgumentError(absl::StrCat(
          field.name,
          " may stand in segments and campaigns only: what a customer is "
          "promised must not hang on a prediction"));
  return rule;
}

}  // namespace patron::subjects
