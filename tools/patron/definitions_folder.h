// A folder that holds a shop's definitions: *.toml, the files of its code
// batches, and .patron-version, the server's version that the files come from.
//
// Errors: kNotFound naming the path that is not there, kInvalidArgument for
// what stands in the way.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace patron::cli {

using DefinitionsFiles = std::map<std::string, std::string>;  // name -> text

// The *.toml files right in `folder`; at least one.
absl::StatusOr<DefinitionsFiles> ReadDefinitions(const std::string& folder);

// Writes `files` and the marker, making the folder where it is absent. Refuses
// a folder that has other *.toml files: their tables would stand twice.
absl::Status WriteDefinitions(const std::string& folder,
                              const DefinitionsFiles& files, int64_t version);

// 0 where there is no marker.
absl::StatusOr<int64_t> ReadVersionMarker(const std::string& folder);
absl::Status WriteVersionMarker(const std::string& folder, int64_t version);

// A batch whose definition names a file.
struct CodeFile {
  std::string batch_id;
  std::string path;  // in the folder
};

// Of the [[code_batches]] in `files`, which the server has taken already.
std::vector<CodeFile> CodeFiles(const std::string& folder,
                                const DefinitionsFiles& files);

}  // namespace patron::cli
