// A file that is there whole or not at all.
#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"

namespace patron::jobs {

// Makes its folder where there is none. kUnavailable naming the file.
absl::Status WriteWhole(const std::filesystem::path& file,
                        const std::string& text);

}  // namespace patron::jobs
