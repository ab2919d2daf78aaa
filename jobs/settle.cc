#include "jobs/settle.h"

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"

namespace patron::jobs {
namespace {

absl::Status SettleFrom(const SettleOptions& options, SettleCall settle,
                        absl::FunctionRef<void(int32_t)> progress,
                        SettleReport& report) {
  while (report.next_customer >= 0) {
    PATRON_ASSIGN_OR_RETURN(
        const wire::SettleReply reply,
        settle(report.next_customer, options.customers_a_call));
    if (reply.next_customer >= 0 && reply.next_customer <= report.next_customer)
      return absl::InternalError(absl::StrCat("the server goes from customer ",
                                              report.next_customer, " to ",
                                              reply.next_customer));
    report.next_customer = reply.next_customer;
    report.accounts += reply.accounts;
    ++report.calls;
    if (report.next_customer >= 0) progress(report.next_customer);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Settle(const SettleOptions& options, const Clock& clock,
                    SettleCall settle,
                    absl::FunctionRef<void(int32_t)> progress,
                    SettleReport& report) {
  if (options.from < 0)
    return absl::InvalidArgumentError(
        absl::StrCat("from: ", options.from, ", wanted 0 or more"));
  const absl::Time start = clock.Now();
  report = {};
  report.next_customer = options.from;
  absl::Status status = SettleFrom(options, settle, progress, report);
  report.took = clock.Now() - start;
  return status;
}

}  // namespace patron::jobs
