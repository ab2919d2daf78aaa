// The nightly job that learns when customers come back and what they pay:
// reads a checkpoint, fits the models of server/prediction over a sample of all
// who ever bought, and writes them as a file of definitions, prediction.toml.
// `patron apply` takes it to the server with the shop's other files: so the
// parameters are part of State, every answer names the version that it went by,
// and a shop's own version control keeps them.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "definitions_types.h"
#include "server/base/clock.h"

namespace patron::jobs {

struct FitValueOptions {
  std::filesystem::path checkpoint;
  // The file to write.
  std::filesystem::path file = "prediction.toml";
  absl::TimeZone time_zone = absl::UTCTimeZone();
  // Customers at most, evenly over all who bought: more is slower and hardly
  // better.
  int64_t sample = 50'000;
  // Fewer who bought, or fewer who came back, teach nothing.
  int64_t fewest_customers = 200;
  int64_t fewest_repeaters = 50;
};

struct FitValueReport {
  wire::Prediction prediction;
  int64_t customers = 0;  // of the sample
  int64_t repeaters = 0;  // of them, who came back
  absl::Duration took;
};

// Without amounts where the definitions name no currency, or too few paid in
// it. kFailedPrecondition for too few customers, naming both numbers;
// kUnavailable for a file that cannot be written.
absl::StatusOr<FitValueReport> FitValue(const FitValueOptions& options,
                                        const Clock& clock);

}  // namespace patron::jobs
