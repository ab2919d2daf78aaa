// Answers a compiled rule for one subject; parser.h says what a rule means.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "server/rules/code.h"
#include "server/rules/rules.h"

namespace patron::rules {

// Whether the condition at node `index` holds. Allocates only for `distinct`.
bool Holds(const Code& code, size_t index, const Subject& subject);
// Of one row: a condition that stands below a kAggregate.
bool Holds(const Code& code, size_t index, const Subject& subject,
           const Row& row);
// The number at node `index`; nullopt: not known.
std::optional<int64_t> NumberAt(const Code& code, size_t index,
                                const Subject& subject);

}  // namespace patron::rules
