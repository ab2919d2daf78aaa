// A large shop: how long learning takes, what the server holds in memory, and
// the suites in-process and recommend over it.
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/base/status_macros.h"
#include "tools/bench/fixture.h"
#include "tools/bench/shop_data.h"
#include "tools/bench/suites.h"

namespace patron::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kMostSeconds = 20 * 60;
constexpr double kMostMiB = 6 * 1024;

Figure FigureOf(std::string setting, double value, const char* unit,
                double most) {
  Figure figure;
  figure.bench = "scale";
  figure.setting = std::move(setting);
  figure.value = value;
  figure.unit = unit;
  figure.floor = "at most";
  figure.floor_value = most;
  return figure;
}

// Learns anew: how long that takes is what is asked.
absl::Status LearnAndTell(const BenchOptions& options, const ShopData& shop,
                          Report& report) {
  const fs::path scratch = shop.data.parent_path();
  PATRON_ASSIGN_OR_RETURN(const auto server,
                          ServerProcess::Start(options, shop.data, scratch));
  PATRON_ASSIGN_OR_RETURN(const BuildOutcome built,
                          BuildIndex(options, *server, scratch));
  report.Add(FigureOf("build-index, published",
                      absl::ToDoubleSeconds(built.took), "s", kMostSeconds));
  for (const auto& [stage, seconds] : built.stages)
    report.Add(FigureOf(absl::StrCat("build-index, ", stage), seconds, "s",
                        kMostSeconds));
  PATRON_ASSIGN_OR_RETURN(const wire::Stats stats, server->Stats());
  report.Add(FigureOf("memory of the server",
                      static_cast<double>(stats.resident_bytes) / (1 << 20),
                      "MiB", kMostMiB));
  PATRON_RETURN_IF_ERROR(server->Stop());
  MarkLearned(shop);
  return absl::OkStatus();
}

}  // namespace

absl::Status RunScale(const BenchOptions& options, const fs::path& work,
                      Report& report) {
  BenchOptions sized = options;
  sized.shop = options.scale;
  PATRON_ASSIGN_OR_RETURN(const ShopData shop, PrepareImported(sized, work));
  PATRON_RETURN_IF_ERROR(LearnAndTell(sized, shop, report));
  PATRON_RETURN_IF_ERROR(RunInProcess(sized, work, report));
  return RunRecommend(sized, work, report);
}

}  // namespace patron::bench
