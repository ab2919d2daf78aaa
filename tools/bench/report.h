// A figure beside its floor, and how figures are told.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tools/bench/stats.h"

namespace patron::bench {

struct Figure {
  std::string bench;    // "purchase"
  std::string setting;  // "8 connections"
  double value = 0;
  std::string unit;  // of value and floor_value: "calls/s", "us"
  std::optional<absl::Duration> p50, p99;
  std::string floor;  // what the value is held against
  double floor_value = 0;

  void SetLatencies(const Latencies& latencies);
  // Rates: higher is better; times and sizes: lower is better.
  double ratio() const { return floor_value == 0 ? 0 : value / floor_value; }
};

// One JSON object, without an end of line.
std::string ToJson(const Figure& figure);

// Prints figures as they come: JSON lines at once, a table at the end.
class Report {
 public:
  // Borrows `out`.
  Report(std::ostream& out, bool json) : out_(out), json_(json) {}

  void Add(const Figure& figure);
  // The table of what was added; nothing where JSON was asked for.
  void Finish() const;

 private:
  std::ostream& out_;
  const bool json_;
  std::vector<Figure> figures_;
};

}  // namespace patron::bench
