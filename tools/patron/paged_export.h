// Rows that the server hands out in pages, written to standard output or to a
// file, with progress; an export to a file that was cut off goes on where it
// stopped.
//
// While it runs, FILE.resume stands beside FILE: what is exported, the cursor
// of the next page, how much of FILE the pages before it are, how many rows
// those have, and a digest of these lines. Bytes of FILE behind that are of a
// page that did not get through, and are cut off. A new export takes away the
// side file of an older one before it touches FILE.
// Threads: one.
// Errors:  kInvalidArgument for a file that cannot be written, and for
//          --resume where FILE.resume is damaged or FILE is shorter than it
//          tells; a usage error for --resume without FILE.resume or of another
//          export; kDataLoss where not all could be written; those of `fetch`
//          as they come.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "segments_types.h"
#include "tools/patron/args.h"

namespace patron::cli {

struct PagedExport {
  // Tells one export from another: "segment vip csv name,email".
  std::string what;
  std::string path = "-";          // "-" = standard output
  std::string rows = "customers";  // what a row is, for people
  bool resume = false;
};

// Fills `page` with what stands behind `cursor` ("" starts).
using FetchPage =
    std::function<absl::Status(const std::string& cursor, wire::ExportPage&)>;

// The exit code.
absl::StatusOr<int> WritePages(Context& context, const PagedExport& wanted,
                               const FetchPage& fetch);

// --format and --out as both exports have them; a usage error naming the flag.
absl::StatusOr<std::string> ExportFormat(const Args& args);

}  // namespace patron::cli
