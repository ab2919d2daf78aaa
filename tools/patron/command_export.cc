#include <fstream>
#include <functional>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/commands.h"
#include "tools/patron/console.h"
#include "tools/patron/csv_out.h"

namespace patron::cli {
namespace {

constexpr int kPageElements = 1000;

using Each = std::function<absl::Status(const Json&)>;

class ExportCommand {
 public:
  ExportCommand(Context& context, const Args& args)
      : context_(context),
        args_(args),
        console_(context.err, context.err_is_terminal),
        connection_(context.server) {}

  absl::StatusOr<int> Run() {
    PATRON_RETURN_IF_ERROR(ReadFlags());
    std::ofstream file;
    const std::string path = args_.Get("out", "-");
    if (path != "-") {
      file.open(path);
      if (!file)
        return absl::InvalidArgumentError(
            absl::StrCat("--out: ", path, " cannot be written"));
    }
    std::ostream& out = path == "-" ? context_.out : file;
    PATRON_RETURN_IF_ERROR(is_csv_ ? WriteCsv(out) : WriteJsonLines(out));
    console_.Done();
    out.flush();
    if (!out)
      return absl::DataLossError(
          absl::StrCat(path, ": not all could be written"));
    if (path != "-")
      console_.Line(absl::StrCat(FormatCount(elements_), " ", KindName(kind_),
                                 " written to ", path));
    return kExitOk;
  }

 private:
  absl::Status ReadFlags() {
    const std::optional<Kind> kind = KindNamed(args_.positional()[0]);
    if (!kind.has_value())
      return UsageError(absl::StrCat(
          "export: ", Quoted(args_.positional()[0]),
          " is not customers, products, stock, purchases, returns, events or "
          "definitions"));
    kind_ = *kind;
    const std::string format = args_.Get("format", "jsonl");
    is_csv_ = format == "csv";
    if (format == "csv" || format == "jsonl") return absl::OkStatus();
    return UsageError(
        absl::StrCat("--format: ", Quoted(format), " is not csv or jsonl"));
  }

  absl::Status WriteJsonLines(std::ostream& out) {
    return ForEach([&](const Json& element) {
      out << ToLine(element) << '\n';
      return CheckStream(out);
    });
  }

  // Twice over the data: the header must name every free column.
  absl::Status WriteCsv(std::ostream& out) {
    CsvWriter writer(kind_);
    PATRON_RETURN_IF_ERROR(ForEach([&](const Json& element) {
      writer.Learn(element);
      return absl::OkStatus();
    }));
    elements_ = 0;
    out << writer.Header();
    return ForEach([&](const Json& element) {
      PATRON_ASSIGN_OR_RETURN(const std::string rows, writer.Rows(element));
      out << rows;
      return CheckStream(out);
    });
  }

  static absl::Status CheckStream(const std::ostream& out) {
    if (out) return absl::OkStatus();
    return absl::DataLossError("the output cannot be written");
  }

  absl::Status ForEach(const Each& each) {
    switch (kind_) {
      case Kind::kCustomers:
        return Pages(&wire::AdminClient::exportCustomers,
                     &wire::CustomersPage::customers, each);
      case Kind::kProducts:
        return Pages(&wire::AdminClient::exportProducts,
                     &wire::ProductsPage::products, each);
      case Kind::kStock:
        return Pages(&wire::AdminClient::exportStock, &wire::StockPage::levels,
                     each);
      case Kind::kEvents:
        return Pages(&wire::AdminClient::exportEvents,
                     &wire::EventsPage::events, each);
      case Kind::kPurchases:
        return Pages(&wire::AdminClient::exportPurchases,
                     &wire::PurchasesPage::purchases, [&](const Json& element) {
                       Json purchase = element;
                       purchase.erase("returns");
                       return each(purchase);
                     });
      case Kind::kReturns:
        return Pages(&wire::AdminClient::exportPurchases,
                     &wire::PurchasesPage::purchases, [&](const Json& element) {
                       return Returns(element, each);
                     });
    }
    return absl::OkStatus();
  }

  absl::Status Returns(const Json& purchase, const Each& each) {
    --elements_;
    const auto found = purchase.find("returns");
    if (found == purchase.end()) return absl::OkStatus();
    for (const Json& back : *found) {
      ++elements_;
      PATRON_RETURN_IF_ERROR(each(back));
    }
    return absl::OkStatus();
  }

  template <typename Page, typename Element>
  absl::Status Pages(void (wire::AdminClient::*method)(Page&, const int32_t,
                                                       const std::string&),
                     std::vector<Element> Page::*elements, const Each& each) {
    std::string cursor;
    do {
      Page page;
      PATRON_RETURN_IF_ERROR(connection_.Admin([&](wire::AdminClient& admin) {
        (admin.*method)(page, kPageElements, cursor);
      }));
      for (const Element& element : page.*elements) {
        ++elements_;
        PATRON_RETURN_IF_ERROR(each(ToJson(element)));
      }
      console_.Progress(
          absl::StrCat(FormatCount(elements_), " ", KindName(kind_)));
      if (page.next_cursor == cursor && !cursor.empty())
        return absl::InternalError("the server answers the same page again");
      cursor = page.next_cursor;
    } while (!cursor.empty());
    return absl::OkStatus();
  }

  Context& context_;
  const Args& args_;
  Console console_;
  Connection connection_;
  Kind kind_ = Kind::kCustomers;
  bool is_csv_ = false;
  int64_t elements_ = 0;
};

}  // namespace

absl::StatusOr<int> RunExport(Context& context, const Args& args) {
  const bool definitions = args.positional()[0] == "definitions";
  const char* const foreign = definitions ? "format" : "version";
  if (args.Has(foreign))
    return UsageError(
        absl::StrCat("--", foreign, " is not for ", args.positional()[0]));
  if (definitions) return ExportDefinitions(context, args);
  return ExportCommand(context, args).Run();
}

}  // namespace patron::cli
