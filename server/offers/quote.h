// What a basket costs, which offers apply and why not, which points it gives
// and which it spends: one function for storefronts, reservations, replays and
// tests. Integers only; the same world and request give the same quote.
//
// Order of a quote: lines are checked → offers that may apply are found →
// discounts of the best combination are laid over the lines → points pay →
// points and credit are earned on what is left to pay.
//
// Combination. Of one group at most one offer applies, an exclusive one applies
// alone. Within a combination offers apply by priority (larger first), then
// line offers before basket ones (PRICE_MATCH, PERCENT, BUY_N_PAY_M, SET_PRICE,
// AMOUNT, FREE_DELIVERY, GIFT, points), then id; each sees what the ones before
// left of a line, and none makes it negative. Up to kExhaustiveOffers
// applicable offers every combination is tried; the best is the one with the
// least to pay, then most points, then fewest offers, then smallest ids (a GIFT
// counts its product's price). With more, offers are tried one after another,
// the one that is best alone first, and stay where they better what stands; the
// best exclusive one alone wins where it is better than all of that. Then
// `exhaustive` is false: what is found is at least the best single offer.
//
// Rounding. A percentage of a line rounds half up, in the customer's favour
// only as far as the half. An amount over several lines is shared by their
// value: running shares rounded down, so that shares add up to the whole to the
// last unit. The same holds for points paid and earned over lines.
//
// Amounts. list_total less discount_total and points_total, and delivery, is
// total: discount_total is over the lines, what FREE_DELIVERY takes stands in
// its decision alone. A line's tax is the share of its list tax that amount is
// of list_amount, rounded down. An offer applies whole or not at all: one that
// would take more than its budget has left is refused (BUDGET_GONE). Points of
// offers count, when combinations are compared, as if no points paid.
//
// Who is anonymous: kAnonymous without a customer_id; a customer_id that has no
// ordinal yet is a customer of whom nothing is known.
//
// EARLY_ACCESS is outside the combination: before opens_us a line in its scope
// is blocked unless one that covers the line admits the customer. Expired ones
// block nothing, paused ones admit nobody.
//
// More is told where it is done: admission.h (order of checks), occasions.h,
// benefits.h, combination.h, codes.h, payment.h, earning.h.
//
// Ownership: borrows everything of World for the call. Threads: any.
// Errors: kInvalidArgument for a request that is wrong; kFailedPrecondition for
// more points than may be paid with.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "checkout_types.h"
#include "records_types.h"
#include "server/base/day.h"
#include "server/base/ids.h"
#include "server/offers/compiled.h"
#include "server/subjects/subjects.h"

namespace patron::offers {

inline constexpr size_t kExhaustiveOffers = 8;

// What is used of offers and codes, as the batch or the server sees it.
class Usage {
 public:
  virtual ~Usage() = default;
  // Zeros for an offer that was never used. `period_*` may be of an older
  // period: compare with PeriodOf.
  virtual wire::OfferCountRow Count(uint32_t offer_ordinal) const = 0;
  // nullopt for a code that no batch has.
  virtual absl::StatusOr<std::optional<wire::CodeRow>> Code(
      absl::string_view code) const = 0;
};

struct World {
  const Compiled* definitions = nullptr;
  // Everything null and kAnonymous for an anonymous basket. `account` is as it
  // stands: quotes look at it as Settle would leave it today.
  subjects::CustomerParts customer;
  CustomerOrdinal ordinal = kAnonymous;
  std::string customer_id;
  const subjects::Products* products = nullptr;
  // The ordinal of a product of the request; kNoProduct if it has none yet.
  const std::function<ProductOrdinal(absl::string_view)>* find_product =
      nullptr;
  const Usage* usage = nullptr;
  int64_t now_us = 0;
  Day today = 0;
};

// Requests that are wrong whatever State says.
absl::Status Validate(const wire::QuoteRequest& request);

// Without token and validity.
absl::StatusOr<wire::Quote> MakeQuote(const wire::QuoteRequest& request,
                                      const World& world);

// Points and credit that lines give as they were paid: for purchases recorded
// without a quote, and claimed later. `multipliers` of offers do not apply.
// Decisions for every programme in which the customer takes part; none for an
// anonymous purchase. `world.today` is the day that points are dated by.
struct PaidLine {
  std::string product_id;
  int64_t list_amount = 0;
  int64_t amount = 0;
};
std::vector<wire::PointsDecision> EarningOf(const std::vector<PaidLine>& lines,
                                            const std::string& currency,
                                            int64_t happened_at_us,
                                            const World& world);

// The number of the period that `day` falls into: 0 for EVER, the day, the week
// (from Monday), the month since 1970, the year.
int32_t PeriodOf(wire::Period::type period, Day day);

// Uses and discount of the limits that are still free; -1 = no limit.
struct Left {
  int64_t uses = -1;
  int64_t budget = -1;
  int64_t customer_uses = -1;
};
Left LeftOf(const wire::Offer& offer, uint32_t offer_ordinal,
            const wire::OfferCountRow& count, const wire::AccountRow* account,
            Day today);

}  // namespace patron::offers
