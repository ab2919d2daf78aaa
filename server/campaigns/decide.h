// Decisions for many customers on a few threads, in the order asked.
//
// Ownership: borrows the planner for the call. Threads: any; `threads` of its
// own for the length of the call, at a lower priority than those that serve.
// Errors: the first customer's whose decision fails; kCancelled when `stop`
// turned true meanwhile.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/campaigns/planner.h"

namespace patron::campaigns {

inline constexpr int kPlanningThreads = 2;

absl::StatusOr<std::vector<wire::PlannedContact>> DecideAll(
    const Planner& planner, absl::Span<const uint32_t> customers,
    const std::atomic<bool>& stop);

}  // namespace patron::campaigns
