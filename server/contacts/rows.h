// Rows of contacts and lists, and what a run counts of them. Helpers of this
// folder, for Apply.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "records_types.h"
#include "server/base/ids.h"
#include "server/contacts/context.h"

namespace patron::contacts {

inline CustomerOrdinal CustomerOf(const wire::PlannedContact& contact) {
  return CustomerOrdinal(static_cast<uint32_t>(contact.customer));
}

// kNotFound naming `run_id`.
absl::StatusOr<uint32_t> KnownRun(const std::string& run_id,
                                  const Context& context);

// nullopt: she has none in this run.
absl::StatusOr<std::optional<wire::ContactRow>> FindContact(
    uint32_t run, CustomerOrdinal customer, const Context& context);
// kDataLoss where a contact that stands has no row on its run's list.
absl::StatusOr<wire::PlannedContact> TakeFromList(uint32_t run,
                                                  CustomerOrdinal customer,
                                                  const Context& context);

// Takes a contact that stands off its run's list and out of the diary and
// leaves her out there for `reason` (LEFT_OUT; `by_run` of DISPLACED). Answers
// what was planned. Not for service messages.
absl::StatusOr<wire::PlannedContact> LeaveOutAfterAll(
    uint32_t run, CustomerOrdinal customer, wire::LeftOut::type reason,
    const Context& context, int32_t by_run = -1);

// Adds what was decided to the counts of its run, or takes it off again.
void CountContact(const wire::PlannedContact& contact, const Context& context,
                  wire::RunRow& run);
void UncountContact(const wire::PlannedContact& contact, const Context& context,
                    wire::RunRow& run);
void CountLeftOut(wire::LeftOut::type reason, int64_t customers,
                  wire::RunRow& run);

}  // namespace patron::contacts
