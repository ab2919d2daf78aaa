// The task of the next days: what each customer buys within so many days of a
// cut in time, foretold from what happened before the cut.
//
//   PATRON_ASSIGN_OR_RETURN(const NextDays task, NextDays::Make(sales, cut,
//   7)); const DaysReport report = Evaluate(task, methods, {10, 20}, clock);
//
// Candidates are the products sold before the cut. A customer is scored who
// bought in the 56 days before the cut and buys a candidate within the days
// after it. Measures of what is new count only products that she had not bought
// before, over the customers who buy such a one.
//
// Ownership: NextDays borrows the sales. Threads: any may read.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "server/base/day.h"
#include "tools/eval/sales.h"

namespace patron::eval {

inline constexpr int kActiveDays = 56;

// A customer and what she buys; products distinct, ascending.
struct DaysCase {
  uint32_t customer = 0;
  std::vector<uint32_t> bought;
  std::vector<uint32_t> fresh;  // … that she had not bought before; may be none
};

class NextDays {
 public:
  // kFailedPrecondition, naming the span of the sales, where nobody is scored;
  // kInvalidArgument for days below 1.
  static absl::StatusOr<NextDays> Make(const Sales& sales, Day cut, int days);

  const Sales& sales() const { return *sales_; }
  Day cut() const { return cut_; }
  int days() const { return days_; }
  // What happened before the cut.
  std::span<const Sale> Before() const {
    return {sales_->sales.data(), before_};
  }
  // Age of a sale at the cut, in days.
  double AgeOf(const Sale& sale) const {
    return static_cast<double>(cut_ * kDaySeconds - sale.at) / kDaySeconds;
  }

  const std::vector<DaysCase>& cases() const { return cases_; }
  size_t fresh_cases() const;
  bool IsCandidate(uint32_t product) const { return candidate_[product]; }
  size_t candidates() const { return candidates_; }
  // Hers before the cut, by time.
  std::span<const Sale> HistoryOf(uint32_t customer) const {
    return {history_.data() + offsets_[customer],
            offsets_[customer + 1] - offsets_[customer]};
  }
  // Distinct products of it, ascending.
  std::vector<uint32_t> OwnOf(uint32_t customer) const;

 private:
  NextDays(const Sales& sales, Day cut, int days);

  void CollectHistory();
  void CollectCases();

  const Sales* sales_;
  Day cut_;
  int days_;
  size_t before_ = 0;
  std::vector<bool> candidate_;
  size_t candidates_ = 0;
  std::vector<size_t> offsets_;
  std::vector<Sale> history_;
  std::vector<DaysCase> cases_;
};

}  // namespace patron::eval
