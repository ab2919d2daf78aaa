#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/commands.h"
#include "tools/patron/importer.h"
#include "tools/patron/json_out.h"
#include "tools/patron/table.h"

namespace patron::cli {
namespace {

constexpr absl::Duration kRedraw = absl::Milliseconds(200);

// One import: what the flags say, and what stands between file and server.
class ImportCommand {
 public:
  ImportCommand(Context& context, const Args& args)
      : context_(context),
        args_(args),
        path_(args.positional()[1]),
        console_(context.err, context.err_is_terminal),
        report_(console_, path_ == "-" ? "stdin" : path_) {}

  absl::StatusOr<int> Run() {
    PATRON_RETURN_IF_ERROR(ReadFlags());
    PATRON_ASSIGN_OR_RETURN(input_, OpenInput(path_));
    window_ = std::make_unique<InputWindow>(*input_);
    PATRON_RETURN_IF_ERROR(OpenSource());
    connection_ = std::make_unique<Connection>(context_.server);
    PATRON_RETURN_IF_ERROR(connection_->Connect());
    const absl::Status status = ImportKind();
    report_.Finish();
    PrintSummary();
    if (!status.ok())
      return absl::Status(
          status.code(),
          absl::StrCat(path_, ": ", status.message(), " (safe to repeat)"));
    if (args_.Has("strict") && report_.count() > 0)
      console_.Line(
          absl::StrCat("stopped at the first refused row; ",
                       FormatCount(counts_.imported + counts_.already_known),
                       " ", ElementName(), " before it are in"));
    return counts_.refused > 0 ? kExitFailed : kExitOk;
  }

