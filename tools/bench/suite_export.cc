// A segment of everybody through the command line, to a file and to nowhere,
// beside writing the same bytes.
#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/clock.h"
#include "server/base/status_macros.h"
#include "tools/bench/fixture.h"
#include "tools/bench/shop_data.h"
#include "tools/bench/stop.h"
#include "tools/bench/suites.h"

namespace patron::bench {
namespace {

namespace fs = std::filesystem;

// What a marketer takes along: some of the profile and some of what was bought.
constexpr char kFields[] =
    "birth_year,preferred_store,purchases,days_since_last_purchase";

class ExportSuite {
 public:
  ExportSuite(const BenchOptions& options, const ServerProcess& server,
              const fs::path& scratch)
      : options_(options), server_(server), scratch_(scratch) {}

  absl::Status Round(const std::string& format) {
    Setting& setting = settings_[format];
    const fs::path file = scratch_ / ("everybody." + format);
    PATRON_ASSIGN_OR_RETURN(const double to_file, Export(format, file));
    PATRON_ASSIGN_OR_RETURN(const double nowhere, Export(format, "/dev/null"));
    const std::string bytes = Contents(file);
    setting.rows = RowsOf(bytes, format);
    setting.to_file.push_back(setting.rows / to_file);
    setting.nowhere.push_back(setting.rows / nowhere);
    setting.floor.push_back(setting.rows / TimeToWrite(bytes));
    return absl::OkStatus();
  }

  absl::Status CheckComplete() const {
    for (const auto& [format, setting] : settings_)
      if (setting.rows != static_cast<double>(options_.large.customers))
        return absl::InternalError(
            absl::StrCat("export: ", setting.rows, " rows, ",
                         options_.large.customers, " customers"));
    return absl::OkStatus();
  }

  void Tell(Report& report) const {
    for (const auto& [format, setting] : settings_) {
      report.Add(MakeFigure(absl::StrCat(format, " to a file"), setting.to_file,
                            setting));
      report.Add(MakeFigure(absl::StrCat(format, " to /dev/null"),
                            setting.nowhere, setting));
    }
  }

 private:
  struct Setting {
    double rows = 0;
    std::vector<double> to_file, nowhere, floor;  // rows a second
  };

  // Seconds of `patron segment export`, its start among them.
  absl::StatusOr<double> Export(const std::string& format,
                                const fs::path& out) const {
    const RealClock clock;
    const absl::Time start = clock.Now();
    PATRON_RETURN_IF_ERROR(
        RunProgram(options_, "patron",
                   {"segment", "export", "--rule", "identified", "--fields",
                    kFields, "--format", format, "--out", out.string(),
                    "--server", server_.address()},
                   scratch_)
            .status());
    return absl::ToDoubleSeconds(clock.Now() - start);
  }

  static double RowsOf(const std::string& bytes, const std::string& format) {
    const auto lines = std::count(bytes.begin(), bytes.end(), '\n');
    return static_cast<double>(format == "csv" ? lines - 1 : lines);
  }

  double TimeToWrite(const std::string& bytes) const {
    const RealClock clock;
    const absl::Time start = clock.Now();
    {
      std::ofstream file(scratch_ / "floor", std::ios::binary);
      file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    return absl::ToDoubleSeconds(clock.Now() - start);
  }

  static Figure MakeFigure(const std::string& setting,
                           const std::vector<double>& rates,
                           const Setting& measured) {
    Figure figure;
    figure.bench = "export";
    figure.setting = setting;
    figure.value = Median(rates);
    figure.unit = "rows/s";
    figure.floor = "writing the same bytes to a file";
    figure.floor_value = Median(measured.floor);
    return figure;
  }

  const BenchOptions& options_;
  const ServerProcess& server_;
  const fs::path scratch_;
  std::map<std::string, Setting> settings_;
};

}  // namespace

absl::Status RunExport(const BenchOptions& options, const fs::path& work,
                       Report& report) {
  BenchOptions large = options;
  large.shop = options.large;
  PATRON_ASSIGN_OR_RETURN(const ShopData shop, PrepareImported(large, work));
  const ScratchDirectory scratch(work);
  PATRON_RETURN_IF_ERROR(CopyData(shop.data, scratch.path() / "data"));
  PATRON_ASSIGN_OR_RETURN(
      const auto server,
      ServerProcess::Start(large, scratch.path() / "data", scratch.path()));
  ExportSuite suite(large, *server, scratch.path());
  for (int round = 1; round <= options.rounds; ++round) {
    PATRON_RETURN_IF_ERROR(CheckStop());
    Tell(absl::StrCat("export: round ", round, " of ", options.rounds));
    for (const char* format : {"csv", "jsonl"})
      PATRON_RETURN_IF_ERROR(suite.Round(format));
  }
  PATRON_RETURN_IF_ERROR(suite.CheckComplete());
  suite.Tell(report);
  return server->Stop();
}

}  // namespace patron::bench
