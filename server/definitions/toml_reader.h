// TOML text → Node. The only place that knows the TOML library.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/definitions/node.h"

namespace patron::definitions {

// The file's top table, its members in the order of the text. `name` is
// borrowed by the nodes. kInvalidArgument naming file and line for what is not
// TOML, not UTF-8, larger than 64 MiB or nested deeper than 32.
absl::StatusOr<Node> ParseToml(absl::string_view name, const std::string& text);

}  // namespace patron::definitions
