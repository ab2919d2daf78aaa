// What the commands of segments share: whom a question is about, and a mistake
// in a rule shown where it is.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "segments_types.h"
#include "tools/patron/args.h"

namespace patron::cli {

// The segment of the argument at `place`, where there is one, and of --rule. A
// usage error naming both where neither is given.
absl::StatusOr<wire::Audience> AudienceOf(const Args& args, size_t place);

// `status` with the line of `rule` that it names and a caret under the column:
//   line 1, column 9: expected a number, found "three"
//     purchases >= three
//                  ^
// Any other status as it is.
absl::Status WithCaret(const absl::Status& status, const std::string& rule);

}  // namespace patron::cli