 private:
  absl::Status ReadFlags() {
    const std::optional<Kind> kind = KindNamed(args_.positional()[0]);
    if (!kind.has_value())
      return UsageError(absl::StrCat(
          "import: ", Quoted(args_.positional()[0]),
          " is not customers, products, stock, purchases, returns or events"));
    kind_ = *kind;
    PATRON_RETURN_IF_ERROR(ReadFormat());
    PATRON_ASSIGN_OR_RETURN(const int64_t batch,
                            args_.Number("batch", 500, {1, 10'000}));
    options_.batch = static_cast<size_t>(batch);
    options_.strict = args_.Has("strict");
    if (args_.Has("errors"))
      PATRON_RETURN_IF_ERROR(report_.WriteTo(args_.Get("errors")));
    if (!args_.Has("mapping")) return absl::OkStatus();
    PATRON_ASSIGN_OR_RETURN(const Mapping mapping,
                            LoadMapping(args_.Get("mapping")));
    mapping_ = mapping.For(kind_);
    if (!mapping.kinds.contains(kind_))
      console_.Line(absl::StrCat(args_.Get("mapping"), ": says nothing of ",
                                 KindName(kind_),
                                 "; their default columns are read"));
    return absl::OkStatus();
  }

  absl::Status ReadFormat() {
    const std::string format = args_.Get("format", "detect");
    if (format == "csv") format_ = Format::kCsv;
    if (format == "jsonl") format_ = Format::kJsonl;
    if (format == "csv" || format == "jsonl" || format == "detect")
      return absl::OkStatus();
    return UsageError(
        absl::StrCat("--format: ", Quoted(format), " is not csv or jsonl"));
  }

  absl::Status OpenSource() {
    absl::StatusOr<std::unique_ptr<RecordSource>> source =
        OpenRecords(kind_, mapping_, format_, *window_);
    if (!source.ok())
      return absl::Status(source.status().code(),
                          absl::StrCat(path_, ": ", source.status().message()));
    source_ = *std::move(source);
    told_ignored_ = source_->Ignored();
    TellIgnored(told_ignored_);
    return absl::OkStatus();
  }

  void TellIgnored(const std::vector<std::string>& names) {
    if (!names.empty())
      console_.Line(absl::StrCat("warning: ", path_,
                                 ": ignored: ", absl::StrJoin(names, ", ")));
  }

  absl::Status ImportKind() {
    switch (kind_) {
      case Kind::kCustomers:
        return Import<wire::Customer>(&wire::AdminClient::importCustomers);
      case Kind::kProducts:
        return Import<wire::Product>(&wire::AdminClient::importProducts);
      case Kind::kStock:
        return Import<wire::StockLevel>(&wire::AdminClient::importStock);
      case Kind::kPurchases:
        return Import<wire::Purchase>(&wire::AdminClient::importPurchases);
      case Kind::kReturns:
        return Import<wire::PurchaseReturn>(&wire::AdminClient::importReturns);
      case Kind::kEvents:
        return Import<wire::Event>(&wire::AdminClient::importEvents);
    }
    return absl::OkStatus();
  }

  template <typename T>
  using Method = void (wire::AdminClient::*)(std::vector<wire::ItemOutcome>&,
                                             const std::vector<T>&);

  template <typename T>
  absl::Status Import(Method<T> method) {
    const SendBatch<T> send = [this, method](const std::vector<T>& values)
        -> absl::StatusOr<std::vector<wire::ItemOutcome>> {
      std::vector<wire::ItemOutcome> outcomes;
      PATRON_RETURN_IF_ERROR(connection_->Admin([&](wire::AdminClient& admin) {
        (admin.*method)(outcomes, values);
      }));
      return outcomes;
    };
    Importer<T> importer(*source_, {mapping_.time_zone, mapping_.amounts}, send,
                         options_, report_);
    const absl::Time start = context_.clock.Now();
    importer.on_progress = [&](int64_t rows) { Draw(rows, start); };
    const absl::Status status = importer.Run();
    elapsed_ = context_.clock.Now() - start;
    console_.Done();
    counts_ = importer.counts();
    if (told_ignored_.empty()) TellIgnored(source_->Ignored());
    return status;
  }

  void Draw(int64_t rows, absl::Time start) {
    if (!console_.is_terminal()) return;
    const absl::Time now = context_.clock.Now();
    if (now - drawn_ < kRedraw) return;
    drawn_ = now;
    console_.Progress(ProgressText(input_->BytesRead(), input_->BytesInAll(),
                                   rows, now - start));
  }

  std::string ElementName() const {
    return kind_ == Kind::kPurchases ? "receipts"
                                     : std::string(KindName(kind_));
  }

  int64_t RowsPerSecond() const {
    const double seconds = absl::ToDoubleSeconds(elapsed_);
    return seconds > 0 ? static_cast<int64_t>(counts_.rows / seconds) : 0;
  }

  void PrintSummary() const {
    if (context_.json)
      context_.out << ToLine(SummaryJson()) << std::endl;
    else
      PrintSummarySheet();
  }

  Json SummaryJson() const {
    Json json;
    json["kind"] = std::string(KindName(kind_));
    json["file"] = path_;
    json["rows"] = counts_.rows;
    json["imported"] = counts_.imported;
    json["already_known"] = counts_.already_known;
    json["refused"] = counts_.refused;
    json["refused_rows"] = counts_.refused_rows;
    json["skipped_rows"] = counts_.skipped_rows;
    if (HasLines(kind_)) json["lines"] = counts_.lines;
    if (kind_ == Kind::kPurchases) {
      json["amounts"] = Json::object();
      for (const auto& [currency, amount] : counts_.amounts)
        json["amounts"][currency] = amount;
    }
    json["seconds"] = absl::ToDoubleSeconds(elapsed_);
    json["rows_per_second"] = RowsPerSecond();
    return json;
  }

  void PrintSummarySheet() const {
    Sheet sheet;
    sheet.Add("rows", FormatCount(counts_.rows));
    if (counts_.skipped_rows > 0)
      sheet.Add("skipped", FormatCount(counts_.skipped_rows) +
                               " rows, as the mapping says");
    sheet.Add(ElementName() + " imported", FormatCount(counts_.imported));
    if (HasLines(kind_)) sheet.Add("lines", FormatCount(counts_.lines));
    for (const auto& [currency, amount] : counts_.amounts)
      sheet.Add("amount", FormatMoney(amount, currency));
    sheet.Add("already known", FormatCount(counts_.already_known));
    sheet.Add("refused",
              counts_.refused == 0
                  ? "0"
                  : absl::StrCat(FormatCount(counts_.refused), " (",
                                 FormatCount(counts_.refused_rows), " rows)"));
    sheet.Add("time", absl::StrFormat("%.1f s, %s rows/s",
                                      absl::ToDoubleSeconds(elapsed_),
                                      FormatCount(RowsPerSecond())));
    sheet.Print(context_.out);
  }

  Context& context_;
  const Args& args_;
  const std::string path_;
  Console console_;
  ErrorReport report_;
  Kind kind_ = Kind::kCustomers;
  Format format_ = Format::kDetect;
  KindMapping mapping_;
  ImportOptions options_;
  std::unique_ptr<ByteSource> input_;
  std::unique_ptr<InputWindow> window_;
  std::unique_ptr<RecordSource> source_;
  std::vector<std::string> told_ignored_;
  std::unique_ptr<Connection> connection_;
  ImportCounts counts_;
  absl::Duration elapsed_;
  absl::Time drawn_ = absl::InfinitePast();
};

}  // namespace

absl::StatusOr<int> RunImport(Context& context, const Args& args) {
  return ImportCommand(context, args).Run();
}

}  // namespace patron::cli
