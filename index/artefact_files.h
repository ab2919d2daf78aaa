// The binary files of an artefact, and how bytes reach the disk.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "index/knowledge.h"

namespace patron::index {

inline constexpr char kManifestFile[] = "manifest.json";
inline constexpr char kRankerFile[] = "ranker.json";

// Contents by file name, without the manifest.
std::map<std::string, std::string> EncodeTables(const Knowledge& knowledge);

// Reads the tables into `knowledge`, whose counts (products, stores,
// dimensions) say what to expect. kDataLoss that names the file if contents do
// not fit.
absl::Status DecodeTables(const std::map<std::string, std::string>& files,
                          Knowledge& knowledge);

// kDataLoss that names the table unless every table has its number of rows,
// offsets ascend, ordinals are in range and numbers are finite.
absl::Status CheckTables(const Knowledge& knowledge);

// Whole files. Errors: kNotFound, else kInternal, with the path.
absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path);
// Writes and syncs; refuses a file that is there.
absl::Status WriteFileSynced(const std::filesystem::path& path,
                             absl::string_view contents);
// Makes the names in a directory durable.
absl::Status SyncDirectory(const std::filesystem::path& path);

}  // namespace patron::index
