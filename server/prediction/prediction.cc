#include "server/prediction/prediction.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace patron::prediction {
namespace {

constexpr double kMillion = 1e6;
// Terms of a series at most; it converges long before, but where hardly any
// time has passed and much lies ahead.
constexpr int kMostTerms = 100'000;

// The odds that she left after her last purchase, with repeats.
double OddsGone(const PurchaseModel& m, const Visits& v) {
  if (v.repeats <= 0) return 0;
  return m.a / (m.b + v.repeats - 1) *
         std::exp((m.r + v.repeats) *
                  std::log((m.alpha + v.age) / (m.alpha + v.last)));
}

// The sum over n from 1 of (first)_n (second + 1)_{n-1} z^n /
// ((third + 1)_{n-1} n!), where (q)_n is q (q + 1) … (q + n - 1).
double Series(double first, double second, double third, double z) {
  double term = first * z;
  double sum = term;
  for (int n = 1; n < kMostTerms; ++n) {
    term *= (first + n) * (second + n) / ((third + n) * (n + 1)) * z;
    sum += term;
    if (std::abs(term) < 1e-13 * std::abs(sum) || term == 0) break;
  }
  return sum;
}

}  // namespace

double ChanceAlive(const PurchaseModel& model, const Visits& visits) {
  return 1 / (1 + OddsGone(model, visits));
}

// Equation 10 of the paper is
//   c / (a - 1) · (1 - (1 - z)^(r + x) · F(r + x, b + x; c; z)) / (1 + odds)
// with x repeats, c = a + b + x - 1, z = ahead / (alpha + age + ahead) and F
// Gauss's hypergeometric function. Euler's transformation makes the product
// (1 - z)^(a - 1) · F(a + b - 1 - r, a - 1; c; z), whose series is short. All
// terms but the first of that F hold a - 1, which is taken out of the
// difference: nothing cancels where a is close to 1, nor where c is close to 0.
double ExpectedPurchases(const PurchaseModel& model, const Visits& visits,
                         double ahead) {
  if (ahead <= 0) return 0;
  const double c = model.a + model.b + visits.repeats - 1;
  const double less = model.a - 1;
  const double z = ahead / (model.alpha + visits.age + ahead);
  const double log_rest = std::log1p(-z);
  const double power =
      less == 0 ? -log_rest : -std::expm1(less * log_rest) / less;
  const double series = Series(model.a + model.b - 1 - model.r, less, c, z);
  const double purchases = c * power - std::exp(less * log_rest) * series;
  return std::max(0.0, purchases / (1 + OddsGone(model, visits)));
}

// Her rate, as long as she is there, has a gamma distribution with shape r + x
// and rate alpha + age.
double MedianWait(const PurchaseModel& model, const Visits& visits) {
  return (model.alpha + visits.age) *
         std::expm1(std::log(2.0) / (model.r + visits.repeats));
}

double ExpectedAmount(const AmountModel& model, double purchases, double mean) {
  return model.p * (model.v + purchases * mean) /
         (model.p * purchases + model.q - 1);
}

Model FromWire(const wire::Prediction& prediction) {
  const auto number = [](int64_t millionths) {
    return static_cast<double>(millionths) / kMillion;
  };
  Model model;
  model.purchases = {number(prediction.r), number(prediction.alpha),
                     number(prediction.a), number(prediction.b)};
  if (prediction.p > 0)
    model.amounts = {number(prediction.p), number(prediction.q),
                     number(prediction.v)};
  model.currency = prediction.currency;
  return model;
}

wire::Prediction ToWire(const Model& model) {
  const auto millionths = [](double number) {
    return static_cast<int64_t>(std::llround(number * kMillion));
  };
  wire::Prediction prediction;
  prediction.r = millionths(model.purchases.r);
  prediction.alpha = millionths(model.purchases.alpha);
  prediction.a = millionths(model.purchases.a);
  prediction.b = millionths(model.purchases.b);
  if (!model.amounts) return prediction;
  prediction.p = millionths(model.amounts->p);
  prediction.q = millionths(model.amounts->q);
  prediction.v = millionths(model.amounts->v);
  prediction.currency = model.currency;
  return prediction;
}

}  // namespace patron::prediction
