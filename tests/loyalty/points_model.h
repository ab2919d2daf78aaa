// What account.h promises, told in another way, for a model test: every single
// point is an element of a multiset, nothing is ever added up or joined; credit
// is kept for years; the clock goes day by day, and what is due on a day
// happens on it.
#pragma once

#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/loyalty/account.h"

namespace patron::loyalty {

inline constexpr Day kNever = std::numeric_limits<Day>::max();

struct Point {
  Day expiry = kNever;
  Day from = 0;
  friend auto operator<=>(const Point&, const Point&) = default;
};

class PointsModel {
 public:
  PointsModel(const wire::Programme& programme, Day today)
      : programme_(&programme), today_(today) {
    LiftByCredit();
  }

  void PassDay();
  void Earn(Points points, LotDays days);
  // The expiry of every point taken; nullopt where there are too few.
  std::optional<std::vector<Day>> Take(Points points);
  void Hold(Points points) { held_ += points; }
  void Unhold(Points points) { held_ -= points; }
  // Released or refunded ones; answers how many expired at once.
  Points PutBack(const std::vector<Day>& expiries);
  Reversed Reverse(Points points, LotDays from);
  void Credit(Day day, int64_t credit);
  void MergeInto(PointsModel& into);

  Points available() const;
  Points pending() const;
  Points held() const { return held_; }
  Points debt() const { return debt_; }
  // As lots, of `today`.
  std::vector<wire::Lot> ToLots() const;
  int64_t credit() const { return CreditOfWindow(today_); }
  std::string tier() const { return IdOf(rank_); }
  std::string secured_tier() const { return IdOf(secured_rank_); }
  Day review_day() const { return kept_.until; }
  Day secured_review_day() const { return secured_.until; }

 private:
  struct Term {
    Day granted = 0;
    Day until = 0;
  };
  struct Credited {
    Day day = 0;
    int64_t year = 0;
    int64_t credit = 0;
  };
  struct Given {
    int rank = -1;
    Term term;
  };

  void PutIn(Point point);
  Points Expire();
  bool IsCalendar() const;
  int64_t CreditOfWindow(Day day) const;
  int RankOf(int64_t credit) const;
  std::string IdOf(int rank) const;
  Given GivenBy(Day day) const;
  Given GivenOn(Day day) const;
  void Become(const Given& given);
  void LiftByCredit();
  bool IsPaid() const;
  void FallBack();

  const wire::Programme* programme_;
  Day today_;
  std::multiset<Point> points_;
  Points held_ = 0;
  Points debt_ = 0;
  std::vector<Credited> credits_;
  int rank_ = -1;
  int secured_rank_ = -1;
  Term kept_;
  Term secured_;
};

}  // namespace patron::loyalty
