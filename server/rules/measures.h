// What a number counts, and which numbers may meet: days with days, dates with
// dates, amounts with amounts of one currency. A plain number written in the
// rule meets every one; one that a field or a count tells meets no literal that
// has a unit: `age > 5 EUR` says nothing.
#pragma once

#include <optional>
#include <string>

#include "server/rules/rules.h"

namespace patron::rules {

struct Measure {
  Unit unit = Unit::kNone;
  std::string currency = {};  // of kMoney; empty: not told, fits every one
  bool told = false;          // by a field or a count, not by literals alone
};

bool Fit(const Measure& a, const Measure& b);

// Of a + b, or a - b; nullopt where that says nothing: a date plus a date, days
// plus an amount, an age plus a written amount. Two dates are days apart; days
// added to a date are a date.
std::optional<Measure> OfSum(const Measure& a, const Measure& b,
                             bool subtracted);
// Of a * b; nullopt for two amounts. Two other units make a number that we do
// not follow any further.
std::optional<Measure> OfProduct(const Measure& a, const Measure& b);
Measure OfNegated(const Measure& a);

// "a number", "days", "a date", "an amount", "an amount in EUR".
std::string NameOf(const Measure& measure);

}  // namespace patron::rules
