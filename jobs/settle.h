// The nightly settling of accounts: points expire, tiers are reviewed, birthday
// points are given, for all customers in pieces that leave room for purchases
// between them.
//
// Doing it twice on one day adds nothing: a run that was cut off may be started
// over, or gone on with from where it stopped.
#pragma once

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "admin_types.h"
#include "server/base/clock.h"

namespace patron::jobs {

struct SettleOptions {
  // Ordinal of the customer to start with.
  int32_t from = 0;
  // Customers of one call, 1 to 10000: more is quicker, fewer lets purchases
  // through sooner.
  int32_t customers_a_call = 1000;
};

struct SettleReport {
  int32_t next_customer = 0;  // where a run that was cut off goes on; -1 = done
  int64_t accounts = 0;       // looked at
  int64_t calls = 0;
  absl::Duration took;
};

// Admin.settleAccounts of a server.
using SettleCall = absl::FunctionRef<absl::StatusOr<wire::SettleReply>(
    int32_t first_customer, int32_t customers)>;

// Fills in `report` also where it fails. `progress` is told the customer after
// the last one settled.
absl::Status Settle(const SettleOptions& options, const Clock& clock,
                    SettleCall settle,
                    absl::FunctionRef<void(int32_t)> progress,
                    SettleReport& report);

}  // namespace patron::jobs
