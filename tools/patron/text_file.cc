#include "tools/patron/text_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/status_macros.h"

namespace patron::cli {

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  if (!file || std::filesystem::is_directory(path, error))
    return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

absl::Status WriteTextFile(const std::string& path, absl::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(path, ": cannot be written"));
}

std::vector<std::string> LinesOf(absl::string_view text) {
  std::vector<std::string> lines;
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipWhitespace()))
    lines.emplace_back(absl::StripAsciiWhitespace(line));
  return lines;
}

absl::StatusOr<std::vector<std::string>> ReadLinesOf(const std::string& path) {
  PATRON_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  return LinesOf(text);
}

}  // namespace patron::cli
