#include "index/purchases.h"

#include <algorithm>
#include <tuple>

#include "index/mix.h"

namespace patron::index {
namespace {

using ProductDay = std::pair<uint32_t, Day>;

// One past the last line of the customer of line `begin`.
size_t EndOfCustomer(const TrainingLog& log, size_t begin) {
  size_t end = begin + 1;
  while (end < log.lines() && log.customer[end] == log.customer[begin]) ++end;
  return end;
}

// Appends what sorted, distinct pairs of product and day come to.
void AppendBought(const std::vector<ProductDay>& days,
                  std::vector<BoughtProduct>& out) {
  const size_t start = out.size();
  for (const auto& [product, day] : days) {
    if (out.size() == start || out.back().product != product) {
      out.push_back({.product = product, .first = day});
    }
    ++out.back().days;
    out.back().last = day;
  }
}

void CloseCustomers(size_t upto, Purchases& purchases) {
  while (purchases.customers() < upto) {
    purchases.offsets.push_back(purchases.bought.size());
  }
}

std::vector<ProductDay> DistinctDays(const TrainingLog& log, size_t begin,
                                     size_t end, const HeldOut& skip) {
  std::vector<ProductDay> days;
  days.reserve(end - begin);
  for (size_t i = begin; i < end; ++i) {
    if (i >= skip.begin && i < skip.end) continue;
    days.emplace_back(log.product[i], log.day[i]);
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

// The last receipt in [begin, end) if there are three or more.
bool LastReceipt(const TrainingLog& log, size_t begin, size_t end,
                 HeldOut& out) {
  size_t receipts = 1;
  size_t last = begin;
  for (size_t i = begin + 1; i < end; ++i) {
    if (log.receipt[i] == log.receipt[i - 1]) continue;
    ++receipts;
    last = i;
  }
  out = {log.customer[begin], last, end};
  return receipts >= 3;
}

}  // namespace

std::vector<HeldOut> ChooseHoldout(const TrainingLog& log, uint32_t one_in) {
  std::vector<HeldOut> result;
  if (one_in == 0) return result;
  for (size_t begin = 0; begin < log.lines();) {
    if (log.customer[begin] == kAnonymousCustomer) break;
    const size_t end = EndOfCustomer(log, begin);
    HeldOut held;
    if (Mix(log.customer[begin]) % one_in == 0 &&
        LastReceipt(log, begin, end, held)) {
      result.push_back(held);
    }
    begin = end;
  }
  return result;
}

Purchases CollectPurchases(const TrainingLog& log,
                           const std::vector<HeldOut>& held_out) {
  Purchases purchases;
  auto skip = held_out.begin();
  for (size_t begin = 0; begin < log.lines();) {
    const uint32_t customer = log.customer[begin];
    if (customer == kAnonymousCustomer) break;
    const size_t end = EndOfCustomer(log, begin);
    while (skip != held_out.end() && skip->customer < customer) ++skip;
    const bool skips = skip != held_out.end() && skip->customer == customer;
    CloseCustomers(customer, purchases);
    AppendBought(DistinctDays(log, begin, end, skips ? *skip : HeldOut{}),
                 purchases.bought);
    begin = end;
  }
  CloseCustomers(log.customers, purchases);
  return purchases;
}

SparseMatrix IncidenceOf(const Purchases& purchases, uint32_t products,
                         size_t limit) {
  SparseMatrix matrix;
  matrix.columns = products;
  std::vector<BoughtProduct> latest;
  for (size_t customer = 0; customer < purchases.customers(); ++customer) {
    const auto bought = purchases.Of(customer);
    latest.assign(bought.begin(), bought.end());
    std::sort(latest.begin(), latest.end(),
              [](const BoughtProduct& a, const BoughtProduct& b) {
                return std::tuple(-a.last, a.product) <
                       std::tuple(-b.last, b.product);
              });
    latest.resize(std::min(limit, latest.size()));
    std::sort(latest.begin(), latest.end(),
              [](const BoughtProduct& a, const BoughtProduct& b) {
                return a.product < b.product;
              });
    for (const BoughtProduct& item : latest) {
      matrix.column.push_back(item.product);
      matrix.value.push_back(static_cast<float>(item.days));
    }
    matrix.offsets.push_back(matrix.column.size());
  }
  return matrix;
}

}  // namespace patron::index
