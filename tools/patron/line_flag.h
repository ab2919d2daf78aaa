// A basket line as one word of the command line: PRODUCT:QUANTITY:AMOUNT.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace patron::cli {

// The parts as they were written; nothing is parsed as a number yet.
struct LineFlag {
  std::string product_id;  // may hold colons itself
  std::string quantity;
  std::string amount;
};

// A usage error naming the word where it has not three parts.
absl::StatusOr<LineFlag> ParseLineFlag(const std::string& text);

}  // namespace patron::cli
