// Facts as bytes. Item facts are packed, 16 bytes each, little-endian:
//   product (4), times (2), first_day (2), days (4 × 2)
// interactions, 13 bytes each: at_us (8), product (4), kind (1),
// and showings, 7 bytes each: product (4), day (2), times (1).
// codec_test pins the bytes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "records_types.h"
#include "server/facts/facts.h"

namespace patron::facts {

inline constexpr size_t kItemBytes = 16;

void AppendItem(std::string& out, const ItemFact& item);
// kDataLoss unless `bytes` is a whole number of items.
absl::StatusOr<std::vector<ItemFact>> DecodeItems(absl::string_view bytes);

// `changed`: packed items that go into the row beside the summary.
wire::FactsRow ToRow(const Summary& summary, std::string changed,
                     uint32_t chunks);
absl::StatusOr<Summary> FromRow(const wire::FactsRow& row);

std::string EncodeShown(const std::vector<Showing>& shown);
// kDataLoss unless `bytes` is a whole number of showings.
absl::StatusOr<std::vector<Showing>> DecodeShown(absl::string_view bytes);

}  // namespace patron::facts
