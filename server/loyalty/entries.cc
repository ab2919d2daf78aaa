// Entries page by page. A cursor names the row to go on with, by its position,
// and how many of its entries were given out before: a page may end within a
// row.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/loyalty/accounts.h"
#include "server/store/keys.h"

namespace patron::loyalty {
namespace {

struct Place {
  uint64_t position = std::numeric_limits<uint64_t>::max();
  uint64_t given = 0;
};

std::string ToCursor(const Place& place) {
  return absl::StrCat(place.position, ".", place.given);
}

absl::StatusOr<Place> PlaceOf(absl::string_view cursor) {
  Place place;
  if (cursor.empty()) return place;
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(cursor, absl::MaxSplits('.', 1));
  const bool ours = absl::SimpleAtoi(parts.first, &place.position) &&
                    absl::SimpleAtoi(parts.second, &place.given) &&
                    ToCursor(place) == cursor;
  if (!ours)
    return absl::InvalidArgumentError(
        absl::StrCat("cursor: ", Quoted(cursor), " was not given out here"));
  return place;
}

// Moves entries of one row, the last first, into the page until it is full;
// answers how many of the row are given out by then.
uint64_t Fill(wire::EntriesRow row, uint64_t given, size_t limit,
              wire::EntriesPage& page) {
  while (given < row.entries.size() && page.entries.size() < limit) {
    page.entries.push_back(
        std::move(row.entries[row.entries.size() - 1 - given]));
    ++given;
  }
  return given;
}

// The rows of a customer from a place on, newest first, into a page.
class PageReader {
 public:
  PageReader(const Place& from, size_t limit) : from_(from), limit_(limit) {}

  // False where the page is full and its cursor known.
  absl::StatusOr<bool> Add(absl::string_view key, absl::string_view value) {
    PATRON_ASSIGN_OR_RETURN(const auto parts, store::DecodeEntriesKey(key));
    PATRON_ASSIGN_OR_RETURN(auto row,
                            store::Decode<wire::EntriesRow>(value, "entries"));
    const uint64_t position = parts.position.value();
    const uint64_t before = position == from_.position ? from_.given : 0;
    const size_t size = row.entries.size();
    const uint64_t given = Fill(std::move(row), before, limit_, page_);
    if (given >= size) return true;
    page_.next_cursor = ToCursor({position, given});
    return false;
  }

  wire::EntriesPage Take() { return std::move(page_); }

 private:
  const Place from_;
  const size_t limit_;
  wire::EntriesPage page_;
};

}  // namespace

absl::StatusOr<wire::EntriesPage> ReadEntries(const store::Store& store,
                                              CustomerOrdinal customer,
                                              int limit,
                                              absl::string_view cursor) {
  if (limit < 1)
    return absl::InvalidArgumentError(
        absl::StrCat("limit: ", limit, " is below 1"));
  PATRON_ASSIGN_OR_RETURN(const Place from, PlaceOf(cursor));
  if (customer == kAnonymous) return wire::EntriesPage();
  PageReader reader(from, static_cast<size_t>(limit));
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(
      store.Scan(store::Family::kEntries,
                 store::EntriesKey(customer, LogPosition(from.position)),
                 store::CustomerKey(CustomerOrdinal(customer.value() + 1)),
                 [&](absl::string_view key, absl::string_view value) {
                   const auto goes_on = reader.Add(key, value);
                   problem = goes_on.status();
                   return goes_on.ok() && *goes_on;
                 }));
  PATRON_RETURN_IF_ERROR(problem);
  return reader.Take();
}

}  // namespace patron::loyalty
