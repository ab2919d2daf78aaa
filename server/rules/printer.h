// Syntax tree → the one normal form of a rule: one space around words and
// signs, parentheses only where they matter, lists sorted, windows in days.
#pragma once

#include <string>

#include "server/rules/syntax.h"

namespace patron::rules {

std::string Print(const Expr& expr);
std::string Print(const FieldName& name);

}  // namespace patron::rules
