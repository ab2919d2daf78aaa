// The syntax tree of a rule, as the parser leaves it: names are not looked up
// and types not checked yet. Private to server/rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/rules/rules.h"

namespace patron::rules {

inline constexpr size_t kMaxRuleBytes = 16 * 1024;
// Parentheses, `not`, unary minus and aggregates inside one another.
inline constexpr int kMaxDepth = 64;
// A hundred years: what a window may reach back.
inline constexpr int64_t kMaxWindowDays = 36'500;

// Both from 1; columns count characters, not bytes.
struct Position {
  int line = 1;
  int column = 1;
};

// kInvalidArgument: "line 1, column 14: <message>".
absl::Status ErrorAt(Position at, absl::string_view message);

enum class ExprKind {
  kOr,         // children: two or more, none of them an `or`
  kAnd,        // children: two or more, none of them an `and`
  kNot,        // one child
  kCompare,    // two children, `comparison`
  kIn,         // one child; `texts`, or `numbers` of one `unit`; `negated` for
               // `not in`
  kHas,        // two children: the set and the text
  kHasAny,     // one child: the set; `texts`
  kSum,        // two or more children, `subtracted` for those behind a minus
  kProduct,    // two or more children
  kNegate,     // one child
  kNumber,     // `number`, `unit`, `currency`
  kText,       // `text`
  kTruth,      // `number`, 0 or 1
  kField,      // `name`
  kKnown,      // `name`
  kAggregate,  // `aggregate`, `name`, `window_days`; a child where it has
               // `where`
};

enum class Comparison {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual
};

enum class Aggregate {
  kCount,
  kSum,
  kMin,
  kMax,
  kDistinct,
  kAverage,  // avg
  kFirst,
  kLast
};

inline constexpr Aggregate kAggregates[] = {
    Aggregate::kCount, Aggregate::kSum,      Aggregate::kMin,
    Aggregate::kMax,   Aggregate::kDistinct, Aggregate::kAverage,
    Aggregate::kFirst, Aggregate::kLast};

// purchases, tier["club"], lines.amount; of count only the source.
struct FieldName {
  // Empty: a field of the subject. The subject's own name (customer.attribute)
  // in `where`, where the field alone would be the row's.
  std::string source;
  std::string field;
  std::optional<std::string> key;
};

struct Expr {
  ExprKind kind = ExprKind::kTruth;
  Position at;
  std::vector<Expr> children;
  Comparison comparison = Comparison::kEqual;
  Aggregate aggregate = Aggregate::kCount;
  bool negated = false;
  bool subtracted = false;
  // A sum by spend() whose currency is still to be found: parser's own.
  bool lacks_currency = false;
  Unit unit = Unit::kNone;
  int64_t number = 0;
  int64_t window_days = 0;  // 0: all days
  std::string text;
  std::string currency;  // of the unit kMoney
  FieldName name;
  std::vector<std::string> texts;  // sorted, each once
  std::vector<int64_t> numbers;    // sorted, each once
};

// How the language writes them: "<=", "distinct".
absl::string_view ToText(Comparison comparison);
absl::string_view ToText(Aggregate aggregate);
std::optional<Aggregate> AggregateOf(absl::string_view name);

}  // namespace patron::rules
