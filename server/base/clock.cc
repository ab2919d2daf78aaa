#include "server/base/clock.h"

#include "absl/time/clock.h"

namespace patron {

absl::Time RealClock::Now() const { return absl::Now(); }

}  // namespace patron
