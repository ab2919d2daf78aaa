#include "server/api/learned.h"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/api/data_directory.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"

namespace patron::api {
namespace {

std::vector<std::string> NamesIn(const std::filesystem::path& folder) {
  std::error_code ignored;
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator at(folder, ignored), end;
       !ignored && at != end; at.increment(ignored))
    if (at->path().extension() == ".json")
      names.push_back(at->path().stem().string());
  std::sort(names.rbegin(), names.rend());
  return names;
}

}  // namespace

std::string Learned::ServingIndex() const {
  const auto serving = keeper_.holder().Get();
  return serving == nullptr ? "" : serving->manifest().version;
}

std::string Learned::NewestResponse() const {
  for (const std::string& name : NamesIn(models_)) {
    const absl::Status status = Response(name).status();
    if (status.ok()) return name;
    LogWarning(absl::StrCat("response model ", name,
                            " is passed over: ", status.message()));
  }
  return "";
}

absl::StatusOr<std::shared_ptr<const index::Artefact>> Learned::Index(
    const std::string& version) const {
  if (version.empty()) return nullptr;
  return keeper_.Find(version);
}

absl::StatusOr<std::shared_ptr<const targeting::ResponseModel>>
Learned::Response(const std::string& version) const {
  if (version.empty()) return nullptr;
  const auto text = ReadWholeFile(models_ / absl::StrCat(version, ".json"));
  if (!text.ok())
    return absl::NotFoundError(
        absl::StrCat("response_version: no response "
                     "model ",
                     version, " in ", models_.string()));
  PATRON_ASSIGN_OR_RETURN(auto model,
                          targeting::ResponseModel::FromJson(*text));
  return std::make_shared<const targeting::ResponseModel>(std::move(model));
}

}  // namespace patron::api
