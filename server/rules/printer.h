// Syntax tree → the one normal form of a rule: one space around words and
// signs, parentheses only where they matter, lists sorted, windows and
// durations in days, no sugar (parser.h).
#pragma once

#include <string>

#include "server/rules/syntax.h"

namespace patron::rules {

std::string Print(const Expr& expr);
std::string Print(const FieldName& name);

}  // namespace patron::rules
