// The suites, each figure beside its floor. `work` is where prepared shops
// stand; what a suite writes else goes with it.
#pragma once

#include <filesystem>

#include "absl/status/status.h"
#include "tools/bench/options.h"
#include "tools/bench/report.h"

namespace patron::bench {

absl::Status RunRecommend(const BenchOptions& options,
                          const std::filesystem::path& work, Report& report);
absl::Status RunPurchase(const BenchOptions& options,
                         const std::filesystem::path& work, Report& report);
absl::Status RunQuote(const BenchOptions& options,
                      const std::filesystem::path& work, Report& report);
// Part of the suite `quote`.
absl::Status RunCommit(const BenchOptions& options,
                       const std::filesystem::path& work, Report& report);
absl::Status RunBonus(const BenchOptions& options,
                      const std::filesystem::path& work, Report& report);
absl::Status RunInProcess(const BenchOptions& options,
                          const std::filesystem::path& work, Report& report);
absl::Status RunImport(const BenchOptions& options,
                       const std::filesystem::path& work, Report& report);

// Of options.scale: index build by stage, memory, then in-process and
// recommend.
absl::Status RunScale(const BenchOptions& options,
                      const std::filesystem::path& work, Report& report);

// Of options.vectors.
absl::Status RunVectors(const BenchOptions& options,
                        const std::filesystem::path& work, Report& report);

// Of options.large.
absl::Status RunSegments(const BenchOptions& options,
                         const std::filesystem::path& work, Report& report);
absl::Status RunExport(const BenchOptions& options,
                       const std::filesystem::path& work, Report& report);
absl::Status RunCampaign(const BenchOptions& options,
                         const std::filesystem::path& work, Report& report);

// One side of tools/compare/postgres.sh: a rate alone, without a floor.
absl::Status ComparePurchase(const BenchOptions& options,
                             const std::filesystem::path& work, Report& report);
absl::Status CompareCoupon(const BenchOptions& options,
                           const std::filesystem::path& work, Report& report);
absl::Status CompareBonus(const BenchOptions& options,
                          const std::filesystem::path& work, Report& report);

}  // namespace patron::bench
