// Campaigns in a TOML file of their own, written as in a shop's folder.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "definitions_types.h"

namespace patron::cli {

// The [[campaigns]] of the file. Amounts without a currency are in `currency`
// unless the file has a [shop] that says another; times without a zone are in
// `zone`. kInvalidArgument for a file without one, or with something else in
// it; naming file, line and key of a mistake.
absl::StatusOr<std::vector<wire::Campaign>> ReadCampaigns(
    const std::string& path, const std::string& currency,
    const absl::TimeZone& zone);

}  // namespace patron::cli
