#include "tools/datagen/simulation.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

namespace patron::datagen {
namespace {

enum Stream : uint64_t { kFirstVisits = 601, kVisits, kReturns };

constexpr int kMinutesADay = 24 * 60;
constexpr int kSunday = 6;
constexpr double kReturnChance = 0.04;
constexpr absl::string_view kReasons[] = {"damaged", "not as described",
                                          "changed mind", "bought twice"};

}  // namespace

Simulation::Simulation(const ShopOptions& options, const Catalogue& catalogue,
                       const People& people, ShopListener& listener)
    : options_(options),
      catalogue_(catalogue),
      people_(people),
      listener_(listener),
      start_(absl::FromCivil(options.first_day(), absl::UTCTimeZone())),
      first_weekday_(static_cast<int>(absl::GetWeekday(options.first_day()))),
      baskets_(options, catalogue, people),
      browsing_(options, catalogue),
      staples_(people.staples()),
      first_visitor_(options.days, kNone),
      next_visitor_(people.shoppers().size(), kNone) {}

absl::Status Simulation::Run() {
  StartCalendar();
  for (int day = 0; day < options_.days; ++day) {
    PlayVisits(day);
    TellReceipts(day);
    TellReturns(day);
    if (options_.events) browsing_.EndDay(day, StartOf(day), listener_);
    if (absl::Status status = listener_.OnDayEnd(day + 1, options_.days);
        !status.ok())
      return status;
  }
  return absl::OkStatus();
}

void Simulation::StartCalendar() {
  for (uint32_t s = 0; s < people_.shoppers().size(); ++s) {
    Random random(Mix(options_.seed, kFirstVisits, s));
    const int gap = people_.shoppers()[s].gap_minutes;
    Schedule(s, static_cast<int>(random.Below(static_cast<uint32_t>(gap))) /
                    kMinutesADay);
  }
}

// Stores are closed on Sundays: who goes there comes on Monday.
void Simulation::Schedule(uint32_t shopper, int day) {
  if (people_.shoppers()[shopper].channel == Channel::kStore &&
      Weekday(day) == kSunday)
    ++day;
  if (day >= options_.days) return;
  next_visitor_[shopper] = first_visitor_[day];
  first_visitor_[day] = shopper;
}

// After her usual time, give or take; at the due day of a staple if one is
// near; if she comes rarely, rather on her weekday.
int Simulation::NextDay(const Visit& visit, Random& random) const {
  const Shopper& shopper = people_.shoppers()[visit.shopper];
  const int gap = shopper.gap_minutes;
  const int aim =
      visit.minute + static_cast<int>(gap * (1 + 0.3 * random.Around()));
  int minute = aim, nearest = gap * 2 / 5;
  for (uint32_t i = 0; i < shopper.staple_count; ++i) {
    const int due = staples_[shopper.first_staple + i].due_minute;
    if (std::abs(due - aim) >= nearest) continue;
    nearest = std::abs(due - aim);
    minute = due;
  }
  int day = minute / kMinutesADay;
  const bool keeps_weekday = random.Chance(0.5);
  if (keeps_weekday && gap >= 7 * kMinutesADay) {
    const int ahead = (shopper.weekday - Weekday(day) + 7) % 7;
    day += ahead > 3 ? ahead - 7 : ahead;
  }
  return std::max(day, visit.place.day + 1);
}

void Simulation::PlayVisits(int day) {
  const int month = (options_.first_day() + day).month();
  drafts_.clear();
  lines_.clear();
  for (uint32_t s = first_visitor_[day]; s != kNone;) {
    const uint32_t next = next_visitor_[s];
    PlayVisit(s, day, month);
    s = next;
  }
}

void Simulation::PlayVisit(uint32_t s, int day, int month) {
  const Shopper& shopper = people_.shoppers()[s];
  Random random(Mix(options_.seed, kVisits, s, day));
  Draft draft;
  draft.channel = DrawChannel(shopper, day, random);
  const bool strays = draft.channel == Channel::kStore && random.Chance(0.12);
  draft.visit.shopper = s;
  draft.visit.place = {
      strays ? catalogue_.DrawStore(random) : shopper.home_store, day};
  draft.visit.month = month;
  const int hour = shopper.hour * 60 + static_cast<int>(150 * random.Around());
  const int minute = hour + random.Between(0, 59);
  draft.second =
      std::clamp(minute, 7 * 60, 20 * 60 - 1) * 60 + random.Between(0, 59);
  draft.visit.minute = day * kMinutesADay + draft.second / 60;
  draft.first_line = lines_.size();
  baskets_.Fill(draft.visit, random,
                absl::MakeSpan(staples_).subspan(shopper.first_staple,
                                                 shopper.staple_count),
                lines_);
  draft.last_line = lines_.size();
  if (draft.last_line > draft.first_line) drafts_.push_back(draft);
  Schedule(s, NextDay(draft.visit, random));
}

// On Sundays the stores are closed.
Channel Simulation::DrawChannel(const Shopper& shopper, int day,
                                Random& random) const {
  const uint32_t percent = random.Below(100);
  if (shopper.channel == Channel::kStore)
    return percent < 96 ? Channel::kStore : Channel::kWeb;
  if (percent < 75 || Weekday(day) == kSunday) return shopper.channel;
  return Channel::kStore;
}

void Simulation::TellReceipts(int day) {
  std::sort(drafts_.begin(), drafts_.end(), [](const Draft& a, const Draft& b) {
    return std::tie(a.second, a.visit.shopper) <
           std::tie(b.second, b.visit.shopper);
  });
  for (const Draft& draft : drafts_) {
    const bool is_known = people_.IsKnown(draft.visit.shopper);
    Receipt receipt;
    receipt.number = next_receipt_++;
    receipt.customer = is_known ? draft.visit.shopper : kNone;
    receipt.store = draft.visit.place.store;
    receipt.channel = draft.channel;
    receipt.happened_at = StartOf(day) + absl::Seconds(draft.second);
    receipt.lines = absl::MakeSpan(lines_).subspan(
        draft.first_line, draft.last_line - draft.first_line);
    listener_.OnReceipt(receipt);
    if (options_.events) browsing_.OnReceipt(receipt, day);
    PlanReturns(receipt, day);
  }
}

void Simulation::PlanReturns(const Receipt& receipt, int day) {
  Random random(Mix(options_.seed, kReturns, receipt.number));
  for (size_t i = 0; i < receipt.lines.size(); ++i) {
    const Line& line = receipt.lines[i];
    if (catalogue_.CategoryOf(line.product).is_food ||
        !random.Chance(kReturnChance))
      continue;
    int delay = random.Between(1, kRing - 4);
    if (Weekday(day + delay) == kSunday) ++delay;
    Return back;
    back.receipt = receipt.number;
    back.line = static_cast<int>(i);
    back.quantity_milli =
        1000 * random.Between(1, std::max(1, line.quantity_milli / 1000));
    back.store = receipt.store;
    back.happened_at = StartOf(day + delay) +
                       absl::Seconds(random.Between(8 * 3600, 19 * 3600));
    back.reason =
        kReasons[random.Below(static_cast<uint32_t>(std::size(kReasons)))];
    returns_[(day + delay) % kRing].push_back(back);
  }
}

void Simulation::TellReturns(int day) {
  std::vector<Return>& due = returns_[day % kRing];
  std::sort(due.begin(), due.end(), [](const Return& a, const Return& b) {
    return std::tie(a.happened_at, a.receipt, a.line) <
           std::tie(b.happened_at, b.receipt, b.line);
  });
  for (Return& back : due) {
    back.number = next_return_++;
    listener_.OnReturn(back);
  }
  due.clear();
}

}  // namespace patron::datagen
