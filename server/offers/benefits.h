// What one offer takes off a basket of which other offers may have taken
// something already.
//
//   PRICE_MATCH   each line down to the competitor's price, at most percent_bp
//                 of its list amount (0 = no bound)
//   PERCENT       of what is left of each line, half rounded up
//   BUY_N_PAY_M   whole units of the lines, dearest first, in groups of `buy`:
//                 of each full group the cheapest buy - pay are free. A unit
//                 costs what is left of its line ÷ quantity; what a weighed
//                 line holds beyond whole units does not count.
//   SET_PRICE     as many sets as the lines hold and as take something off,
//                 filled so that most comes off (set_price.h)
//   AMOUNT        at most what is left of the lines in scope, shared by value
//   FREE_DELIVERY of the delivery
//   GIFT          nothing; its product's price counts when offers are compared
//   points, EARLY_ACCESS: nothing
//
// Threads: none of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/offers/basket.h"
#include "server/offers/compiled.h"
#include "server/offers/set_price.h"

namespace patron::offers {

// An offer that this basket may have. Borrows it, and `lines` of the basket.
struct Candidate {
  const CompiledOffer* offer = nullptr;
  Places lines;                  // in scope
  std::optional<SetFiller> set;  // of a SET_PRICE
  int64_t budget_left = -1;      // -1 = no limit
  int64_t gift_value = 0;
  std::string code;  // that let it in
};

// What is still to pay.
struct Remaining {
  std::vector<int64_t> lines;
  int64_t delivery = 0;
  int64_t total = 0;  // lines and delivery, less the worth of gifts
};
Remaining RemainingOf(const Basket& basket, int64_t delivery);

// Lays the offer over what remains; answers how much it takes off.
int64_t LayOver(const Candidate& candidate, const std::vector<Line>& lines,
                Remaining& remaining);

// Whether an offer gives points instead of taking something off.
bool GivesPoints(const wire::Offer& offer);

}  // namespace patron::offers
