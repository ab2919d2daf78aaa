// Segments that every shop has without writing a rule: one table of id, name,
// meaning, rule and thresholds (REQUIREMENTS S3).
//
// A threshold has a name and a default; Definitions.thresholds overrides it by
// that name, for every segment that uses it. Meaning and rule are texts with
// {threshold} in them ({threshold:money} in the shop's currency). Several
// segments share a threshold on purpose: "lapsing" begins where "active" ends.
// Threads: any. Errors: kInvalidArgument naming the threshold.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "definitions_types.h"

namespace patron::segments {

struct Threshold {
  const char* name;
  int64_t fallback;
  int64_t least;
  int64_t most;
  const char* help;  // unit and meaning
};

absl::Span<const Threshold> Thresholds();

// Every ready-made segment, with the thresholds that are in force filled in.
// `currency`: the shop's; "" counts money of all currencies together.
std::vector<wire::Segment> ReadyMade(
    const std::map<std::string, int64_t>& thresholds,
    const std::string& currency);

bool IsReadyMade(absl::string_view segment_id);

// Names that no ready-made segment uses, and values out of range.
absl::Status CheckThresholds(const std::map<std::string, int64_t>& thresholds);

}  // namespace patron::segments
