// "Did you mean": the known name nearest to one that is not.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace patron::rules {

// The smallest number of inserted, deleted and replaced bytes and of swapped
// neighbours that turns one into the other (Damerau 1964; no byte is touched
// twice).
size_t EditDistance(absl::string_view a, absl::string_view b);

// "; did you mean \"tier\"?" with the nearest of `known` (the first of equals),
// empty where none is near: more than a third of its letters differ, and more
// than one.
std::string Suggestion(absl::string_view name,
                       const std::vector<std::string>& known);

}  // namespace patron::rules
