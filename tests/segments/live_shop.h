// A small shop in a fresh store with live views over its customers; today is
// the day of kNoonUs (2026-01-01), in UTC, until days pass.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/rules/rules.h"
#include "server/segments/live.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/temp_dir.h"

namespace patron::segments {

inline constexpr Day kFirstDay =
    static_cast<Day>(testing::kNoonUs / testing::kDayUs);

rules::Program Rule(const std::string& text);

class LiveShop {
 public:
  explicit LiveShop(LiveOptions options = {});

  // Under the day it happened on, logged on the shop's today.
  wire::CommandReply Apply(wire::CommandBody body);
  void Apply(wire::Command command);  // with stamps of its own
  // A receipt with one line for `customer`, `days_ago` (negative: ahead).
  std::string Buy(const std::string& customer, const std::string& product,
                  int64_t amount, int days_ago);
  void Return(const std::string& receipt, int64_t quantity_milli);
  void Happen(const wire::Event& event) { Apply(testing::Body(event)); }
  void Merge(const std::string& kept, const std::string& absorbed);
  void Reopen();

  // Ids of the members, by Members, Holds and MembersFrom: they must agree.
  std::set<std::string> In(const View& view, const rules::Program& rule) const;
  std::set<std::string> In(const std::string& rule) {
    return In(live().Now(), Rule(rule));
  }
  // By the rule over each customer's stored history.
  std::set<std::string> Expected(const rules::Program& rule, Day today) const;

  CustomerOrdinal Find(const std::string& customer) const;
  std::vector<std::pair<std::string, CustomerOrdinal>> Customers() const;

  Live& live() { return *live_; }
  SimulatedClock& clock() { return clock_; }
  Day today() const { return DayOf(clock_.Now(), absl::UTCTimeZone()); }
  commit::State& state() { return store_.state(); }
  const commit::State& state() const { return store_.state(); }

 private:
  testing::TempDir directory_;
  mutable testing::AppliedStore store_;
  SimulatedClock clock_{absl::FromUnixMicros(testing::kNoonUs)};
  const LiveOptions options_;
  std::unique_ptr<Live> live_;
  int receipts_ = 0;
  int64_t logged_us_ = testing::kNoonUs;
};

}  // namespace patron::segments
