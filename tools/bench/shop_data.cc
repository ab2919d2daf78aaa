#include "tools/bench/shop_data.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "server/base/clock.h"
#include "server/base/status_macros.h"
#include "tools/datagen/csv_files.h"
#include "tools/datagen/options.h"
#include "tools/datagen/shop.h"

namespace patron::bench {
namespace {

namespace fs = std::filesystem;

// Stands beside what is whole, and where it was learned from too.
constexpr char kDone[] = "DONE";
constexpr char kLearned[] = "LEARNED";

fs::path DirectoryOf(const BenchOptions& options, const fs::path& work) {
  return work / absl::StrCat("shop-", options.shop.customers, "-",
                             options.shop.products, "-", options.shop.lines,
                             options.shop.recent ? "-recent" : "");
}

absl::StatusOr<datagen::ShopOptions> ToDatagen(const ShopSize& size) {
  PATRON_ASSIGN_OR_RETURN(auto options, datagen::SizeOptions("medium"));
  options.customers = static_cast<int>(size.customers);
  options.products = static_cast<int>(size.products);
  options.lines = size.lines;
  options.events = false;
  if (size.recent)
    options.end_day =
        absl::ToCivilDay(RealClock().Now(), absl::UTCTimeZone()) - 1;
  return options;
}

absl::Status Copy(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy(from, to, fs::copy_options::recursive, error);
  if (!error) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("copying ", from.string(), " to ",
                                          to.string(), ": ", error.message()));
}

// Empties `directory` unless it is whole; whether there is something to do.
bool Begin(const fs::path& directory) {
  if (fs::exists(directory / kDone)) return false;
  fs::remove_all(directory);
  fs::create_directories(directory);
  return true;
}

void End(const fs::path& directory, const char* mark = kDone) {
  std::ofstream(directory / mark) << "\n";
}

absl::Status ImportAll(const BenchOptions& options, const fs::path& csv,
                       const fs::path& data, const fs::path& scratch) {
  PATRON_ASSIGN_OR_RETURN(const auto server,
                          ServerProcess::Start(options, data, scratch));
  for (const char* kind : {"products", "customers", "stock", "purchases"})
    PATRON_RETURN_IF_ERROR(
        Import(options, kind, csv, *server, scratch).status());
  return server->Stop();
}

absl::Status Learn(const BenchOptions& options, const fs::path& data,
                   const fs::path& scratch) {
  PATRON_ASSIGN_OR_RETURN(const auto server,
                          ServerProcess::Start(options, data, scratch));
  PATRON_RETURN_IF_ERROR(BuildIndex(options, *server, scratch).status());
  return server->Stop();
}

}  // namespace

absl::StatusOr<ImportOutcome> Import(const BenchOptions& options,
                                     const std::string& kind,
                                     const fs::path& csv,
                                     const ServerProcess& server,
                                     const fs::path& scratch) {
  Tell(absl::StrCat("importing ", kind));
  PATRON_ASSIGN_OR_RETURN(
      const std::string told,
      RunProgram(options, "patron",
                 {"import", kind, (csv / (kind + ".csv")).string(), "--server",
                  server.address(), "--json"},
                 scratch));
  const auto json = nlohmann::json::parse(told, nullptr, false);
  if (json.is_discarded() || !json.contains("seconds"))
    return absl::InternalError(absl::StrCat("patron import told: ", told));
  if (json.value("refused", 0) != 0)
    return absl::InternalError(absl::StrCat("patron import refused ",
                                            json.value("refused", 0), " of ",
                                            json.value("rows", 0), " rows"));
  ImportOutcome outcome;
  outcome.lines = json.value("lines", json.value("rows", 0.0));
  outcome.seconds = json.value("seconds", 0.0);
  Tell(absl::StrFormat("  %.0f in %.1f s", outcome.lines, outcome.seconds));
  return outcome;
}

absl::StatusOr<BuildOutcome> BuildIndex(const BenchOptions& options,
                                        const ServerProcess& server,
                                        const fs::path& scratch) {
  Tell("building the index");
  const RealClock clock;
  const absl::Time start = clock.Now();
  PATRON_ASSIGN_OR_RETURN(
      const std::string told,
      RunProgram(options, "patron-jobs",
                 {"build-index", absl::StrCat("--server=", server.address()),
                  "--json"},
                 scratch));
  BuildOutcome outcome;
  outcome.took = clock.Now() - start;
  Tell(absl::StrFormat("  in %.1f s", absl::ToDoubleSeconds(outcome.took)));
  const auto json = nlohmann::json::parse(told, nullptr, false);
  if (!json.is_object())
    return absl::InternalError(absl::StrCat("patron-jobs told: ", told));
  for (const auto& [name, value] : json.items())
    if (absl::EndsWith(name, "_s") && value.is_number())
      outcome.stages.emplace_back(absl::StripSuffix(name, "_s"),
                                  value.get<double>());
  return outcome;
}

absl::StatusOr<fs::path> PrepareFiles(const BenchOptions& options,
                                      const fs::path& work) {
  const fs::path csv = DirectoryOf(options, work) / "csv";
  if (!Begin(csv)) return csv;
  Tell(absl::StrCat("generating ", options.shop.customers, " customers, ",
                    options.shop.products, " products, ", options.shop.lines,
                    " lines"));
  PATRON_ASSIGN_OR_RETURN(const auto generated, ToDatagen(options.shop));
  PATRON_ASSIGN_OR_RETURN(const auto shop, datagen::Shop::Make(generated));
  PATRON_RETURN_IF_ERROR(datagen::WriteShop(*shop, csv.string(), {}).status());
  End(csv);
  return csv;
}

absl::StatusOr<ShopData> PrepareImported(const BenchOptions& options,
                                         const fs::path& work) {
  ShopData shop;
  PATRON_ASSIGN_OR_RETURN(shop.csv, PrepareFiles(options, work));
  const fs::path directory = DirectoryOf(options, work) / "server";
  shop.data = directory / "data";
  if (!Begin(directory)) return shop;
  PATRON_RETURN_IF_ERROR(ImportAll(options, shop.csv, shop.data, directory));
  End(directory);
  return shop;
}

absl::StatusOr<ShopData> PrepareShop(const BenchOptions& options,
                                     const fs::path& work) {
  PATRON_ASSIGN_OR_RETURN(ShopData shop, PrepareImported(options, work));
  const fs::path directory = shop.data.parent_path();
  if (fs::exists(directory / kLearned)) return shop;
  PATRON_RETURN_IF_ERROR(Learn(options, shop.data, directory));
  MarkLearned(shop);
  return shop;
}

void MarkLearned(const ShopData& shop) {
  End(shop.data.parent_path(), kLearned);
}

absl::Status CopyData(const fs::path& from, const fs::path& to) {
  return Copy(from, to);
}

}  // namespace patron::bench
