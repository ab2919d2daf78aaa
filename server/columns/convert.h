// Rows of the store as the columns have them: the numbers that rules see
// (subjects/rows.cc), to the unit.
#pragma once

#include "absl/functional/function_ref.h"
#include "records_types.h"
#include "server/columns/block.h"
#include "server/columns/codes.h"

namespace patron::columns {

// Visits the lines of which something was kept, net of what came back.
void ForEachLine(const wire::PurchaseRow& row, CodeCache& codes,
                 absl::FunctionRef<void(const Line&)> visit);

Event ToEvent(const wire::EventRow& row, CodeCache& codes);

}  // namespace patron::columns
