// The lots of one account as a plain list: what stands together, what is taken
// first. Helpers of this folder; they know no entries and no debt.
#pragma once

#include <vector>

#include "absl/functional/function_ref.h"
#include "records_types.h"
#include "server/base/day.h"
#include "server/loyalty/account.h"

namespace patron::loyalty {

using Lots = std::vector<wire::Lot>;

Points SumOf(const Lots& lots);

bool IsExpired(const wire::Lot& lot, Day today);
bool IsPending(const wire::Lot& lot, Day today);

// Into its place: by expiry (never last), then by availability; points with the
// same days are one lot.
void AddLot(const wire::Lot& lot, Lots& lots);

// Takes up to `points` out of the lots that `may` names, in their order;
// answers what it took, as lots.
Lots TakeUpTo(Points points, absl::FunctionRef<bool(const wire::Lot&)> may,
              Lots& lots);

// Lots whose day has come are available from here on.
void MakeAvailable(Day today, Lots& lots);

}  // namespace patron::loyalty
