// What a run achieved: what its customers spent against those held out.
//
// Purchases count that happened from the campaign's first moment on, but not
// before the list was frozen, until outcome_days after the last moment at which
// a message of the run may go out (CountsUntil of planner.h), in the campaign's
// currency, net of all that came back since. A customer of whom
// nothing is known spent nothing. Lift and interval are lift.h's, of every
// group against all who were held out: the control is drawn among customers who
// would have been contacted, and variants are shared out by chance, so these
// groups differ by the message alone. Who gets which offer is not chance but
// targeting: the note of an offer's line says so.
//
// An offer counts as used when the sender reported it, or when a receipt that
// counts used it.
//
// Threads: any. Errors: kFailedPrecondition for a run that is not frozen,
// kDataLoss for rows that do not decode. Cost: a look at the newest receipts of
// each customer.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "campaigns_types.h"
#include "server/campaigns/parts.h"

namespace patron::campaigns {

absl::StatusOr<wire::Outcome> OutcomeOf(const Parts& parts, uint32_t run_number,
                                        const wire::RunRow& run);

}  // namespace patron::campaigns
