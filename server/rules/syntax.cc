#include "server/rules/syntax.h"

#include "absl/strings/str_cat.h"

namespace patron::rules {

absl::Status ErrorAt(Position at, absl::string_view message) {
  return absl::InvalidArgumentError(
      absl::StrCat("line ", at.line, ", column ", at.column, ": ", message));
}

absl::string_view ToText(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return "=";
    case Comparison::kNotEqual:
      return "!=";
    case Comparison::kLess:
      return "<";
    case Comparison::kLessOrEqual:
      return "<=";
    case Comparison::kGreater:
      return ">";
    case Comparison::kGreaterOrEqual:
      return ">=";
  }
  return "";
}

absl::string_view ToText(Aggregate aggregate) {
  switch (aggregate) {
    case Aggregate::kCount:
      return "count";
    case Aggregate::kSum:
      return "sum";
    case Aggregate::kMin:
      return "min";
    case Aggregate::kMax:
      return "max";
    case Aggregate::kDistinct:
      return "distinct";
    case Aggregate::kAverage:
      return "avg";
    case Aggregate::kFirst:
      return "first";
    case Aggregate::kLast:
      return "last";
  }
  return "";
}

std::optional<Aggregate> AggregateOf(absl::string_view name) {
  for (const Aggregate aggregate : kAggregates)
    if (name == ToText(aggregate)) return aggregate;
  return std::nullopt;
}

}  // namespace patron::rules
