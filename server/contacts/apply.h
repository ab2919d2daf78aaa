// How State changes by the commands of lists and campaigns. Every function
// checks first and changes then: a refusal leaves the batch as it was.
// Errors: kInvalidArgument, kNotFound, kAlreadyExists and kFailedPrecondition
// are refusals that name what and why; anything else is a fault.
//
// The life of a run: OpenRun (PLANNING) → PlanContacts, chunk by chunk, the
// last with next_customer −1 (PLANNED) → SetRunState FROZEN, or RELEASED from
// either. A planned contact is a reservation of the customer's cap and of
// budgets; releasing gives all of a run's back at once, because only its state
// says that they count. At every place in the log
//   decided = planned + held_out + Σ left_out
// and `cost`, `offer_cost` and `offer_contacts` are sums over `run_rows`.
// A frozen run's row, list and counts never change.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "commands_types.h"
#include "server/contacts/context.h"

namespace patron::contacts {

// Limits of one command: a purchase beside it must not wait long.
inline constexpr size_t kMaxListIds = 10'000;
inline constexpr size_t kMaxPlannedContacts = 200;
inline constexpr size_t kMaxReports = 1000;

// ---- lists (apply_list.cc)
// Answers how many customers came or went. Ids that are not known are left out.
// REPLACE makes the list or makes it anew, ADD and REMOVE need it (kNotFound);
// an empty name leaves the present one.
absl::StatusOr<int64_t> ApplyPutList(const wire::PutList& command,
                                     const Stamp& stamp,
                                     const Context& context);

// ---- runs (apply_run.cc)
// kAlreadyExists for a run id that is taken, naming what differs.
absl::Status ApplyOpenRun(const wire::OpenRun& command, const Stamp& stamp,
                          const Context& context);
// PLANNED → FROZEN, PLANNING or PLANNED → RELEASED, FROZEN → FROZEN with
// `issued`; anything else is kFailedPrecondition naming both states. So is to
// freeze a run whose campaign is over: its messages may go out no more.
absl::Status ApplySetRunState(const wire::SetRunState& command,
                              const Stamp& stamp, const Context& context);

// ---- contacts (plan.cc, reports.cc, merge.cc, recheck.cc)
// The command names every customer of the audience from `from_customer` up to
// before `next_customer` (−1: to the end), in order: else kInvalidArgument.
// kFailedPrecondition unless the run is PLANNING and stands at `from_customer`.
// Answers how many contacts stand. Each CONTACT is checked anew against State,
// and so is each HELD_OUT, as if she were contacted: a control that went on
// growing when the budget is planned away would hold other customers than those
// it is compared with. They become LEFT_OUT with the first reason that holds of
//   MERGED    the customer became another one (also of the other decisions)
//   CONSENT   not granted for the campaign's channel and purpose
//   HOLDOUT   the shop's
//   NO_OFFER  its offer is gone, or its budget is in another currency
//   BUDGET    of the run (campaign.budget), or the offer's budget or uses:
//             used, reserved and planned by all runs
//   CAP       full, and nobody gives way
// SERVICE is not asked for consent, holdout and cap.
absl::StatusOr<int64_t> ApplyPlanContacts(const wire::PlanContacts& command,
                                          const Stamp& stamp,
                                          const Context& context);
// All or none, of a FROZEN run; the earliest time of each kind stays. kNotFound
// naming a customer who is not on its list.
absl::Status ApplyReportContacts(const wire::ReportContacts& command,
                                 const Stamp& stamp, const Context& context);

// After checkout::ApplyMerge: contacts and list places of `absorbed` are those
// of `kept`. Both in one run that is not frozen: hers stays, or will be decided
// in her turn, and the absorbed one's is left out as MERGED. Then consent,
// holdout and cap are asked again of all her contacts in runs that are not
// frozen: together the two may have more than is allowed. Anything but OK is a
// fault.
absl::Status AfterMerge(CustomerOrdinal kept, CustomerOrdinal absorbed,
                        const Stamp& stamp, const Context& context);

// After customers::ApplyPutCustomer: where her consent is gone, contacts of
// hers in runs that are not frozen are LEFT_OUT as CONSENT. Anything but OK is
// a fault.
absl::Status AfterProfile(CustomerOrdinal customer, const Context& context);

// Requests that are wrong whatever State says (validate.cc).
absl::Status Validate(const wire::CommandBody& body);

}  // namespace patron::contacts
