// The one place where a Status becomes the exception of the API.
#pragma once

#include "absl/status/status.h"
#include "types_types.h"

namespace patron::api {

// `status` is not OK. What is ours to mend (kInternal, kDataLoss, kUnknown …)
// becomes INTERNAL without its text, which goes to the log.
wire::PatronError ToError(const absl::Status& status);

}  // namespace patron::api
