#include "server/campaigns/lift.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"

namespace patron::campaigns {
namespace {

constexpr double kTiny = 1e-300;
constexpr double kPrecision = 1e-15;
constexpr int kMostTerms = 10'000;
constexpr double kConfidence = 0.975;  // both sides: 95 %

// Coefficient d_i of DLMF 8.17.22, i from 1 on.
double TermOf(int i, double x, double a, double b) {
  const int m = i / 2;
  if (i % 2 == 0) return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
  return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
}

double AwayFromZero(double value) {
  return std::abs(value) < kTiny ? kTiny : value;
}

// 1 ÷ (1 + d1 ÷ (1 + d2 ÷ (1 + …)))
double ContinuedFraction(double x, double a, double b) {
  double numerator = 1, denominator = 0, value = 1;
  for (int i = 1; i <= kMostTerms; ++i) {
    const double term = TermOf(i, x, a, b);
    denominator = 1 / AwayFromZero(1 + term * denominator);
    numerator = AwayFromZero(1 + term / numerator);
    const double step = numerator * denominator;
    value *= step;
    if (std::abs(step - 1) < kPrecision) break;
  }
  return 1 / value;
}

// Regularised incomplete beta function. The fraction converges fast below the
// mean of the distribution; above it, the other tail is taken.
double IncompleteBeta(double x, double a, double b) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - IncompleteBeta(1 - x, b, a);
  const double log_front = a * std::log(x) + b * std::log1p(-x) - std::log(a) +
                           std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b);
  return std::exp(log_front) * ContinuedFraction(x, a, b);
}

double StudentShare(double t, double freedom) {
  return 1 - IncompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
}

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

double StudentQuantile(double share, double freedom) {
  double low = 0, high = 1;
  while (StudentShare(high, freedom) < share) high *= 2;
  while (high - low > 1e-12 * high) {
    const double middle = (low + high) / 2;
    (StudentShare(middle, freedom) < share ? low : high) = middle;
  }
  return (low + high) / 2;
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
