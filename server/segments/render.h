// Rows of an export for one customer after another, made side by side on the
// threads of a view (workers.h) and put together in order.
//
// Ownership: borrows everything. Threads: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "server/segments/export.h"
#include "server/segments/live.h"
#include "server/store/ordinals.h"

namespace patron::segments {

// Appends a row for each of `customers` (ordinals), in their order, until
// `rows` has `most_bytes` or more; how many were appended. The same rows
// whatever the number of threads.
size_t RenderRows(const View& view, const RowWriter& writer,
                  const store::OrdinalTable& ids,
                  absl::Span<const uint32_t> customers, size_t most_bytes,
                  std::string& rows);

}  // namespace patron::segments
