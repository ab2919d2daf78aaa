// What an artefact says of itself: the contents of its manifest.json.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "index/knowledge.h"

namespace patron::index {

inline constexpr uint32_t kArtefactFormat = 3;

struct Manifest {
  struct File {
    uint64_t size = 0;
    std::string digest;  // Digest128 in hex
    friend bool operator==(const File&, const File&) = default;
  };

  uint32_t format = kArtefactFormat;
  std::string version;        // the directory's name; sorts by age
  absl::Time created_at;      // when it was learned; whole microseconds
  std::string store_uuid;     // of the store whose purchases were learned from
  uint64_t log_position = 0;  // of the last command in them

  Day today = 0;
  uint64_t lines = 0;
  uint64_t receipts = 0;
  uint32_t products = 0;
  uint32_t stores = 0;
  uint32_t customers = 0;
  uint32_t dimensions = 0;
  std::map<std::string, double> parameters;  // of the learning
  OfflineQuality quality;
  AnnQuality ann;
  std::map<std::string, File> files;  // by name; all but the manifest
};

// The text of manifest.json, with a digest of itself. Equal for equal
// manifests.
std::string FormatManifest(const Manifest& manifest);

// kFailedPrecondition for a format other than kArtefactFormat; kDataLoss for
// text that FormatManifest did not write.
absl::StatusOr<Manifest> ParseManifest(absl::string_view text);

}  // namespace patron::index
