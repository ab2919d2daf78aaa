// Of a run that is frozen: its list, what the senders report, the outcome; and
// one customer's contacts.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/commands.h"
#include "tools/patron/console.h"
#include "tools/patron/csv_reader.h"
#include "tools/patron/input.h"
#include "tools/patron/json_out.h"
#include "tools/patron/paged_export.h"
#include "tools/patron/print_campaigns.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

constexpr int kRowsPerPage = 20'000;
constexpr size_t kReportsPerCall = 1000;

struct KindName {
  const char* name;
  wire::ReportKind::type kind;
};
constexpr KindName kKinds[] = {{"sent", wire::ReportKind::SENT},
                               {"shown", wire::ReportKind::SHOWN},
                               {"clicked", wire::ReportKind::CLICKED},
                               {"redeemed", wire::ReportKind::REDEEMED}};

absl::StatusOr<wire::ReportKind::type> KindOf(const std::string& field,
                                              absl::string_view text) {
  for (const KindName& kind : kKinds)
    if (text == kind.name) return kind.kind;
  return absl::InvalidArgumentError(absl::StrCat(
      field, ": ", Quoted(text), " is not sent, shown, clicked or redeemed"));
}

absl::StatusOr<wire::ContactReport> ReportOf(const std::string& path,
                                             const CsvRow& row) {
  const std::string where = absl::StrCat(path, ":", row.line, ": ");
  if (!row.problem.empty())
    return absl::InvalidArgumentError(absl::StrCat(where, row.problem));
  if (row.fields.size() != 3)
    return absl::InvalidArgumentError(absl::StrCat(
        where, row.fields.size(), " columns, wanted customer_id,kind,time"));
  wire::ContactReport report;
  report.customer_id = std::string(row.fields[0]);
  PATRON_RETURN_IF_ERROR(CheckId(where + "customer_id", row.fields[0]));
  PATRON_ASSIGN_OR_RETURN(report.kind, KindOf(where + "kind", row.fields[1]));
  PATRON_ASSIGN_OR_RETURN(report.at_us, ParseTime(where + "time", row.fields[2],
                                                  absl::UTCTimeZone()));
  return report;
}

// All rows before the first call, so that a wrong row reports nothing.
absl::StatusOr<std::vector<wire::ContactReport>> ReadReports(
    const std::string& path) {
  PATRON_ASSIGN_OR_RETURN(const auto input, OpenInput(path));
  InputWindow window(*input);
  CsvReader reader(window, ',');
  CsvRow row;
  std::vector<wire::ContactReport> reports;
  for (bool first = true;; first = false) {
    PATRON_ASSIGN_OR_RETURN(const bool more, reader.Next(row));
    if (!more) return reports;
    const bool is_header =
        first && !row.fields.empty() && row.fields[0] == "customer_id";
    if (is_header) continue;
    PATRON_ASSIGN_OR_RETURN(reports.emplace_back(), ReportOf(path, row));
  }
}

// One call has the request id as it is; of several, each its own.
std::string RequestId(const Args& args, size_t at, size_t count) {
  const std::string id = args.Get("request-id");
  if (id.empty() || count <= kReportsPerCall) return id;
  return absl::StrCat(id, "/", at / kReportsPerCall + 1);
}

absl::Status SendReports(Context& context, const Args& args,
                         const std::vector<wire::ContactReport>& reports) {
  Connection connection(context.server);
  Console console(context.err, context.err_is_terminal);
  for (size_t at = 0; at < reports.size(); at += kReportsPerCall) {
    const size_t end = std::min(reports.size(), at + kReportsPerCall);
    PATRON_RETURN_IF_ERROR(
        connection.Marketing([&](wire::MarketingClient& client) {
          client.reportContacts(RequestId(args, at, reports.size()),
                                args.positional()[0],
                                {reports.begin() + at, reports.begin() + end});
        }));
    console.Progress(absl::StrCat(FormatCount(end), " events"));
  }
  console.Done();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int> RunCampaignExport(Context& context, const Args& args) {
  const std::string& run = args.positional()[0];
  PATRON_ASSIGN_OR_RETURN(const std::string format, ExportFormat(args));
  PagedExport wanted;
  wanted.what = absl::StrCat("run ", run, " ", format);
  wanted.path = args.Get("out", "-");
  wanted.resume = args.Has("resume");
  Connection connection(context.server);
  return WritePages(
      context, wanted, [&](const std::string& cursor, wire::ExportPage& page) {
        return connection.Marketing([&](wire::MarketingClient& client) {
          client.exportRun(page, run, format, kRowsPerPage, cursor);
        });
      });
}

absl::StatusOr<int> RunCampaignReport(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const std::vector<wire::ContactReport> reports,
                          ReadReports(args.positional()[1]));
  PATRON_RETURN_IF_ERROR(SendReports(context, args, reports));
  const auto count = static_cast<int64_t>(reports.size());
  if (context.json)
    context.out << ToLine(
                       {{"run_id", args.positional()[0]}, {"reported", count}})
                << '\n';
  else
    context.out << "run " << args.positional()[0] << ": " << FormatCount(count)
                << (count == 1 ? " event" : " events") << " reported\n";
  return kExitOk;
}

absl::StatusOr<int> RunCampaignOutcome(Context& context, const Args& args) {
  wire::Outcome outcome;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.runOutcome(outcome, args.positional()[0]);
      }));
  if (context.json)
    context.out << ToLine(ToJson(outcome)) << '\n';
  else
    PrintOutcome(context.out, outcome);
  return kExitOk;
}

absl::StatusOr<int> RunCustomerContacts(Context& context, const Args& args) {
  std::vector<wire::ContactView> contacts;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.customerContacts(contacts, args.positional()[0]);
      }));
  if (!context.json) PrintContacts(context.out, contacts);
  for (const wire::ContactView& contact : contacts)
    if (context.json) context.out << ToLine(ToJson(contact)) << '\n';
  return kExitOk;
}

}  // namespace patron::cli
