// A place in a row of tokens, and the small things that are read there: words,
// signs, numbers with their units, windows. Borrows the tokens. Threads: one.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/rules/lexer.h"
#include "server/rules/syntax.h"

namespace patron::rules {

// Words that are no names of fields.
bool IsReserved(absl::string_view name);

class Cursor {
 public:
  explicit Cursor(const std::vector<Token>& tokens) : tokens_(tokens) {}

  const Token& Peek(size_t ahead = 0) const;
  const Token& Take();
  bool IsWord(absl::string_view word, size_t ahead = 0) const;
  bool IsSign(absl::string_view sign, size_t ahead = 0) const;
  bool TakeWord(absl::string_view word);
  bool TakeSign(absl::string_view sign);
  bool IsNumber() const;  // with or without a unit, without its minus
  // Whether a window begins here and not a condition: 90d or last 90 days.
  bool IsWindow() const;

  // The refusal of the next token.
  absl::Status Expected(absl::string_view what) const;
  absl::Status TakeExpectedSign(absl::string_view sign);

  // purchases, tier["club"], lines.amount.
  absl::Status TakeField(FieldName& name);
  // A name, or a text for what is no name.
  absl::StatusOr<std::string> TakeWordOrText(absl::string_view expected);
  // 30, 30d, 30 days, 2026-05-01, 12.50 EUR: `number`, `unit` and `currency` of
  // `expr`. `negative`: a minus stood before it.
  absl::Status TakeNumber(bool negative, Expr& expr);
  // 90d, 90 days, last 90d, last 90 days: the days.
  absl::StatusOr<int64_t> TakeWindow();

  static std::string Found(const Token& token);

 private:
  struct Magnitude {
    uint64_t number = 0;
    Unit unit = Unit::kNone;
    std::string currency = {};
  };

  absl::StatusOr<Magnitude> TakeMagnitude();
  absl::StatusOr<Magnitude> TakeMoney();
  absl::StatusOr<Magnitude> TakePlain();
  absl::Status CheckNoCurrency() const;

  const std::vector<Token>& tokens_;
  size_t next_ = 0;
};

}  // namespace patron::rules
