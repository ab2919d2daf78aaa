// What two versions side by side brought since their trial began.
//
// Compared are the customers who were shown something since: whom a version
// never answered, it cannot have moved. Spend counts from the trial's first
// moment on, in the shop's currency, net of all that came back since; the
// difference of means and its 95 % interval are Welch's (1947), as of
// campaigns/lift.h. An item counts as clicked or bought once for each event or
// kept line that names the impression token of an answer that showed it.
//
// Threads: any. Errors: kFailedPrecondition where no trial is under way,
// kDataLoss for rows that do not decode. Cost: a look at the showings since
// then, and at the newest receipts and events of the customers in them.
#pragma once

#include "absl/status/statusor.h"
#include "admin_types.h"
#include "server/commit/state.h"
#include "server/recommend/impression.h"
#include "server/recommend/index_holder.h"

namespace patron::api {

absl::StatusOr<wire::TrialReport> ReportTrial(
    const commit::State& state, const recommend::IndexHolder& holder,
    const recommend::ImpressionSigner& signer);

}  // namespace patron::api
