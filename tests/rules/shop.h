// A small schema and a subject whose answers a test writes by hand.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "server/rules/rules.h"

namespace patron::rules {

enum ShopField {
  kPurchases,
  kSpent,
  kBirthday,
  kStaff,
  kMember,
  kOptedIn,
  kCity,
  kEmail,
  kFavourite,
  kTags,
  kBadges,
  kLabels,
  kTier,
  kPoints,
  kHuge,
  kLowest,
  kRecency,
  kSpend,
  kConsent,
  kRank,
  kAttribute,
  kJoined,
  kSurvey,
  kGuests,
};
enum ShopSource { kLines, kEvents, kLetters };
enum LineField {
  kLineDay,
  kLineAmount,
  kLineBrand,
  kLineCategory,
  kLineGift,
  kLineNote,
  kLineCurrency,
  kLineAttribute,
};
enum EventField { kEventKind, kEventDay };
enum LetterField { kLetterSubject };

Schema ShopSchema();

using Stored = std::variant<std::monostate, bool, int64_t, std::string,
                            std::vector<std::string>>;

// By field and key.
using Fields = std::map<std::pair<int, std::string>, Stored>;

struct ShopRow final : Row {
  Value Get(int field, absl::string_view key) const override;

  Fields fields;
};

struct ShopSubject final : Subject {
  Value Get(int field, absl::string_view key) const override;
  int64_t Today() const override { return today; }
  // Rows without a day come whatever is asked.
  void ForEach(int source, int64_t first_day,
               absl::FunctionRef<bool(const Row&)> visit) const override;

  int64_t today = 1000;
  Fields fields;
  std::map<int, std::vector<ShopRow>> rows;
};

ShopRow Line(Stored day, Stored amount, Stored brand,
             std::vector<std::string> category);
ShopRow Event(const std::string& kind, int64_t day);

// The customer whom answers.txt asks: evaluation_test.cc tells what is known.
ShopSubject Kim();

}  // namespace patron::rules
