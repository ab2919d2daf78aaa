// What follows from all of a customer's lines at once: her top category, and
// what she is due to buy again. Asked of any subject that shows its lines, so
// that one customer and the columns of all answer alike.
#pragma once

#include <cstdint>
#include <optional>

#include "server/base/day.h"
#include "server/facts/facts.h"
#include "server/rules/rules.h"

namespace patron::subjects {

bool IsHabit(int field);

// A field for which IsHabit: walks every line that `customer` has. Not known
// for one without lines, but for kDueProducts, which is then 0.
//
// A product is due when it was bought on at least three days and its usual
// interval (facts::ItemFact::UsualIntervalDays, a day's receipts as one) has
// passed since the last, but not three of them: then she has given it up.
rules::Value HabitValue(const rules::Subject& customer, int field);

// Of one product, its days counted once each: for those who have them at hand.
bool IsDue(const facts::ItemFact& item, int64_t today);
// The first day after today on which IsDue is another one; nullopt: none.
std::optional<Day> DueChanges(const facts::ItemFact& item, int64_t today);

}  // namespace patron::subjects
