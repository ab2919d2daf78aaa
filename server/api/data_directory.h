// The one directory that a server owns:
//
//   store/                State (server/store)
//   artefacts/<version>/  Knowledge (index/artefact.h)
//   artefacts/CURRENT     two lines: the version that serves, the one before it
//   checkpoints/<position>/
//   impression.key        secret that signs impression tokens; only the owner
//                         may read it
//
// Errors: kFailedPrecondition for a directory that holds something else;
//         kUnavailable for what the disk refuses.
#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace patron::api {

struct DataDirectory {
  std::filesystem::path root;

  std::filesystem::path store() const { return root / "store"; }
  std::filesystem::path artefacts() const { return root / "artefacts"; }
  std::filesystem::path checkpoints() const { return root / "checkpoints"; }
  std::filesystem::path impression_key() const {
    return root / "impression.key";
  }

  // Makes the directory where it is absent, refuses one that is not ours.
  static absl::StatusOr<DataDirectory> Open(const std::string& path);
};

// Replaces the file whole or not at all: a temporary file beside it, synced,
// renamed, the directory synced.
absl::Status ReplaceFile(const std::filesystem::path& path,
                         absl::string_view contents, bool only_owner_reads);

// kNotFound if there is no such file.
absl::StatusOr<std::string> ReadWholeFile(const std::filesystem::path& path);

// The secret of impression.key, made at the first start.
absl::StatusOr<std::string> ReadOrMakeKey(const DataDirectory& data);

}  // namespace patron::api
