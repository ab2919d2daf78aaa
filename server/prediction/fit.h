// The parameters under which what customers did is most likely (maximum
// likelihood; the likelihoods are those of the papers in prediction.h), found
// by the simplex search of Nelder & Mead (1965, A Simplex Method for Function
// Minimization, The Computer Journal 7) over the logarithms of the parameters.
// The same on every run: no chance. Threads: any.
// Errors: kFailedPrecondition where nobody came back, or nobody paid.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "server/prediction/prediction.h"

namespace patron::prediction {

// Customers who came back alike.
struct Came {
  int64_t repeats = 0;
  int64_t last = 0;  // days from the first purchase to the last
  int64_t age = 0;   // days from the first purchase to today
  int64_t customers = 1;

  friend auto operator<=>(const Came&, const Came&) = default;
};

struct Paid {
  int64_t purchases = 0;
  double mean = 0;  // of what one came to, above 0
};

absl::StatusOr<PurchaseModel> FitPurchases(const std::vector<Came>& came);
absl::StatusOr<AmountModel> FitAmounts(const std::vector<Paid>& paid);

// The logarithm of the likelihood, a customer: for tests and reports.
double LogLikelihood(const PurchaseModel& model, const std::vector<Came>& came);
double LogLikelihood(const AmountModel& model, const std::vector<Paid>& paid);

}  // namespace patron::prediction
