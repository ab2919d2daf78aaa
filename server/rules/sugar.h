// Short forms that the parser turns into long ones as it reads: spend(365d),
// bought(…), consent(email).
#pragma once

#include <string>

#include "absl/status/status.h"
#include "server/rules/syntax.h"

namespace patron::rules {

// Of count(lines …).
inline constexpr absl::string_view kLineRows = "lines";

// Makes `expr`, an aggregate, the sum of the amounts of lines. An empty
// `currency` is to be found where the sum is compared.
void MakeSpend(Expr& expr, const std::string& currency);

// Makes `expr` the field consent["channel/purpose"].
void MakeConsent(Expr& expr, const std::string& channel,
                 const std::string& purpose);

// Gives every spend() of a comparison the currency of the first amount in it.
// kInvalidArgument, saying what to write, where there is none.
absl::Status SettleCurrency(Expr& comparison);

}  // namespace patron::rules
