// Columns of CSV files by name: plain or gzip, with a header line.
//
// Errors: kNotFound for a file that does not open; kInvalidArgument naming
// file, line and column for what does not read. Threads: plain functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace patron::eval {

// Cells of one row, in the order of the columns asked for; valid during the
// call.
using Cells = std::vector<absl::string_view>;

// Hands every row to `take`; what it refuses is told with file and line.
absl::Status ReadColumns(const std::string& path,
                         const std::vector<std::string>& columns,
                         absl::FunctionRef<absl::Status(const Cells&)> take);

// kInvalidArgument naming column and text.
absl::StatusOr<int64_t> ParseWhole(absl::string_view column,
                                   absl::string_view text);
// "2017-11-06" or "2017-11-06T08:30:00".
absl::StatusOr<absl::CivilSecond> ParseSecond(absl::string_view column,
                                              absl::string_view text);
absl::StatusOr<absl::CivilDay> ParseDay(absl::string_view column,
                                        absl::string_view text);

}  // namespace patron::eval
