// A shop in a fresh store whose segments can be asked about; today is the day
// of kNoonUs (2026-01-01), in UTC.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/base/clock.h"
#include "server/segments/desk.h"
#include "server/segments/live.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/segments.h"
#include "tests/testing/temp_dir.h"

namespace patron::segments {

class DeskShop {
 public:
  DeskShop();

  // Each is refused by none: a refusal stops the test.
  void Customer(const wire::Customer& customer);
  void Customer(const std::string& id);
  void Product(const std::string& id, const std::string& category,
               wire::PriceTier::type tier = wire::PriceTier::UNKNOWN);
  // One receipt, one line each: (product, amount).
  void Buy(const std::string& customer, int days_ago,
           const std::vector<std::pair<std::string, int64_t>>& lines);
  void Buy(const std::string& customer, int days_ago) {
    Buy(customer, days_ago, {{"p", 100}});
  }
  void Record(wire::Purchase purchase, int days_ago);
  // `value` -1: none; `measure` only of a survey that says what it asked.
  void Happen(wire::EventKind::type kind, const std::string& customer,
              int days_ago, int64_t value = -1,
              std::optional<wire::Measure::type> measure = std::nullopt);
  void Merge(const std::string& kept, const std::string& absorbed);
  void Put(const wire::Definitions& definitions);
  void PutList(const std::string& list_id, const std::vector<std::string>& ids);

  // As a restart of the server leaves it.
  void Reopen();

  wire::CommandReply Apply(wire::CommandBody body, int64_t at_us);
  Desk& desk() { return *desk_; }
  SimulatedClock& clock() { return clock_; }

 private:
  void Open();

  testing::TempDir directory_;
  testing::AppliedStore store_;
  SimulatedClock clock_;
  std::unique_ptr<Live> live_;
  std::unique_ptr<Desk> desk_;
  int receipts_ = 0;
  int64_t logged_us_ = testing::kNoonUs;
};

using testing::MakeSegment;
using testing::OfRule;
using testing::OfSegment;

}  // namespace patron::segments
