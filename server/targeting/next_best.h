// The next best offer: which of the shop's offers to make to whom, and to whom
// none, so that the budgets gain most.
//
//   gain = (with - without) · margin · basket - with · cost - contact
//
// with, without: chance that she buys in the offer's scope within the horizon,
// with the offer and at full price; basket: list price of what she then buys;
// cost: what the offer takes off it. This is uplift net of cost: whoever would
// buy anyway gains nothing by a discount and costs it (Radcliffe & Surry 1999,
// Differential Response Analysis; Gutierrez & Gérardy 2016, Causal Inference
// and Uplift Modeling).
//
// Chances by counts: purchases in scope come as a Poisson stream of the rate
//   (receipts + usual rate · 30 days) ÷ (days since the first + 30 days)
// times her relative rate at the offer's depth, or at none (thresholds.h).
// Where a response model was learned, `with` is its chance that the offer is
// used, and `without` keeps the ratio of the two. A minimum spend m above the
// basket b lets through exp(1 - m ÷ b) of them (baskets are about exponential).
//
// Choice: every customer gets at most one offer. Largest gain per cost first,
// as long as what is left of the offer's budget and uses bears the expected
// cost; then what is left moves customers to offers that gain more, largest
// gain per further cost first (the greedy of Sinha & Zoltners 1979 for
// multiple-choice knapsacks). What cannot be valued (a price match without
// bound, free delivery without bound) is not made.
//
// Ownership: borrows everything for the call. Threads: any; one a call.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "marketing_types.h"
#include "server/offers/quote.h"
#include "server/targeting/features.h"
#include "server/targeting/response.h"
#include "server/targeting/thresholds.h"

namespace patron::targeting {

struct NextBestOptions {
  // What counts as bought with the offer. Less where it ends sooner.
  int horizon_days = 28;
};

// Offers to choose from, and the products that they cover.
class Candidates {
 public:
  // Places of `definitions`. Looks at products 0 to `product_count` once.
  Candidates(const offers::Compiled& definitions,
             const std::vector<size_t>& places,
             const subjects::Products* products, const subjects::Names* names,
             uint32_t product_count, Day today);
  Candidates(const Candidates&) = delete;
  Candidates& operator=(const Candidates&) = delete;

  struct One {
    size_t place = 0;
    const offers::CompiledOffer* offer = nullptr;
    std::vector<bool> covers;  // empty: everything
    int64_t products = 0;
    double share = 1;      // of listed products
    double set_price = 0;  // list price of one set of a SET_PRICE
    double gift_price = 0;

    OfferContext Context(double depth) const {
      return {covers.empty() ? nullptr : &covers, products, depth};
    }
  };
  const std::vector<One>& all() const { return all_; }

 private:
  std::vector<One> all_;
};

// What an offer is worth to one customer who buys in its scope.
struct OfferValue {
  double purchases_a_day = 0;  // in scope, over all bands
  double basket = 0;           // list price of what she then buys
  double reach = 1;            // share of her baskets that reach the minimum
  double cost = 0;             // taken off such a basket
  double depth = 0;            // cost over basket, at most 1
};
// nullopt: nothing is known of her baskets, or the cost cannot be told.
std::optional<OfferValue> ValueOf(const Candidates::One& one,
                                  const facts::CustomerFacts& facts,
                                  const Population& population,
                                  const offers::Compiled& definitions,
                                  Day today);

// Shows each customer, in order, to `look`.
using ForEachCustomer = absl::FunctionRef<absl::Status(
    absl::FunctionRef<void(const std::string& id, const offers::World& world)>
        look)>;

// One answer a customer, in order.
absl::StatusOr<std::vector<wire::NextOffer>> NextBest(
    ForEachCustomer customers, const Candidates& candidates,
    const offers::Compiled& definitions, const offers::Usage& usage,
    const Population& population, const ResponseModel* model,
    const NextBestOptions& options);

}  // namespace patron::targeting
