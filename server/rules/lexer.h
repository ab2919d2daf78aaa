// A rule's text as tokens: names, numbers, texts, signs. Comments and white
// space end here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/rules/syntax.h"

namespace patron::rules {

enum class TokenKind { kName, kNumber, kText, kSign, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Position at;
  absl::string_view source;  // as written; borrowed from the rule's text
  uint64_t number = 0;       // of kNumber: at most 2^63, which needs a minus
  std::string text;          // of kText: without quotes and escapes
};

// The tokens of `text`, kEnd last. kInvalidArgument with the place of a text
// that is not closed, a number too large, a sign that the language lacks.
absl::StatusOr<std::vector<Token>> Tokens(absl::string_view text);

}  // namespace patron::rules
