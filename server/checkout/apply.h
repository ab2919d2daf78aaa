// How State changes by the commands of loyalty and offers. Every function
// checks first and changes then: a refusal leaves the batch as it was.
// Errors: kInvalidArgument, kNotFound, kAlreadyExists and kFailedPrecondition
// are refusals that name what and why; anything else is a fault.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "commands_types.h"
#include "server/checkout/context.h"
#include "types_types.h"

namespace patron::checkout {

// Gives back what expired reservations hold: at most kExpiredAtOnce, earliest
// first. Precedes every command.
inline constexpr int kExpiredAtOnce = 64;
absl::Status ExpireReservations(const Stamp& stamp, const Context& context);

// ---- definitions (definitions.cc)
absl::Status ApplyPutDefinitions(const wire::PutDefinitions& command,
                                 const Stamp& stamp, const Context& context);
absl::Status ApplySetOfferState(const wire::SetOfferState& command,
                                const Stamp& stamp, const Context& context);
// All or none. Codes of the batch that are known already are left as they are;
// answers how many were new.
absl::StatusOr<int64_t> ApplyPutCodes(const wire::PutCodes& command,
                                      const Context& context);

// ---- reservations (reservations.cc)
absl::StatusOr<wire::Reservation> ApplyReserve(const wire::Reserve& command,
                                               const Stamp& stamp,
                                               const Context& context);
absl::StatusOr<wire::CommitReply> ApplyCommit(
    const wire::CommitReservation& command, const Stamp& stamp,
    const Context& context);
absl::Status ApplyRelease(const wire::ReleaseReservation& command,
                          const Stamp& stamp, const Context& context);

// ---- purchases (purchases.cc, returns.cc)
// customers::ApplyPurchase, and the points that the purchase earns.
absl::StatusOr<wire::PurchaseReply> ApplyPurchase(
    const wire::Purchase& purchase, const Stamp& stamp, const Context& context);
// customers::ApplyReturn, and everything that the lines gave.
absl::StatusOr<wire::ReturnReply> ApplyReturn(
    const wire::PurchaseReturn& purchase_return, const Stamp& stamp,
    const Context& context);

// ---- points (points.cc)
absl::StatusOr<wire::PointsChange> ApplyAdjust(
    const wire::AdjustPoints& command, const Stamp& stamp,
    const Context& context);
absl::Status ApplyBonus(const wire::GiveBonus& command, const Stamp& stamp,
                        const Context& context);
absl::Status ApplyIssue(const wire::IssueOffer& command, const Stamp& stamp,
                        const Context& context);
absl::Status ApplySettle(const wire::SettleAccounts& command,
                         const Stamp& stamp, const Context& context);
// Points for an event that was just recorded for the first time.
absl::Status EarnForEvent(const wire::Event& event, const Stamp& stamp,
                          const Context& context);

// ---- identity (identity.cc)
absl::Status ApplyLink(const wire::LinkId& command, const Context& context);
absl::Status ApplyMerge(const wire::MergeCustomers& command, const Stamp& stamp,
                        const Context& context);
absl::Status ApplyRefer(const wire::Refer& command, const Stamp& stamp,
                        const Context& context);
absl::StatusOr<wire::CommitReply> ApplyClaim(const wire::ClaimReceipt& command,
                                             const Stamp& stamp,
                                             const Context& context);

// Requests that are wrong whatever State says.
absl::Status Validate(const wire::CommandBody& body);

}  // namespace patron::checkout
