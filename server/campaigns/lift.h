// What a campaign brought: mean spend of those contacted less that of those
// held out, with a 95 % interval.
//
//   lift ± t(0.975, f) · e,   e² = s₁² ÷ n₁ + s₂² ÷ n₂
//   f = e⁴ ÷ ((s₁² ÷ n₁)² ÷ (n₁ - 1) + (s₂² ÷ n₂)² ÷ (n₂ - 1))
//
// Welch's interval for two means of unequal variances (B. L. Welch 1947, The
// generalization of "Student's" problem when several different population
// variances are involved, Biometrika 34; f by Satterthwaite 1946). Spend is
// skewed, most customers spend nothing: with fewer than kFewestCustomers
// customers or kFewestBuyers buyers in either group the interval would not hold
// what it says, and none is told.
//
// Threads: none of its own. Errors: none.
#pragma once

#include <cstdint>
#include <string>

namespace patron::campaigns {

inline constexpr int64_t kFewestCustomers = 30;
inline constexpr int64_t kFewestBuyers = 5;

// Spend of a group, a customer at a time (Welford 1962).
class Spend {
 public:
  void Add(int64_t minor_units);

  int64_t customers() const { return customers_; }
  int64_t buyers() const { return buyers_; }  // who spent more than nothing
  int64_t sum() const { return sum_; }
  double mean() const { return mean_; }
  double variance() const;  // of the sample; 0 for fewer than two customers

 private:
  int64_t customers_ = 0;
  int64_t buyers_ = 0;
  int64_t sum_ = 0;
  double mean_ = 0;
  double squares_ = 0;  // of distances from the mean
};

struct Lift {
  bool enough = false;  // else the numbers are 0 and `note` says what is few
  double lift = 0;
  double low = 0;
  double high = 0;
  std::string note;
};
Lift LiftOf(const Spend& contacted, const Spend& held_out);

}  // namespace patron::campaigns
