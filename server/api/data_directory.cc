#include "server/api/data_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/random.h"
#include "server/base/status_macros.h"

namespace patron::api {
namespace {

namespace fs = std::filesystem;

constexpr int kKeyBytes = 32;

absl::Status Refused(absl::string_view what, const fs::path& path) {
  return absl::UnavailableError(
      absl::StrCat(what, " ", path.string(), ": ", strerror(errno)));
}

absl::Status SyncDirectory(const fs::path& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return Refused("open", path);
  const bool synced = fsync(descriptor) == 0;
  close(descriptor);
  return synced ? absl::OkStatus() : Refused("sync", path);
}

absl::Status WriteAndSync(int descriptor, absl::string_view contents,
                          const fs::path& path) {
  while (!contents.empty()) {
    const ssize_t written = write(descriptor, contents.data(), contents.size());
    if (written < 0) return Refused("write", path);
    contents.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(descriptor) == 0 ? absl::OkStatus() : Refused("sync", path);
}

}  // namespace

absl::StatusOr<DataDirectory> DataDirectory::Open(const std::string& path) {
  const DataDirectory data{path};
  std::error_code error;
  if (fs::exists(data.root, error) && !fs::is_directory(data.root, error))
    return absl::FailedPreconditionError(
        absl::StrCat("data: ", path, " is not a directory"));
  fs::create_directories(data.root, error);
  if (error)
    return absl::UnavailableError(
        absl::StrCat("data: ", path, ": ", error.message()));
  const bool empty = fs::is_empty(data.root, error);
  if (error)
    return absl::UnavailableError(
        absl::StrCat("data: ", path, ": ", error.message()));
  if (!empty && !fs::is_directory(data.store()))
    return absl::FailedPreconditionError(absl::StrCat(
        "data: ", path, " is not empty and holds no Patron store"));
  return data;
}

absl::Status ReplaceFile(const fs::path& path, absl::string_view contents,
                         bool only_owner_reads) {
  const fs::path temporary = path.string() + ".new";
  const int descriptor =
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
           only_owner_reads ? 0600 : 0644);
  if (descriptor < 0) return Refused("open", temporary);
  const absl::Status status = WriteAndSync(descriptor, contents, temporary);
  close(descriptor);
  PATRON_RETURN_IF_ERROR(status);
  if (rename(temporary.c_str(), path.c_str()) != 0)
    return Refused("rename", temporary);
  return SyncDirectory(path.parent_path());
}

absl::StatusOr<std::string> ReadWholeFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return absl::NotFoundError(absl::StrCat(path.string(), " cannot be read"));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

absl::StatusOr<std::string> ReadOrMakeKey(const DataDirectory& data) {
  const fs::path path = data.impression_key();
  if (!fs::exists(path))
    PATRON_RETURN_IF_ERROR(ReplaceFile(path,
                                       absl::StrCat(RandomHex(kKeyBytes), "\n"),
                                       /*only_owner_reads=*/true));
  PATRON_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(path));
  const std::string key(absl::StripAsciiWhitespace(text));
  if (key.size() != 2 * kKeyBytes)
    return absl::FailedPreconditionError(
        absl::StrCat(path.string(), ": holds ", key.size(), " digits, wanted ",
                     2 * kKeyBytes));
  return key;
}

}  // namespace patron::api
