#include "tools/patron/definitions_folder.h"

#include <exception>
#include <filesystem>
#include <sstream>
#include <toml.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/validate.h"
#include "tools/patron/text_file.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kMarker[] = ".patron-version";

std::string PathIn(const std::string& folder, const std::string& name) {
  return (fs::path(folder) / name).string();
}

absl::StatusOr<std::vector<std::string>> TomlNames(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error))
    if (at->path().extension() == ".toml")
      names.push_back(at->path().filename().string());
  if (error)
    return absl::NotFoundError(absl::StrCat(folder, ": ", error.message()));
  return names;
}

void AddCodeFiles(const std::string& folder, const toml::value& file,
                  std::vector<CodeFile>& codes) {
  if (!file.contains("code_batches")) return;
  for (const toml::value& batch : file.at("code_batches").as_array())
    if (batch.contains("file"))
      codes.push_back({batch.at("id").as_string().str,
                       PathIn(folder, batch.at("file").as_string().str)});
}

}  // namespace

absl::StatusOr<DefinitionsFiles> ReadDefinitions(const std::string& folder) {
  PATRON_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                          TomlNames(folder));
  if (names.empty())
    return absl::NotFoundError(
        absl::StrCat(folder, ": has no *.toml file with definitions"));
  DefinitionsFiles files;
  for (const std::string& name : names) {
    PATRON_ASSIGN_OR_RETURN(files[name], ReadTextFile(PathIn(folder, name)));
  }
  return files;
}

absl::Status WriteDefinitions(const std::string& folder,
                              const DefinitionsFiles& files, int64_t version) {
  std::error_code error;
  fs::create_directories(folder, error);
  PATRON_ASSIGN_OR_RETURN(const std::vector<std::string> present,
                          TomlNames(folder));
  for (const std::string& name : present)
    if (!files.contains(name))
      return absl::InvalidArgumentError(absl::StrCat(
          folder, ": has ", name,
          ", which an export does not write: its tables would stand twice; "
          "remove it or name another folder"));
  for (const auto& [name, text] : files)
    PATRON_RETURN_IF_ERROR(WriteTextFile(PathIn(folder, name), text));
  return WriteVersionMarker(folder, version);
}

absl::StatusOr<int64_t> ReadVersionMarker(const std::string& folder) {
  const std::string path = PathIn(folder, kMarker);
  std::error_code error;
  if (!fs::exists(path, error)) return 0;
  PATRON_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  return ParseWhole(path, absl::StripAsciiWhitespace(text), kNotNegative);
}

absl::Status WriteVersionMarker(const std::string& folder, int64_t version) {
  return WriteTextFile(PathIn(folder, kMarker), absl::StrCat(version, "\n"));
}

std::vector<CodeFile> CodeFiles(const std::string& folder,
                                const DefinitionsFiles& files) {
  std::vector<CodeFile> codes;
  for (const auto& [name, text] : files) try {
      std::istringstream in(text);
      AddCodeFiles(folder, toml::parse(in, name), codes);
    } catch (const std::exception&) {
      // The server has read the file already and told what is wrong with it.
    }
  return codes;
}

}  // namespace patron::cli
