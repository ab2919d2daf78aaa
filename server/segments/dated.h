// How what a rule may name of a customer changes as days pass, though nothing
// happens: what a kept column needs to stay right.
#pragma once

#include "server/base/day.h"
#include "server/subjects/subjects.h"

namespace patron::segments {

// A number that falls or rises by one a day is kept without the day: what
// stands is the number less `slope` × today.
int SlopeOf(int field);

// The first day after today on which the field may be another (its slope
// aside); kNever for one that only changes with the customer's row. A field
// that is not told of here is asked anew every day.
Day UntilOf(const subjects::CustomerParts& parts, int field,
            absl::string_view key);

// Whether UntilOf is kNever for every customer.
bool StandsStill(int field);

}  // namespace patron::segments
