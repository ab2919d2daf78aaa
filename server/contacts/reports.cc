#include <map>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/contacts/apply.h"
#include "server/contacts/rows.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::contacts {
namespace {

using store::Family;

int64_t& TimeOf(wire::ReportKind::type kind, wire::ContactRow& row) {
  switch (kind) {
    case wire::ReportKind::SENT:
      return row.sent_us;
    case wire::ReportKind::SHOWN:
      return row.shown_us;
    case wire::ReportKind::CLICKED:
      return row.clicked_us;
    case wire::ReportKind::REDEEMED:
      break;
  }
  return row.redeemed_us;
}

absl::StatusOr<CustomerOrdinal> Customer(const wire::RunRow& run,
                                         const std::string& id,
                                         const Context& context) {
  const auto customer = context.checkout.base.ordinals.FindCustomer(id);
  if (customer) return *customer;
  return absl::NotFoundError(absl::StrCat("reports: customer ", Quoted(id),
                                          " is not on the list of run ",
                                          Quoted(run.run_id)));
}

}  // namespace

absl::Status ApplyReportContacts(const wire::ReportContacts& command,
                                 const Stamp& stamp, const Context& context) {
  PATRON_ASSIGN_OR_RETURN(const uint32_t number,
                          KnownRun(command.run_id, context));
  const wire::RunRow& run = context.runs.Now(number);
  if (run.state != wire::RunState::FROZEN)
    return absl::FailedPreconditionError(
        absl::StrCat("run_id: run ", Quoted(run.run_id), " is ",
                     StateName(run.state), ", wanted frozen"));
  std::map<CustomerOrdinal, wire::ContactRow> rows;
  for (const wire::ContactReport& report : command.reports) {
    PATRON_ASSIGN_OR_RETURN(const CustomerOrdinal customer,
                            Customer(run, report.customer_id, context));
    const auto [at, fresh] = rows.try_emplace(customer);
    if (fresh) {
      PATRON_ASSIGN_OR_RETURN(const auto row,
                              FindContact(number, customer, context));
      if (!row || row->decision != wire::ContactDecision::CONTACT)
        return absl::NotFoundError(
            absl::StrCat("reports: customer ", Quoted(report.customer_id),
                         " is not on the list of run ", Quoted(run.run_id)));
      at->second = *row;
    }
    int64_t& first_us = TimeOf(report.kind, at->second);
    const int64_t at_us = absl::ToUnixMicros(stamp.HappenedAt(report.at_us));
    if (first_us == 0 || at_us < first_us) first_us = at_us;
  }
  store::Encoder encoder;
  for (const auto& [customer, row] : rows)
    context.checkout.base.batch.Put(Family::kContacts,
                                    store::ContactKey(customer, number),
                                    encoder.Encode(row));
  return absl::OkStatus();
}

}  // namespace patron::contacts
