// Stock and price of one product in one store, kept small: a shop of a million
// products has some ten million of them in memory.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "server/base/check.h"

namespace patron::catalog {

// A quantity or an amount that may be unknown, in eight bytes. The smallest
// number of all stands for unknown; no report holds it.
class MaybeAmount {
 public:
  MaybeAmount() = default;
  MaybeAmount(int64_t value) : value_(value) {}  // NOLINT: as std::optional

  // As of std::optional, whose operator* must not be asked of an unknown one.
  bool has_value() const { return value_ != kUnknown; }
  explicit operator bool() const { return has_value(); }
  int64_t operator*() const { return value_; }
  int64_t value_or(int64_t other) const { return has_value() ? value_ : other; }
  operator std::optional<int64_t>() const {  // NOLINT: the same thing, larger
    return has_value() ? std::optional(value_) : std::nullopt;
  }
  friend bool operator==(MaybeAmount, MaybeAmount) = default;

 private:
  static constexpr int64_t kUnknown = std::numeric_limits<int64_t>::min();
  int64_t value_ = kUnknown;
};

// The three letters of a currency, or none.
class CurrencyCode {
 public:
  CurrencyCode() = default;
  // `code` has three letters or none; Validate has seen to it.
  CurrencyCode& operator=(absl::string_view code) {
    PATRON_CHECK(code.empty() || code.size() == letters_.size());
    letters_ = {};
    code.copy(letters_.data(), code.size());
    return *this;
  }

  bool empty() const { return letters_[0] == 0; }
  // "EUR"; "" where there is none.
  std::string str() const {
    return empty() ? std::string()
                   : std::string(letters_.data(), letters_.size());
  }

 private:
  std::array<char, 3> letters_ = {};
};

// What one store told last: quantity in thousandths, price in minor units, time
// as Unix microseconds.
struct StoreLevel {
  uint32_t store = 0;  // ordinal
  CurrencyCode currency;
  MaybeAmount quantity_milli;
  MaybeAmount price;
  int64_t as_of_us = 0;  // an older report never wins
};

// What changed in a store last; few have it of most products. 0 = never.
struct LevelChange {
  uint32_t store = 0;
  MaybeAmount previous_price;  // before the last change
  int64_t price_changed_at_us = 0;
  int64_t restocked_at_us = 0;

  bool any() const { return price_changed_at_us != 0 || restocked_at_us != 0; }
};

}  // namespace patron::catalog
