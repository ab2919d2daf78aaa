// The lowest point of a function of a few numbers, without its slope: Nelder &
// Mead (1965), begun again from the best point until that helps no more.
#pragma once

#include <vector>

#include "absl/functional/function_ref.h"

namespace patron::prediction {

using Point = std::vector<double>;

// `cost` is finite at `start`; infinite where a point is not allowed.
Point Minimise(absl::FunctionRef<double(const Point&)> cost, Point start);

}  // namespace patron::prediction
