#include "server/rules/measures.h"

#include "absl/strings/str_cat.h"

namespace patron::rules {

bool Fit(const Measure& a, const Measure& b) {
  if (a.unit == Unit::kNone || b.unit == Unit::kNone) return true;
  return a.unit == b.unit &&
         (a.currency == b.currency || a.currency.empty() || b.currency.empty());
}

std::optional<Measure> OfSum(const Measure& a, const Measure& b,
                             bool subtracted) {
  if (b.unit == Unit::kNone) return a;
  if (a.unit == Unit::kNone) return subtracted ? OfNegated(b) : b;
  if (a.unit == Unit::kDate && b.unit == Unit::kDays) return a;
  if (a.unit == Unit::kDays && b.unit == Unit::kDate && !subtracted) return b;
  if (!Fit(a, b)) return std::nullopt;
  if (a.unit != Unit::kDate) return a.currency.empty() ? b : a;
  if (subtracted) return Measure{Unit::kDays};
  return std::nullopt;
}

Measure OfProduct(const Measure& a, const Measure& b) {
  if (a.unit == Unit::kNone) return b;
  return b.unit == Unit::kNone ? a : Measure();
}

Measure OfNegated(const Measure& a) {
  return a.unit == Unit::kDate ? Measure() : a;
}

std::string NameOf(const Measure& measure) {
  switch (measure.unit) {
    case Unit::kNone:
      return "a number";
    case Unit::kDays:
      return "days";
    case Unit::kDate:
      return "a date";
    case Unit::kMoney:
      return measure.currency.empty()
                 ? "an amount"
                 : absl::StrCat("an amount in ", measure.currency);
  }
  return "";
}

}  // namespace patron::rules
