// patron-bench: measures suites and prints figures beside their floors.
#include <omp.h>

#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/bench/fixture.h"
#include "tools/bench/options.h"
#include "tools/bench/report.h"
#include "tools/bench/stop.h"
#include "tools/bench/suites.h"

namespace patron::bench {
namespace {

struct Suite {
  const char* name;
  absl::Status (*run)(const BenchOptions&, const std::filesystem::path&,
                      Report&);
  bool in_all = true;
};

constexpr Suite kSuites[] = {{"recommend", RunRecommend},
                             {"purchase", RunPurchase},
                             {"quote", RunQuote},
                             {"bonus", RunBonus},
                             {"in-process", RunInProcess},
                             {"import", RunImport},
                             {"scale", RunScale, false},
                             {"vectors", RunVectors, false},
                             {"segments", RunSegments, false},
                             {"export", RunExport, false},
                             {"campaign", RunCampaign, false},
                             {"compare-purchase", ComparePurchase, false},
                             {"compare-coupon", CompareCoupon, false},
                             {"compare-bonus", CompareBonus, false}};

absl::Status RunSuites(const BenchOptions& options,
                       const std::filesystem::path& work) {
  Report report(std::cout, options.json);
  bool known = false;
  for (const Suite& suite : kSuites) {
    const bool wanted =
        options.suite == suite.name || (options.suite == "all" && suite.in_all);
    if (!wanted) continue;
    known = true;
    PATRON_RETURN_IF_ERROR(suite.run(options, work, report));
  }
  if (!known)
    return absl::InvalidArgumentError(
        absl::StrCat(Quoted(options.suite), " is not a suite; see --help"));
  report.Finish();
  return absl::OkStatus();
}

absl::Status Run(const BenchOptions& options) {
  if (!options.work.empty()) {
    std::filesystem::create_directories(options.work);
    return RunSuites(options, options.work);
  }
  const ScratchDirectory work(std::filesystem::temp_directory_path());
  return RunSuites(options, work.path());
}

int Main(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word != "--help" && word != "-h") continue;
    std::cout << kHelp;
    return 0;
  }
  const absl::StatusOr<BenchOptions> options = ParseOptions(words);
  absl::Status status = options.status();
  if (status.ok()) status = Run(*options);
  if (status.ok()) return 0;
  Tell(status.message());
  return absl::IsInvalidArgument(status) ? 2 : 1;
}

}  // namespace
}  // namespace patron::bench

int main(int argc, char** argv) {
  patron::bench::HoldStopSignals();
  omp_set_num_threads(1);
  return patron::bench::Main({argv + 1, argv + argc});
}
