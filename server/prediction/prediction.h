// What customers will do, from how they came back so far.
//
// Purchases: BG/NBD (Fader, Hardie & Lee 2005, "Counting Your Customers" the
// Easy Way: An Alternative to the Pareto/NBD Model, Marketing Science 24(2)).
// While she is a customer she buys at a rate of her own; after any purchase she
// may leave for good, with a chance of her own. Rates differ by a gamma
// distribution (r, alpha), chances by a beta distribution (a, b). Nobody is
// gone before her second purchase: of one who bought once the model knows
// nothing of leaving.
//
// Amounts: Gamma-Gamma (Fader & Hardie 2013, The Gamma-Gamma Model of Monetary
// Value). What a purchase comes to varies around a mean of her own, and means
// differ between customers; how often she buys says nothing of how much.
//
//   const double alive = ChanceAlive(model, {.repeats = 2, .last = 30.4,
//                                            .age = 38.9});
//
// Pure functions. The same bits on one machine; another one may differ in the
// last. So nothing that Apply decides may go by them.
// Threads: any.
#pragma once

#include <optional>
#include <string>

#include "definitions_types.h"

namespace patron::prediction {

// Larger shapes say that customers are alike, and 20 says it well enough; the
// sums below lose their digits beyond.
inline constexpr double kMostShape = 20;

// Times are in the unit of `alpha`. All above 0, r and a at most kMostShape.
struct PurchaseModel {
  double r = 0;
  double alpha = 0;
  double a = 0;
  double b = 0;
};

// All above 0, q above 1: else there is no mean.
struct AmountModel {
  double p = 0;
  double q = 0;
  double v = 0;
};

// How one customer came back.
struct Visits {
  double repeats = 0;  // purchases after the first
  double last = 0;     // from the first purchase to the last
  double age = 0;      // from the first purchase to now; not less than `last`
};

// That she will buy again, whenever; 1 without repeats.
double ChanceAlive(const PurchaseModel& model, const Visits& visits);
// Within the time `ahead` from now.
double ExpectedPurchases(const PurchaseModel& model, const Visits& visits,
                         double ahead);
// From now until half of customers like her who are still there have bought.
double MedianWait(const PurchaseModel& model, const Visits& visits);
// Of one purchase, of a customer whose `purchases` so far had this mean.
double ExpectedAmount(const AmountModel& model, double purchases, double mean);

// Definitions.prediction ready to answer, times in days, amounts in minor
// units of `currency`.
struct Model {
  PurchaseModel purchases;
  std::optional<AmountModel> amounts;
  std::string currency;
};
Model FromWire(const wire::Prediction& prediction);
// Without day and customers.
wire::Prediction ToWire(const Model& model);

}  // namespace patron::prediction
