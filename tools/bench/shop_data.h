// The shop that suites measure with: generated, imported, learned from,
// published. A data directory of patrond, with the files it was imported from.
//
// Prepared once a size and kept below --work; a preparation that was stopped is
// begun anew.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tools/bench/fixture.h"
#include "tools/bench/options.h"

namespace patron::bench {

struct ShopData {
  std::filesystem::path csv;   // products.csv, purchases.csv, …
  std::filesystem::path data;  // of patrond; nobody writes to it any more
};

// Outcome of importing one file.
struct ImportOutcome {
  double lines = 0;  // of purchases; rows of anything else
  double seconds = 0;
};

// Runs `patron import`; kInternal where a row was refused.
absl::StatusOr<ImportOutcome> Import(const BenchOptions& options,
                                     const std::string& kind,
                                     const std::filesystem::path& csv,
                                     const ServerProcess& server,
                                     const std::filesystem::path& scratch);

// What `patron-jobs build-index` told: seconds by stage, as it names them.
struct BuildOutcome {
  absl::Duration took;
  std::vector<std::pair<std::string, double>> stages;
};

// Runs it; it publishes.
absl::StatusOr<BuildOutcome> BuildIndex(const BenchOptions& options,
                                        const ServerProcess& server,
                                        const std::filesystem::path& scratch);

// Makes the files, or finds them.
absl::StatusOr<std::filesystem::path> PrepareFiles(
    const BenchOptions& options, const std::filesystem::path& work);

// Makes the shop without learning from it, or finds it.
absl::StatusOr<ShopData> PrepareImported(const BenchOptions& options,
                                         const std::filesystem::path& work);

// Makes the shop, or finds it.
absl::StatusOr<ShopData> PrepareShop(const BenchOptions& options,
                                     const std::filesystem::path& work);

// Says that `shop` was learned from, so that PrepareShop finds it so.
void MarkLearned(const ShopData& shop);

// A copy that may be written to.
absl::Status CopyData(const std::filesystem::path& from,
                      const std::filesystem::path& to);

}  // namespace patron::bench
