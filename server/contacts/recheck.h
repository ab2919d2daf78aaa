// Contacts of one customer that stand in runs that are not frozen, asked about
// once more. Helpers of this folder, for Apply. O(contacts of hers).
#pragma once

#include "absl/status/status.h"
#include "server/base/ids.h"
#include "server/contacts/context.h"

namespace patron::contacts {

// Consent, the shop's holdout, the cap: who is refused is LEFT_OUT with the
// first of them. Over a cap, contacts of the lowest priority go first, of equal
// ones the youngest run's; those of frozen runs stay and count.
absl::Status AskAgain(CustomerOrdinal customer, const Context& context);

}  // namespace patron::contacts
