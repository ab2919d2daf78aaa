// What texts a field must show for a rule to hold: lets an index over many
// rules leave most of them unasked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/rules/code.h"

namespace patron::rules {

// Sorted. Told for `=`, `in`, `has` and `has any` with literals, through `and`
// (the shortest list of its parts) and `or` (all lists together); nullopt where
// the rule may hold whatever the field shows. Empty: it never holds.
std::optional<std::vector<std::string>> Demanded(const Code& code, int field);

}  // namespace patron::rules
