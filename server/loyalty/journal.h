// Small helpers of this folder: an entry into a journal, sums that keep to the
// ends of their type.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/string_view.h"
#include "server/loyalty/account.h"

namespace patron::loyalty {

inline wire::Entry& Append(wire::EntryKind::type kind, Points points,
                           Points held, absl::string_view cause,
                           Journal& journal) {
  wire::Entry entry;
  entry.kind = kind;
  entry.programme_id = journal.programme_id;
  entry.points = points;
  entry.held = held;
  entry.cause = std::string(cause);
  journal.entries.push_back(std::move(entry));
  return journal.entries.back();
}

inline int64_t Saturated(__int128 value) {
  return static_cast<int64_t>(
      std::clamp<__int128>(value, std::numeric_limits<int64_t>::min(),
                           std::numeric_limits<int64_t>::max()));
}

}  // namespace patron::loyalty
