#include "jobs/whole_file.h"

#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace patron::jobs {

absl::Status WriteWhole(const std::filesystem::path& file,
                        const std::string& text) {
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  const std::filesystem::path draft = file.string() + ".draft";
  std::ofstream out(draft, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) std::filesystem::rename(draft, file, error);
  if (!out || error)
    return absl::UnavailableError(
        absl::StrCat(file.string(), ": cannot be written: ", error.message()));
  return absl::OkStatus();
}

}  // namespace patron::jobs
