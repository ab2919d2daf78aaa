// What must hold of every text that somebody gives as a rule: for the fuzzer,
// and for tests with texts of their own.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "server/rules/rules.h"

namespace patron::rules {

// A sentence on what is wrong; empty where all is right: a refusal is
// kInvalidArgument and names a line and a column of the text; a rule prints a
// text that compiles, prints itself and answers `subject` as the first does.
std::string FaultOf(absl::string_view text, const Schema& schema,
                    const Subject& subject);

}  // namespace patron::rules
