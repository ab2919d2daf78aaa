#include "index/training_log.h"

#include <tuple>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"

namespace patron::index {
namespace {

absl::Status CheckLengths(const TrainingLog& log) {
  const auto check = [&](const char* name, size_t size) {
    if (size == log.lines()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(
        "column ", name, " has ", size, " lines, product ", log.lines()));
  };
  PATRON_RETURN_IF_ERROR(check("customer", log.customer.size()));
  PATRON_RETURN_IF_ERROR(check("store", log.store.size()));
  PATRON_RETURN_IF_ERROR(check("receipt", log.receipt.size()));
  return check("day", log.day.size());
}

absl::Status BeyondEnd(const char* column, size_t line, uint32_t value,
                       uint32_t end) {
  return absl::InvalidArgumentError(
      absl::StrCat("line ", line, ": ", column, " ", value,
                   " is not below their number ", end));
}

absl::Status CheckRanges(const TrainingLog& log, size_t i) {
  if (log.customer[i] >= log.customers &&
      log.customer[i] != kAnonymousCustomer) {
    return BeyondEnd("customer", i, log.customer[i], log.customers);
  }
  if (log.product[i] >= log.products()) {
    return BeyondEnd("product", i, log.product[i], log.products());
  }
  if (log.store[i] >= log.stores) {
    return BeyondEnd("store", i, log.store[i], log.stores);
  }
  if (log.receipt[i] >= log.receipts) {
    return BeyondEnd("receipt", i, log.receipt[i], log.receipts);
  }
  if (log.day[i] > log.today) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", i, ": day ", FormatDay(log.day[i]),
                     " is after today ", FormatDay(log.today)));
  }
  return absl::OkStatus();
}

// A receipt must not be taken up again once another has begun.
absl::Status CheckReceiptStart(const TrainingLog& log, size_t i,
                               std::vector<bool>& seen) {
  if (seen[log.receipt[i]]) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", i, ": receipt ", log.receipt[i],
                     " goes on after other receipts, customers or days"));
  }
  seen[log.receipt[i]] = true;
  return absl::OkStatus();
}

absl::Status CheckOrder(const TrainingLog& log, size_t i,
                        std::vector<bool>& seen) {
  if (i == 0) return CheckReceiptStart(log, i, seen);
  const auto key = [&](size_t line) {
    return std::tuple(log.customer[line], log.day[line], log.receipt[line]);
  };
  if (key(i) == key(i - 1)) {
    if (log.store[i] == log.store[i - 1]) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("line ", i, ": receipt ", log.receipt[i], " is of store ",
                     log.store[i - 1], " and of store ", log.store[i]));
  }
  if (key(i) < key(i - 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", i, ": customer ", log.customer[i], ", day ",
                     log.day[i], ", receipt ", log.receipt[i],
                     " sorts before customer ", log.customer[i - 1], ", day ",
                     log.day[i - 1], ", receipt ", log.receipt[i - 1]));
  }
  return CheckReceiptStart(log, i, seen);
}

}  // namespace

absl::Status Validate(const TrainingLog& log) {
  PATRON_RETURN_IF_ERROR(CheckLengths(log));
  std::vector<bool> seen(log.receipts);
  for (size_t i = 0; i < log.lines(); ++i) {
    PATRON_RETURN_IF_ERROR(CheckRanges(log, i));
    PATRON_RETURN_IF_ERROR(CheckOrder(log, i, seen));
  }
  return absl::OkStatus();
}

}  // namespace patron::index
