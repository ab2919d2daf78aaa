// Rows of a list as people and senders read them.
//
// As text a row has the columns
//   customer_id, channel, variant, creative, not_before, not_after, products,
//   texts, offer_id, offer_text, relevance, cost
// the two moments by the clock on her wall with its distance from UTC
// (2026-03-02T09:00:00+01:00; not_after is the first moment that is too late),
// relevance in thousandths, cost in minor units. CSV is RFC 4180 with a header
// first; ids of products stand joined by ";", their texts by " | ". JSON lines
// nest them: "products": [{"product_id": …, "reason_text": …}].
//
// Nothing in it can change once the run is frozen: names and prices of products
// are not part of it. The customer goes by the id under which she is known now;
// where merges made several rows of a list the same customer, the row under her
// own number stays, without one the first.
//
// Ownership: borrows State. Threads: any. Errors: kDataLoss for rows that do
// not decode.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "campaigns_types.h"
#include "commands_types.h"
#include "segments_types.h"
#include "server/checkout/source.h"

namespace patron::campaigns {

// With names and prices of the products as they are now: for previews.
wire::ListRow ToListRow(const wire::PlannedContact& contact,
                        const wire::Campaign& campaign,
                        const checkout::StateParts& state);

enum class ListFormat { kCsv, kJsonLines };
// kInvalidArgument unless it is "csv" or "jsonl".
absl::StatusOr<ListFormat> ListFormatOf(absl::string_view name);

// Line breaks as RFC 4180 wants them.
std::string CsvHeader();
// Appends a row; `customer_id` is who she is now.
void AppendRow(const wire::PlannedContact& contact,
               const std::string& customer_id, const wire::Campaign& campaign,
               const store::Ordinals& ordinals, ListFormat format,
               std::string& out);

// A page ends at the first row from here on, however many were asked for.
inline constexpr size_t kMaxListBytes = 8 << 20;

// Rows of the run's list from where `cursor` says. Cost: a page with a row
// whose customer was absorbed by one who has none looks at the keys of all rows
// before.
absl::StatusOr<wire::ExportPage> ExportRun(const checkout::StateParts& state,
                                           uint32_t run_number,
                                           const wire::RunRow& run,
                                           ListFormat format, int limit,
                                           const std::string& cursor,
                                           size_t most_bytes = kMaxListBytes);

}  // namespace patron::campaigns
