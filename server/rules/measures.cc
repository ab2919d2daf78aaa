#include "server/rules/measures.h"

#include "absl/strings/str_cat.h"

namespace patron::rules {

bool Fit(const Measure& a, const Measure& b) {
  if (a.unit == Unit::kNone && b.unit == Unit::kNone) return true;
  if (a.unit == Unit::kNone) return !a.told || b.told;
  if (b.unit == Unit::kNone) return !b.told || a.told;
  return a.unit == b.unit &&
         (a.currency == b.currency || a.currency.empty() || b.currency.empty());
}

std::optional<Measure> OfSum(const Measure& a, const Measure& b,
                             bool subtracted) {
  const bool told = a.told || b.told;
  const auto of = [told](const Measure& measure) {
    return Measure{measure.unit, measure.currency, told};
  };
  if (a.unit == Unit::kDate && b.unit == Unit::kDays) return of(a);
  if (a.unit == Unit::kDays && b.unit == Unit::kDate && !subtracted)
    return of(b);
  if (!Fit(a, b)) return std::nullopt;
  if (b.unit == Unit::kNone) return of(a);
  if (a.unit == Unit::kNone)
    return subtracted && b.unit == Unit::kDate ? OfNegated(b) : of(b);
  if (a.unit != Unit::kDate) return of(a.currency.empty() ? b : a);
  if (subtracted) return of({Unit::kDays});
  return std::nullopt;
}

std::optional<Measure> OfProduct(const Measure& a, const Measure& b) {
  if (a.unit == Unit::kMoney && b.unit == Unit::kMoney) return std::nullopt;
  if (a.unit != Unit::kNone && b.unit != Unit::kNone) return Measure();
  const Measure& counted = a.unit == Unit::kNone ? b : a;
  return Measure{counted.unit, counted.currency, a.told || b.told};
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
