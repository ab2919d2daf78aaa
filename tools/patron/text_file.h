// Small files of text, whole.
//
// Errors: kNotFound naming the path where it cannot be read, kDataLoss where it
// cannot be written.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace patron::cli {

absl::StatusOr<std::string> ReadTextFile(const std::string& path);
absl::Status WriteTextFile(const std::string& path, absl::string_view text);

// Lines without white space around them; empty ones are left out.
std::vector<std::string> LinesOf(absl::string_view text);
absl::StatusOr<std::vector<std::string>> ReadLinesOf(const std::string& path);

}  // namespace patron::cli
