#include "tools/eval/next_days.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "index/training_log.h"

namespace patron::eval {
namespace {

void SortDistinct(std::vector<uint32_t>& products) {
  std::sort(products.begin(), products.end());
  products.erase(std::unique(products.begin(), products.end()), products.end());
}

}  // namespace

absl::StatusOr<NextDays> NextDays::Make(const Sales& sales, Day cut, int days) {
  if (days < 1)
    return absl::InvalidArgumentError(
        absl::StrCat("days: ", days, " is not 1 or more"));
  NextDays task(sales, cut, days);
  if (!task.cases_.empty()) return task;
  if (sales.sales.empty())
    return absl::FailedPreconditionError("there are no sales");
  return absl::FailedPreconditionError(absl::StrCat(
      "cut ", FormatDay(cut), " with ", days,
      " days: nobody bought both before and after; the sales run from ",
      FormatDay(sales.sales.front().day()), " to ",
      FormatDay(sales.sales.back().day())));
}

NextDays::NextDays(const Sales& sales, Day cut, int days)
    : sales_(&sales),
      cut_(cut),
      days_(days),
      before_(EndBefore(sales, cut)),
      candidate_(sales.products.size()) {
  for (const Sale& sale : Before()) candidate_[sale.product] = true;
  candidates_ = static_cast<size_t>(
      std::count(candidate_.begin(), candidate_.end(), true));
  CollectHistory();
  CollectCases();
}

void NextDays::CollectHistory() {
  offsets_.assign(sales_->customers.size() + 1, 0);
  for (const Sale& sale : Before())
    if (sale.customer != index::kAnonymousCustomer)
      ++offsets_[sale.customer + 1];
  for (size_t c = 1; c < offsets_.size(); ++c) offsets_[c] += offsets_[c - 1];
  history_.resize(offsets_.back());
  std::vector<size_t> next = offsets_;
  for (const Sale& sale : Before())
    if (sale.customer != index::kAnonymousCustomer)
      history_[next[sale.customer]++] = sale;
}

void NextDays::CollectCases() {
  std::vector<std::vector<uint32_t>> bought(sales_->customers.size());
  const size_t end = EndBefore(*sales_, cut_ + days_);
  for (size_t i = before_; i < end; ++i) {
    const Sale& sale = sales_->sales[i];
    if (sale.customer != index::kAnonymousCustomer && candidate_[sale.product])
      bought[sale.customer].push_back(sale.product);
  }
  for (uint32_t customer = 0; customer < bought.size(); ++customer) {
    const std::span<const Sale> history = HistoryOf(customer);
    if (bought[customer].empty() || history.empty() ||
        history.back().at < (cut_ - kActiveDays) * kDaySeconds)
      continue;
    DaysCase& one = cases_.emplace_back();
    one.customer = customer;
    SortDistinct(bought[customer]);
    one.bought = std::move(bought[customer]);
    const std::vector<uint32_t> own = OwnOf(customer);
    std::set_difference(one.bought.begin(), one.bought.end(), own.begin(),
                        own.end(), std::back_inserter(one.fresh));
  }
}

size_t NextDays::fresh_cases() const {
  return static_cast<size_t>(
      std::count_if(cases_.begin(), cases_.end(),
                    [](const DaysCase& one) { return !one.fresh.empty(); }));
}

std::vector<uint32_t> NextDays::OwnOf(uint32_t customer) const {
  std::vector<uint32_t> own;
  for (const Sale& sale : HistoryOf(customer)) own.push_back(sale.product);
  SortDistinct(own);
  return own;
}

}  // namespace patron::eval
