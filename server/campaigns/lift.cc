#include "server/campaigns/lift.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "server/base/student.h"

namespace patron::campaigns {
namespace {

constexpr double kConfidence = 0.975;  // both sides: 95 %

std::string TooFew(const Spend& spend, const char* who) {
  if (spend.customers() < kFewestCustomers)
    return absl::StrCat("too little data: ", spend.customers(), " customers ",
                        who, ", at least ", kFewestCustomers, " are wanted");
  if (spend.buyers() < kFewestBuyers)
    return absl::StrCat("too little data: ", spend.buyers(), " buyers ", who,
                        ", at least ", kFewestBuyers, " are wanted");
  return "";
}

}  // namespace

void Spend::Add(int64_t minor_units) {
  ++customers_;
  buyers_ += minor_units > 0;
  sum_ += minor_units;
  const auto value = static_cast<double>(minor_units);
  const double before = value - mean_;
  mean_ += before / static_cast<double>(customers_);
  squares_ += before * (value - mean_);
}

double Spend::variance() const {
  return customers_ < 2 ? 0 : squares_ / static_cast<double>(customers_ - 1);
}

Lift LiftOf(const Spend& contacted, const Spend& held_out) {
  Lift result;
  result.note = TooFew(contacted, "contacted");
  if (result.note.empty()) result.note = TooFew(held_out, "held out");
  if (!result.note.empty()) return result;
  const auto n1 = static_cast<double>(contacted.customers());
  const auto n2 = static_cast<double>(held_out.customers());
  const double v1 = contacted.variance() / n1, v2 = held_out.variance() / n2;
  result.enough = true;
  result.lift = contacted.mean() - held_out.mean();
  const double squared = v1 + v2;
  const double freedom =
      squared > 0
          ? squared * squared / (v1 * v1 / (n1 - 1) + v2 * v2 / (n2 - 1))
          : n1 + n2 - 2;
  const double reach =
      StudentQuantile(kConfidence, freedom) * std::sqrt(squared);
  result.low = result.lift - reach;
  result.high = result.lift + reach;
  return result;
}

}  // namespace patron::campaigns
