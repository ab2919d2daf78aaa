// A rule's text as tokens: names, numbers, dates, texts, signs. Comments and
// white space end here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/rules/syntax.h"

namespace patron::rules {

enum class TokenKind {
  kName,
  kNumber,
  kDecimal,   // 12.50: an amount, with a currency behind it
  kDuration,  // 30d
  kDate,      // 2026-05-01
  kText,
  kSign,
  kEnd
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Position at;
  absl::string_view source;  // as written; borrowed from the rule's text
  // Of kNumber, and in days of kDuration: at most 2^63, which needs a minus.
  uint64_t number = 0;
  int64_t day = 0;   // of kDate, since 1970-01-01
  std::string text;  // of kText: without quotes and escapes
};

// The tokens of `text`, kEnd last. kInvalidArgument with the place of a text
// that is not closed, a number too large, a day that no calendar has, a unit or
// a sign that the language lacks.
absl::StatusOr<std::vector<Token>> Tokens(absl::string_view text);

}  // namespace patron::rules
