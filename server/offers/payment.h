// Paying by points: after discounts, before anything is earned.
//
// Programmes pay in the order of the request, each at most redeem_most_bp of
// what the lines cost after discounts (rounded down; delivery is not paid by
// points), its available points, and what the ones before left. A share that is
// bounded is never exceeded: the fewest points that pay as much are taken.
// Where everything that is left may be paid, the last point may be worth more
// than it pays. More points than needed may be offered; they stay.
//
// Errors: kInvalidArgument for a programme that does not exist;
// kFailedPrecondition naming both values for more points than are available,
// and for a programme in which they cannot pay.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/offers/earning.h"

namespace patron::offers {

struct Paid {
  std::string programme_id;
  int64_t points = 0;
  int64_t amount = 0;
};

// Takes what is paid off `lines`, shared by what they cost.
absl::StatusOr<std::vector<Paid>> PayByPoints(
    const wire::QuoteRequest& request,
    const std::vector<ProgrammeEarning>& programmes, Day today,
    std::vector<int64_t>& lines);

}  // namespace patron::offers
