#include "server/prediction/fit.h"

#include <math.h>  // lgamma_r: std::lgamma writes a global

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "server/prediction/simplex.h"

namespace patron::prediction {
namespace {

// Parameters lie between e^-kWidest and e^kWidest.
constexpr double kWidest = 14;

double LogGamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

// The logarithms of (first)_n for n = 0 … most.
std::vector<double> LogRising(double first, int64_t most) {
  std::vector<double> logs(static_cast<size_t>(most) + 1, 0.0);
  for (size_t n = 1; n < logs.size(); ++n)
    logs[n] = logs[n - 1] + std::log(first + static_cast<double>(n - 1));
  return logs;
}

int64_t MostRepeats(const std::vector<Came>& came) {
  int64_t most = 0;
  for (const Came& one : came) most = std::max(most, one.repeats);
  return most;
}

// Equation 6 of the paper, all customers together.
class PurchaseLikelihood {
 public:
  PurchaseLikelihood(const PurchaseModel& model, int64_t most)
      : m_(model),
        rates_(LogRising(model.r, most)),
        stays_(LogRising(model.b, most)),
        all_(LogRising(model.a + model.b, most)) {}

  double Of(const Came& one) const {
    const auto x = static_cast<double>(one.repeats);
    const auto n = static_cast<size_t>(one.repeats);
    const double both =
        rates_[n] + m_.r * std::log(m_.alpha) + stays_[n] - all_[n];
    const double there =
        -(m_.r + x) * std::log(m_.alpha + static_cast<double>(one.age));
    if (one.repeats == 0) return both + there;
    const double gone =
        std::log(m_.a / (m_.b + x - 1)) -
        (m_.r + x) * std::log(m_.alpha + static_cast<double>(one.last));
    const double larger = std::max(there, gone);
    return both + larger + std::log1p(std::exp(-std::abs(there - gone)));
  }

 private:
  const PurchaseModel& m_;
  const std::vector<double> rates_;
  const std::vector<double> stays_;
  const std::vector<double> all_;
};

PurchaseModel PurchasesAt(const Point& logs) {
  return {std::exp(logs[0]), std::exp(logs[1]), std::exp(logs[2]),
          std::exp(logs[3])};
}

// q is above 1.
AmountModel AmountsAt(const Point& logs) {
  return {std::exp(logs[0]), 1 + std::exp(logs[1]), std::exp(logs[2])};
}

// The point of the largest likelihood, no number above that of `most`.
template <typename ModelAt, typename Data>
Point Fit(const Point& start, const Point& most, const ModelAt& model_at,
          const Data& data) {
  constexpr double kWorst = std::numeric_limits<double>::infinity();
  const auto cost = [&](const Point& logs) {
    for (size_t i = 0; i < logs.size(); ++i)
      if (logs[i] < -kWidest || logs[i] > most[i]) return kWorst;
    const double likelihood = LogLikelihood(model_at(logs), data);
    return std::isfinite(likelihood) ? -likelihood : kWorst;
  };
  return Minimise(cost, start);
}

}  // namespace

double LogLikelihood(const PurchaseModel& model,
                     const std::vector<Came>& came) {
  const PurchaseLikelihood likelihood(model, MostRepeats(came));
  double sum = 0;
  double customers = 0;
  for (const Came& one : came) {
    sum += static_cast<double>(one.customers) * likelihood.Of(one);
    customers += static_cast<double>(one.customers);
  }
  return sum / customers;
}

// Equation 1a of the note, all customers together.
double LogLikelihood(const AmountModel& m, const std::vector<Paid>& paid) {
  const double fixed = m.q * std::log(m.v) - LogGamma(m.q);
  double sum = 0;
  for (const Paid& one : paid) {
    const auto x = static_cast<double>(one.purchases);
    sum += fixed + LogGamma(m.p * x + m.q) - LogGamma(m.p * x) +
           (m.p * x - 1) * std::log(one.mean) + m.p * x * std::log(x) -
           (m.p * x + m.q) * std::log(m.v + x * one.mean);
  }
  return sum / static_cast<double>(paid.size());
}

absl::StatusOr<PurchaseModel> FitPurchases(const std::vector<Came>& came) {
  double repeats = 0;
  double age = 1;
  for (const Came& one : came) {
    repeats += static_cast<double>(one.repeats * one.customers);
    age += static_cast<double>(one.age * one.customers);
  }
  if (repeats == 0)
    return absl::FailedPreconditionError(absl::StrCat(
        "purchases: of ", came.size(), " histories none has a second one"));
  const Point start = {0, std::log(age / repeats), 0, std::log(2.0)};
  const double shape = std::log(kMostShape);
  return PurchasesAt(
      Fit(start, {shape, kWidest, shape, kWidest}, PurchasesAt, came));
}

absl::StatusOr<AmountModel> FitAmounts(const std::vector<Paid>& paid) {
  double mean = 0;
  for (const Paid& one : paid)
    mean += one.mean / static_cast<double>(paid.size());
  if (!(mean > 0))
    return absl::FailedPreconditionError(
        absl::StrCat("amounts: the mean of ", paid.size(), " is ", mean));
  // In units of the mean, so that any currency is as easy.
  std::vector<Paid> scaled = paid;
  for (Paid& one : scaled) one.mean /= mean;
  AmountModel model =
      AmountsAt(Fit({1, 1, 0}, {kWidest, kWidest, kWidest}, AmountsAt, scaled));
  model.v *= mean;
  return model;
}

}  // namespace patron::prediction
