// Writes a generated shop as the files that `patron import` reads.
//
//   customers.csv products.csv stock.csv purchases.csv returns.csv events.csv
//
// and, for tests and the curious, what was planted: planted.csv (product and
// complement), staples.csv (product and usual interval). UTF-8, one header
// line, RFC 4180 quotes where needed; all with the ending .gz if compressed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "tools/datagen/shop.h"

namespace patron::datagen {

struct WriteOptions {
  bool gzip = false;
  // Called after each day of the log, to show progress.
  std::function<void(int days_done, int days)> on_day;
};

struct WriteCounts {
  uint64_t receipts = 0, lines = 0, returns = 0, events = 0, stock = 0;
  uint64_t bytes = 0;  // before compression
};

// Writes into `directory`, which is made if missing; files of the same name are
// replaced. kInvalidArgument or kResourceExhausted with the file's name if one
// cannot be made or written.
absl::StatusOr<WriteCounts> WriteShop(const Shop& shop,
                                      const std::string& directory,
                                      const WriteOptions& options);

}  // namespace patron::datagen
