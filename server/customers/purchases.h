// Receipts and what comes back of them.
//
// A receipt number counts once, for ever: the same receipt again is told to be
// a duplicate, another one under its number is refused. A return takes back,
// line by line, what the line gave; the refund of parts adds up to the whole to
// the cent.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "records_types.h"
#include "server/customers/apply_context.h"
#include "server/facts/facts.h"
#include "server/store/keys.h"
#include "server/store/ordinals.h"
#include "storefront_types.h"

namespace patron::customers {

// Requests that are wrong whatever State says: kInvalidArgument naming the
// field.
absl::Status Validate(const wire::Purchase& purchase);
absl::Status Validate(const wire::PurchaseReturn& purchase_return);

// Where the row of a receipt stands.
struct FoundReceipt {
  store::ReceiptPlace place;
  std::string key;
  wire::PurchaseRow row;
};
absl::StatusOr<std::optional<FoundReceipt>> FindReceipt(
    const std::string& receipt_id, const store::Batch& batch);

// Called once the receipt is known to be new and before anything of it is
// written, facts included: whoever keeps points completes the row with what the
// purchase gave. It cannot refuse.
using CompletePurchase = absl::FunctionRef<void(
    CustomerOrdinal customer, absl::Time happened_at, wire::PurchaseRow& row)>;

// kAlreadyExists if the receipt number is taken by another content.
absl::StatusOr<wire::PurchaseReply> ApplyPurchase(
    const wire::Purchase& purchase, const Stamp& stamp, ApplyContext& context,
    CompletePurchase complete);

// Called when a return was checked and its quantities stand in the row, before
// it is written: takes back what the lines gave beside money, and may keep some
// of the refund. `returned_before`: thousandths of each line returned before.
using CompleteReturn = absl::FunctionRef<absl::Status(
    CustomerOrdinal customer, const std::vector<int64_t>& returned_before,
    wire::PurchaseRow& row, wire::StoredReturn& stored)>;

// kNotFound for an unknown receipt; kInvalidArgument for a line it has not;
// kFailedPrecondition for more than is left of a line; kAlreadyExists if the
// return id is taken by another content. Costs the length of the customer's
// history: her facts are counted anew.
absl::StatusOr<wire::ReturnReply> ApplyReturn(
    const wire::PurchaseReturn& purchase_return, const Stamp& stamp,
    ApplyContext& context, CompleteReturn complete);

// Points that a purchase earned, by programme.
std::vector<wire::EarnedIn> EarnedOf(const wire::PurchaseRow& row,
                                     const store::OrdinalChanges& ordinals);

// Counts anew, over her receipts as this batch sees them, all that comes from
// what she bought and kept: purchases, lines, days, stores, channels, discount
// bands, coupons, the newest purchase, items. Money, returns and events are the
// caller's, and so is EndCommand. Costs the length of her history.
absl::Status RecountPurchases(CustomerOrdinal customer, ApplyContext& context);

// Her facts as they stood at `moment`: counted over those of `rows` that
// happened before it, with returns made since taken back. Of events, points and
// profile nothing. Rows in any order.
facts::CustomerFacts FactsBefore(
    absl::Time moment,
    const std::vector<std::pair<absl::Time, wire::PurchaseRow>>& rows);

// Part of `amount` that belongs to the first `part` of `whole`, rounded down:
// shares of successive parts add up to the amount.
int64_t ShareOf(int64_t amount, int64_t part, int64_t whole);

// A row as the API shows it. `customer` "" = anonymous.
wire::HistoryPurchase ToWire(const wire::PurchaseRow& row,
                             absl::string_view customer, absl::Time happened_at,
                             const store::Ordinals& ordinals);

}  // namespace patron::customers
