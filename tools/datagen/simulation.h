// Plays a shop day by day: who comes, what is bought, what comes back.
#pragma once

#include <array>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tools/datagen/basket.h"
#include "tools/datagen/browsing.h"
#include "tools/datagen/shop.h"

namespace patron::datagen {

// One run over all days. Borrows everything; made for one Run, one thread.
class Simulation {
 public:
  Simulation(const ShopOptions& options, const Catalogue& catalogue,
             const People& people, ShopListener& listener);

  // What the listener's OnDayEnd gives, if that is an error.
  absl::Status Run();

 private:
  static constexpr int kRing = 32;  // days that a return may lie ahead

  // A receipt of today whose lines are lines_[first_line, last_line).
  struct Draft {
    Visit visit;
    Channel channel = Channel::kStore;
    int second = 0;  // of the day
    size_t first_line = 0, last_line = 0;
  };

  int Weekday(int day) const { return (first_weekday_ + day) % 7; }
  absl::Time StartOf(int day) const { return start_ + absl::Hours(24 * day); }
  void StartCalendar();
  void Schedule(uint32_t shopper, int day);
  int NextDay(const Visit& visit, Random& random) const;
  void PlayVisits(int day);
  void PlayVisit(uint32_t shopper, int day, int month);
  Channel DrawChannel(const Shopper& shopper, int day, Random& random) const;
  void TellReceipts(int day);
  void PlanReturns(const Receipt& receipt, int day);
  void TellReturns(int day);

  const ShopOptions options_;
  const Catalogue& catalogue_;
  const People& people_;
  ShopListener& listener_;
  const absl::Time start_;
  const int first_weekday_;  // Monday is 0

  BasketMaker baskets_;
  Browsing browsing_;
  std::vector<StapleHabit> staples_;
  // Who comes on a day: a list through next_visitor_, by shopper.
  std::vector<uint32_t> first_visitor_, next_visitor_;
  std::vector<Draft> drafts_;
  std::vector<Line> lines_;
  std::array<std::vector<Return>, kRing> returns_;
  uint64_t next_receipt_ = 0, next_return_ = 0;
};

}  // namespace patron::datagen
