// The nightly job that learns how customers respond to offers: reads a
// checkpoint, looks at every personal offer that was issued and whose fate is
// known, and writes a response model beside the others; the server takes the
// newest.
//
// An example is a customer and an offer as they stood when it was issued: her
// facts are counted anew over the purchases before. Used at least once is a
// use; expired without is none; one that may still be used is left out.
// Catalogue and definitions are today's. Threads: one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/store/store.h"
#include "server/targeting/response.h"

namespace patron::jobs {

struct LearnResponseOptions {
  std::filesystem::path checkpoint;
  std::filesystem::path artefacts;
  // "" = the time of the run, as 20261121T020000Z.
  std::string version;
  absl::TimeZone time_zone = absl::UTCTimeZone();
  targeting::LearnOptions learn;
  // Fewer examples, or fewer uses among them, teach nothing.
  int64_t fewest_examples = 100;
  int64_t fewest_uses = 10;
};

struct LearnResponseReport {
  std::filesystem::path file;
  int64_t examples = 0;
  int64_t used = 0;
};

// In the order of customers and of issue.
absl::StatusOr<std::vector<targeting::Example>> ReadResponses(
    const store::Store& store, absl::Time now, const absl::TimeZone& zone);

// kFailedPrecondition for too few examples or uses, naming both numbers;
// kUnavailable for a file that cannot be written.
absl::StatusOr<LearnResponseReport> LearnResponse(
    const LearnResponseOptions& options, const Clock& clock);

}  // namespace patron::jobs
