#include "server/api/checkpoints.h"

#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/commit/state.h"

namespace patron::api {
namespace {

namespace fs = std::filesystem;

constexpr char kMaking[] = "making";

absl::Status Failed(absl::string_view what, const fs::path& path,
                    const std::error_code& error) {
  return absl::UnavailableError(
      absl::StrCat(what, " ", path.string(), ": ", error.message()));
}

// The position is read from the copy itself: the log goes on meanwhile.
absl::StatusOr<uint64_t> PositionOf(const fs::path& checkpoint) {
  PATRON_ASSIGN_OR_RETURN(const auto store,
                          store::Store::OpenReadOnly(checkpoint.string()));
  PATRON_ASSIGN_OR_RETURN(const commit::Applied applied,
                          commit::ReadApplied(*store));
  return applied.position.value();
}

}  // namespace

Checkpoints::Checkpoints(fs::path root, const store::Store& store)
    : root_(std::move(root)), store_(store) {
  std::error_code ignored;
  fs::remove_all(root_ / kMaking, ignored);
}

fs::path Checkpoints::FreeName(uint64_t position) const {
  fs::path name = root_ / absl::StrCat(position);
  for (int again = 2; fs::exists(name); ++again)
    name = root_ / absl::StrCat(position, "-", again);
  return name;
}

absl::StatusOr<wire::CheckpointInfo> Checkpoints::Create() {
  const absl::MutexLock lock(&mutex_);
  const fs::path making = root_ / kMaking;
  std::error_code error;
  fs::create_directories(root_, error);
  fs::remove_all(making, error);
  if (error) return Failed("checkpoint", making, error);
  PATRON_RETURN_IF_ERROR(store_.CreateCheckpoint(making.string()));
  PATRON_ASSIGN_OR_RETURN(const uint64_t position, PositionOf(making));
  const fs::path path = FreeName(position);
  fs::rename(making, path, error);
  if (error) return Failed("checkpoint", path, error);
  wire::CheckpointInfo info;
  info.path = fs::absolute(path).string();
  info.log_position = static_cast<int64_t>(position);
  info.store_uuid = store_.uuid();
  return info;
}

absl::Status Checkpoints::Drop(const std::string& path) {
  const absl::MutexLock lock(&mutex_);
  const fs::path given(path);
  const fs::path name = given.filename();
  const bool ours = !name.empty() && name != "." && name != ".." &&
                    given == fs::absolute(root_) / name;
  if (!ours)
    return absl::InvalidArgumentError(
        absl::StrCat("path: ", Quoted(path), " is not a checkpoint in ",
                     fs::absolute(root_).string()));
  if (!fs::exists(given))
    return absl::NotFoundError(
        absl::StrCat("path: no checkpoint at ", Quoted(path)));
  std::error_code error;
  fs::remove_all(given, error);
  return error ? Failed("checkpoint", given, error) : absl::OkStatus();
}

}  // namespace patron::api
