// The timeline of a customer beside her purchases: views, clicks, searches,
// reviews, contacts; and visitors counted in a store.
//
// The same event told twice counts once: it is known by its customer, its time
// and its id, or its whole content where it has no id.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "records_types.h"
#include "server/customers/apply_context.h"
#include "server/store/ordinals.h"
#include "types_types.h"

namespace patron::customers {

absl::Status Validate(const wire::Event& event);

// Answers whether the event was known already.
absl::StatusOr<bool> ApplyEvent(const wire::Event& event, const Stamp& stamp,
                                ApplyContext& context);

// Counts anew, over her events as this batch sees them, all that facts say of
// them: how many, the first source, the latest interactions. EndCommand is the
// caller's. Costs the length of her history.
absl::Status RecountEvents(CustomerOrdinal customer, ApplyContext& context);

// A row as the API shows it. `customer` "" = anonymous.
wire::Event ToWire(const wire::EventRow& row, absl::string_view customer,
                   absl::Time happened_at, const store::Ordinals& ordinals);

}  // namespace patron::customers
