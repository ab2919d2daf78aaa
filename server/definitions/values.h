// How single values stand in a file: each of these reads a Node and writes one.
//
// Read answers what it found, or kInvalidArgument with the value and what was
// expected; Write of what Read answered reads back the same. All arithmetic is
// in integers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/definitions/node.h"
#include "server/definitions/words.h"

namespace patron::definitions {

// The value as a message shows it: a text in quotes.
std::string Shown(const Node& node);

// -12.5 as text times 10^decimals; the text has at most that many digits after
// the point. kInvalidArgument without words where it is not such a number.
absl::StatusOr<int64_t> ParseDecimal(absl::string_view text, int decimals);
// With all `decimals`: "5.00".
std::string FormatDecimal(int64_t value, int decimals);

struct AsText {
  absl::StatusOr<std::string> Read(const Node& node) const;
  Node Write(const std::string& value) const { return TextNode(value); }
};

struct AsTexts {
  absl::StatusOr<std::vector<std::string>> Read(const Node& node) const;
  Node Write(const std::vector<std::string>& value) const;
};

struct AsFlag {
  absl::StatusOr<bool> Read(const Node& node) const;
  Node Write(bool value) const { return TruthNode(value); }
};

// 14
struct AsNumber {
  absl::StatusOr<int64_t> Read(const Node& node) const;
  Node Write(int64_t value) const;
};

// "5.00" in minor units: 500. A plain number is of whole units.
struct AsAmount {
  std::string currency;
  absl::StatusOr<int64_t> Read(const Node& node) const;
  Node Write(int64_t value) const;
};

// "12.5%" in hundredths of a percent: 1250. A plain 15 means 15 %; what is
// below 1 needs the sign, for 0.15 may be meant either way.
struct AsPercent {
  absl::StatusOr<int64_t> Read(const Node& node) const;
  Node Write(int64_t value) const;
};

// "150%" or 1.5: 15000.
struct AsFactor {
  absl::StatusOr<int64_t> Read(const Node& node) const;
  Node Write(int64_t value) const;
};

// 2 or "1.5" in thousandths.
struct AsQuantity {
  absl::StatusOr<int64_t> Read(const Node& node) const;
  Node Write(int64_t value) const;
};

// A date, a date with time, both also as text, in microseconds since 1970.
// Without an offset it is the shop's time. A date alone is its first moment,
// as an end the first one after it: ends are exclusive, days are not.
struct AsMoment {
  absl::TimeZone zone;
  bool is_end = false;
  absl::StatusOr<int64_t> Read(const Node& node) const;
  Node Write(int64_t us) const;
};

// "0.243" or 0.243, in millionths: 243000.
struct AsMillionths {
  absl::StatusOr<int64_t> Read(const Node& node) const;
  Node Write(int64_t value) const;
};

// "2026-11-22", a date or a text, in days since 1970-01-01.
struct AsDay {
  absl::StatusOr<int64_t> Read(const Node& node) const;
  Node Write(int64_t day) const;
};

// "0.35" or 0.35, of a score, in thousandths: 350. None stands for -1.
struct AsFloor {
  absl::StatusOr<int64_t> Read(const Node& node) const;
  Node Write(int64_t value) const;
};

// "19:00" in minutes of the day: 1140.
struct AsClock {
  absl::StatusOr<int64_t> Read(const Node& node) const;
  Node Write(int64_t minutes) const;
};

// "19:00-09:00"; "none" where both ends are the same.
struct ClockRange {
  int32_t from = 0;
  int32_t until = 0;
  friend bool operator==(const ClockRange&, const ClockRange&) = default;
};
struct AsClockRange {
  absl::StatusOr<ClockRange> Read(const Node& node) const;
  Node Write(const ClockRange& range) const;
};

// One of the words of an enumeration.
struct AsWord {
  Words words;
  absl::StatusOr<int64_t> Read(const Node& node) const;
  Node Write(int64_t value) const;
};

// One of some words, kept as the word.
struct AsWordText {
  Words words;
  absl::StatusOr<std::string> Read(const Node& node) const;
  Node Write(const std::string& value) const { return TextNode(value); }
};

}  // namespace patron::definitions
