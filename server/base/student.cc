#include "server/base/student.h"

#include <cmath>

namespace patron {
namespace {

constexpr double kTiny = 1e-300;
constexpr double kPrecision = 1e-15;
constexpr int kMostTerms = 10'000;

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

}  // namespace

double StudentQuantile(double share, double freedom) {
  double low = 0, high = 1;
  while (StudentShare(high, freedom) < share) high *= 2;
  while (high - low > 1e-12 * high) {
    const double middle = (low + high) / 2;
    (StudentShare(middle, freedom) < share ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace patron
