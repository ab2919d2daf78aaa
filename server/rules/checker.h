// Syntax tree + schema → nodes: looks names up and checks types.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "server/rules/code.h"
#include "server/rules/rules.h"
#include "server/rules/syntax.h"

namespace patron::rules {

// The nodes of a resolved rule; `rule` and `schema` are not needed after the
// call. kInvalidArgument with place, what was found and what was expected.
absl::StatusOr<std::vector<Node>> Check(const Expr& rule, const Schema& schema);

}  // namespace patron::rules
