// Importing a shop's files, building its index, and what the server takes.
#include <iostream>

#include "absl/strings/str_cat.h"
#include "server/base/clock.h"
#include "server/base/status_macros.h"
#include "server/store/store.h"
#include "tools/bench/fixture.h"
#include "tools/bench/shop_data.h"
#include "tools/bench/suites.h"
#include "tools/patron/console.h"
#include "tools/patron/error_report.h"
#include "tools/patron/importer.h"
#include "tools/patron/input.h"
#include "tools/patron/mapping.h"
#include "tools/patron/record.h"

namespace patron::bench {
namespace {

namespace fs = std::filesystem;

// Lines a second of reading and decoding the file as `patron import` does, with
// nobody to send to.
absl::StatusOr<double> ReadingRate(const fs::path& file) {
  PATRON_ASSIGN_OR_RETURN(const auto input, cli::OpenInput(file.string()));
  cli::InputWindow window(*input);
  const cli::KindMapping mapping;
  PATRON_ASSIGN_OR_RETURN(const auto source,
                          cli::OpenRecords(cli::Kind::kPurchases, mapping,
                                           cli::Format::kDetect, window));
  cli::Console console(std::cerr, /*is_terminal=*/false);
  cli::ErrorReport errors(console, file.string());
  const cli::SendBatch<wire::Purchase> send =
      [](const std::vector<wire::Purchase>& purchases) {
        return std::vector<wire::ItemOutcome>(purchases.size());
      };
  const cli::ImportOptions options;
  cli::Importer<wire::Purchase> importer(
      *source, {mapping.time_zone, mapping.amounts}, send, options, errors);
  const RealClock clock;
  const absl::Time start = clock.Now();
  PATRON_RETURN_IF_ERROR(importer.Run());
  return static_cast<double>(importer.counts().lines) /
         absl::ToDoubleSeconds(clock.Now() - start);
}

Figure ImportFigure(const ImportOutcome& outcome, double reading) {
  Figure figure;
  figure.bench = "import";
  figure.setting = absl::StrCat("purchases, ",
                                static_cast<int64_t>(outcome.lines), " lines");
  figure.value = outcome.lines / outcome.seconds;
  figure.unit = "lines/s";
  figure.floor = "the same file read and sent nowhere";
  figure.floor_value = reading;
  return figure;
}

// Seconds of one pass over all purchase rows of the store.
absl::StatusOr<double> ScanSeconds(const fs::path& data) {
  PATRON_ASSIGN_OR_RETURN(
      const auto store, store::Store::OpenReadOnly((data / "store").string()));
  const RealClock clock;
  const absl::Time start = clock.Now();
  PATRON_RETURN_IF_ERROR(
      store->Scan(store::Family::kPurchases, "", "",
                  [](absl::string_view, absl::string_view) { return true; }));
  return absl::ToDoubleSeconds(clock.Now() - start);
}

Figure IndexFigure(absl::Duration took, double scan) {
  Figure figure;
  figure.bench = "index-build";
  figure.setting = "build-index, published";
  figure.value = absl::ToDoubleSeconds(took);
  figure.unit = "s";
  figure.floor = "one pass over the purchase rows";
  figure.floor_value = scan;
  return figure;
}

Figure MemoryFigure(const wire::Stats& stats) {
  constexpr double kMiB = 1 << 20;
  Figure figure;
  figure.bench = "memory";
  figure.setting = "server, after import and publication";
  figure.value = static_cast<double>(stats.resident_bytes) / kMiB;
  figure.unit = "MiB";
  figure.floor = "the store on disk";
  figure.floor_value = static_cast<double>(stats.store_bytes) / kMiB;
  return figure;
}

}  // namespace

absl::Status RunImport(const BenchOptions& options, const fs::path& work,
                       Report& report) {
  PATRON_ASSIGN_OR_RETURN(const fs::path csv, PrepareFiles(options, work));
  Tell("import: reading the file of purchases");
  PATRON_ASSIGN_OR_RETURN(const double reading,
                          ReadingRate(csv / "purchases.csv"));
  const ScratchDirectory scratch(work);
  const fs::path data = scratch.path() / "data";
  PATRON_ASSIGN_OR_RETURN(const auto server,
                          ServerProcess::Start(options, data, scratch.path()));
  for (const char* kind : {"products", "customers", "stock"})
    PATRON_RETURN_IF_ERROR(
        Import(options, kind, csv, *server, scratch.path()).status());
  PATRON_ASSIGN_OR_RETURN(
      const ImportOutcome purchases,
      Import(options, "purchases", csv, *server, scratch.path()));
  report.Add(ImportFigure(purchases, reading));
  PATRON_ASSIGN_OR_RETURN(const BuildOutcome built,
                          BuildIndex(options, *server, scratch.path()));
  PATRON_ASSIGN_OR_RETURN(const wire::Stats stats, server->Stats());
  PATRON_RETURN_IF_ERROR(server->Stop());
  PATRON_ASSIGN_OR_RETURN(const double scan, ScanSeconds(data));
  report.Add(IndexFigure(built.took, scan));
  report.Add(MemoryFigure(stats));
  return absl::OkStatus();
}

}  // namespace patron::bench
