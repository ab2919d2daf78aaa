#include "tests/loyalty/points_model.h"

#include <algorithm>
#include <map>

#include "absl/time/civil_time.h"

namespace patron::loyalty {
namespace {

// Longer than anything below looks back.
constexpr Day kLongAgo = 4 * 366;

absl::CivilDay Civil(Day day) { return absl::CivilDay(1970) + day; }
Day LastOfYear(int64_t year) {
  return static_cast<Day>(absl::CivilDay(year, 12, 31) - absl::CivilDay(1970));
}

}  // namespace

// ---- points

void PointsModel::PutIn(Point point) {
  if (debt_ > 0) {
    --debt_;
  } else {
    points_.insert(point);
  }
}

Points PointsModel::Expire() {
  return static_cast<Points>(std::erase_if(
      points_, [this](const Point& point) { return point.expiry < today_; }));
}

void PointsModel::Earn(Points points, LotDays days) {
  const Day expiry = days.expiry_day == 0 ? kNever : days.expiry_day;
  for (Points i = 0; i < points; ++i) PutIn({expiry, days.available_day});
  Expire();
}

std::optional<std::vector<Day>> PointsModel::Take(Points points) {
  if (available() < points) return std::nullopt;
  std::vector<Day> taken;
  for (auto at = points_.begin(); static_cast<Points>(taken.size()) < points;) {
    if (at->from > today_) {
      ++at;
      continue;
    }
    taken.push_back(at->expiry);
    at = points_.erase(at);
  }
  return taken;
}

Points PointsModel::PutBack(const std::vector<Day>& expiries) {
  for (const Day expiry : expiries) PutIn({expiry, 0});
  return Expire();
}

Reversed PointsModel::Reverse(Points points, LotDays from) {
  const Day expiry = from.expiry_day == 0 ? kNever : from.expiry_day;
  Reversed reversed;
  while (reversed.taken < points && !points_.empty()) {
    auto at =
        std::find_if(points_.begin(), points_.end(), [&](const Point& point) {
          const bool same = from.available_day > today_
                                ? point.from == from.available_day
                                : point.from <= today_;
          return point.expiry == expiry && same;
        });
    if (at == points_.end()) at = points_.begin();
    points_.erase(at);
    ++reversed.taken;
  }
  const Points rest = points - reversed.taken;
  const bool money = programme_->debt == wire::DebtPolicy::MONEY;
  (money ? reversed.missing : reversed.debt) = rest;
  if (!money) debt_ += rest;
  return reversed;
}

Points PointsModel::available() const {
  return std::count_if(
             points_.begin(), points_.end(),
             [this](const Point& point) { return point.from <= today_; }) -
         debt_;
}

Points PointsModel::pending() const {
  return std::count_if(
      points_.begin(), points_.end(),
      [this](const Point& point) { return point.from > today_; });
}

std::vector<wire::Lot> PointsModel::ToLots() const {
  std::map<Point, Points> counted;
  for (const Point& point : points_)
    ++counted[{point.expiry, point.from > today_ ? point.from : 0}];
  std::vector<wire::Lot> lots;
  for (const auto& [point, points] : counted) {
    wire::Lot& lot = lots.emplace_back();
    lot.available_day = point.from;
    lot.expiry_day = point.expiry == kNever ? 0 : point.expiry;
    lot.points = points;
  }
  return lots;
}

// ---- tiers

bool PointsModel::IsCalendar() const {
  return programme_->tier_window == wire::TierWindow::CALENDAR_YEAR;
}

int64_t PointsModel::CreditOfWindow(Day day) const {
  int64_t sum = 0;
  const int64_t year = Civil(day).year();
  for (const Credited& credited : credits_) {
    const bool within =
        IsCalendar()
            ? credited.year == year
            : credited.day <= day && day - credited.day < programme_->tier_days;
    if (within) sum += credited.credit;
  }
  return sum;
}

int PointsModel::RankOf(int64_t credit) const {
  return static_cast<int>(std::count_if(programme_->tiers.begin(),
                                        programme_->tiers.end(),
                                        [credit](const wire::Tier& tier) {
                                          return tier.credit <= credit;
                                        })) -
         1;
}

std::string PointsModel::IdOf(int rank) const {
  return rank < 0 ? "" : programme_->tiers[rank].id;
}

PointsModel::Given PointsModel::GivenBy(Day day) const {
  const Day until = IsCalendar() ? LastOfYear(Civil(day).year() + 1)
                                 : day + programme_->tier_days;
  return {RankOf(CreditOfWindow(day)), {day, until}};
}

PointsModel::Given PointsModel::GivenOn(Day day) const {
  const Given present = GivenBy(day);
  if (!IsCalendar()) return present;
  const Given before = GivenBy(LastOfYear(Civil(day).year() - 1));
  return before.rank > present.rank ? before : present;
}

void PointsModel::Become(const Given& given) {
  rank_ = given.rank;
  kept_ = given.rank < 0 ? Term() : given.term;
}

void PointsModel::LiftByCredit() {
  const Given given = GivenOn(today_);
  if (given.rank > rank_) Become(given);
}

bool PointsModel::IsPaid() const {
  return GivenOn(today_).rank >= rank_ ||
         (kept_.until != 0 && RankOf(CreditOfWindow(kept_.granted)) >= rank_);
}

void PointsModel::FallBack() {
  Given given = GivenOn(today_);
  if (secured_.until + programme_->tier_grace_days >= today_ &&
      secured_rank_ > given.rank)
    given = {secured_rank_, secured_};
  Become(given);
}

void PointsModel::Credit(Day day, int64_t credit) {
  if (credit == 0) return;
  const bool was_paid = IsPaid();
  credits_.push_back({day, Civil(day).year(), credit});
  if (credit < 0) {
    if (was_paid && !IsPaid()) FallBack();
    return;
  }
  const Given given = GivenOn(today_);
  if (given.rank > rank_) return Become(given);
  if (given.rank == rank_ && rank_ >= 0 && given.term.until > kept_.until)
    kept_ = given.term;
}

void PointsModel::PassDay() {
  ++today_;
  Expire();
  std::erase_if(credits_, [this](const Credited& credited) {
    return credited.day < today_ - kLongAgo;
  });
  if (kept_.until != 0 && today_ > kept_.until + programme_->tier_grace_days) {
    Become(GivenOn(today_));
    secured_rank_ = rank_;
    secured_ = kept_;
  }
  LiftByCredit();
}

void PointsModel::MergeInto(PointsModel& into) {
  into.debt_ += std::exchange(debt_, 0);
  into.held_ += std::exchange(held_, 0);
  into.points_.merge(points_);
  while (into.debt_ > 0 && !into.points_.empty()) {
    into.points_.erase(into.points_.begin());
    --into.debt_;
  }
  into.rank_ = std::max(into.rank_, rank_);
  if (kept_.until > into.kept_.until) into.kept_ = kept_;
  into.secured_rank_ = std::max(into.secured_rank_, secured_rank_);
  if (secured_.until > into.secured_.until) into.secured_ = secured_;
  into.credits_.insert(into.credits_.end(), credits_.begin(), credits_.end());
  into.LiftByCredit();
  *this = PointsModel(*programme_, today_);
}

}  // namespace patron::loyalty
