// What rows add up to, the slow and plain way: for the naive twins of rules.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "tests/rules/shop.h"

namespace patron::rules {

inline constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
inline constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();

// As wide as products of two numbers: what is meant, not how it is done.
using Wide = __int128;

inline int64_t Bounded(Wide value) {
  return value > kMost ? kMost : value < kLeast ? kLeast : int64_t(value);
}

template <typename T>
std::optional<T> StoredAs(const Fields& fields, int field,
                          const std::string& key) {
  const auto found = fields.find({field, key});
  if (found == fields.end()) return std::nullopt;
  const T* value = std::get_if<T>(&found->second);
  if (value == nullptr) return std::nullopt;
  return *value;
}

// Whether the line's day is one of the last `days`; 0: every line is.
bool InWindow(const ShopSubject& subject, const ShopRow& row, int64_t days);

// count, sum, avg … of the amounts of `rows`.
std::optional<int64_t> Folded(const std::string& function,
                              const std::vector<ShopRow>& rows);

}  // namespace patron::rules
