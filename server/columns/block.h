// What stands in memory of 512 customers with neighbouring ordinals, packed for
// scans. A block never changes once a reader can see it.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "records_types.h"
#include "server/base/day.h"
#include "server/base/ids.h"
#include "server/facts/facts.h"

namespace patron::columns {

inline constexpr size_t kBlockRows = 512;

// A text of a small set (channel, currency) as its number (codes.h); 0 is "".
using Code = uint16_t;

// One receipt line of which something was kept, net of what came back.
struct Line {
  uint32_t product = 0;
  uint32_t store = 0;  // kNoStore: none
  uint16_t day = 0;    // of the shop
  Code channel = 0;
  Code currency = 0;
  int64_t amount = 0;  // minor units
  int64_t list_amount = 0;
  int64_t quantity_milli = 0;
  int64_t returned_milli = 0;

  friend auto operator<=>(const Line&, const Line&) = default;
};

// What an event is, in one byte: its wire::EventKind and, of a survey, its
// wire::Measure (0: not told).
constexpr uint8_t WhatOf(int kind, int measure) {
  return static_cast<uint8_t>(kind | measure << 5);
}
constexpr int KindOf(uint8_t what) { return what & 31; }
constexpr int MeasureOf(uint8_t what) { return what >> 5; }

struct Event {
  uint32_t product = 0;  // kNoProduct: none
  uint32_t store = 0;    // kNoStore: none
  uint16_t day = 0;
  Code channel = 0;
  uint8_t what = 0;  // WhatOf
  bool has_value = false;
  bool has_dwell = false;
  int64_t value = 0;
  int64_t dwell_ms = 0;

  friend auto operator<=>(const Event&, const Event&) = default;
};

// Numbers in four bytes each, or in eight where one of them needs it.
class Numbers {
 public:
  void Add(int64_t value);
  // Adds those of `from` at first up to last.
  void Add(const Numbers& from, size_t first, size_t last);
  int64_t operator[](size_t at) const {
    return wide_.empty() ? narrow_[at] : wide_[at];
  }
  size_t size() const { return wide_.empty() ? narrow_.size() : wide_.size(); }
  void Reserve(size_t size);
  void ShrinkToFit();
  size_t bytes() const;
  // Exactly one of them holds the numbers.
  const std::vector<int32_t>& narrow() const { return narrow_; }
  const std::vector<int64_t>& wide() const { return wide_; }

 private:
  std::vector<int32_t> narrow_;
  std::vector<int64_t> wide_;
};

// Lines or events of the rows of a block, one array a field: those of row r
// stand at begin[r] up to begin[r + 1], in no order that means anything. `Self`
// has the other arrays, tells all of them but `begin` (Arrays) and, in the same
// order, the fields of an entry (Fields).
template <typename Self, typename OneEntry>
struct EntryColumns {
  using Entry = OneEntry;

  std::vector<uint32_t> begin = std::vector<uint32_t>(kBlockRows + 1, 0);
  std::vector<uint32_t> product;
  std::vector<uint32_t> store;
  std::vector<uint16_t> day;
  std::vector<Code> channel;

  size_t size() const { return product.size(); }
  Entry At(size_t at) const;
  size_t bytes() const;

  // Whoever fills them sets `begin` as well.
  void Add(const Entry& entry);
  void Add(const Self& from, size_t first, size_t last);
  void Reserve(size_t size);
  void ShrinkToFit();
};

struct LineColumns : EntryColumns<LineColumns, Line> {
  std::vector<Code> currency;
  Numbers amount;
  Numbers list_amount;
  Numbers quantity_milli;
  Numbers returned_milli;

  template <typename Columns>
  static auto Arrays(Columns& columns) {
    return std::tie(columns.product, columns.store, columns.day,
                    columns.channel, columns.currency, columns.amount,
                    columns.list_amount, columns.quantity_milli,
                    columns.returned_milli);
  }
  template <typename One>
  static auto Fields(One& line) {
    return std::tie(line.product, line.store, line.day, line.channel,
                    line.currency, line.amount, line.list_amount,
                    line.quantity_milli, line.returned_milli);
  }
};

struct EventColumns : EntryColumns<EventColumns, Event> {
  std::vector<uint8_t> what;
  std::vector<uint8_t> has_value;
  std::vector<uint8_t> has_dwell;
  Numbers value;
  Numbers dwell_ms;

  template <typename Columns>
  static auto Arrays(Columns& columns) {
    return std::tie(columns.product, columns.store, columns.day,
                    columns.channel, columns.what, columns.has_value,
                    columns.has_dwell, columns.value, columns.dwell_ms);
  }
  template <typename One>
  static auto Fields(One& event) {
    return std::tie(event.product, event.store, event.day, event.channel,
                    event.what, event.has_value, event.has_dwell, event.value,
                    event.dwell_ms);
  }
};

// Columns that grow without being written anew: what a customer has is what
// `base` holds of her, unless she is `replaced`, and what `tail` holds.
template <typename Columns>
struct Rows {
  std::shared_ptr<const Columns> base = std::make_shared<Columns>();
  std::shared_ptr<const Columns> tail = base;  // never null; small
  std::bitset<kBlockRows> replaced;            // base does not count
};

// One customer's own: shared with the tables that readers of one customer use.
struct Row {
  std::shared_ptr<const facts::Summary> summary;  // null: nothing happened yet
  std::shared_ptr<const facts::Traits> traits;    // null: no profile
  std::shared_ptr<const wire::AccountRow> account;  // null: none
  // The log position of the last change to anything of hers, lines and events
  // among it; after a start, the one at which the store was read.
  uint64_t changed = 0;
  // False for an ordinal that a merge led to another customer, and for one that
  // is not known yet.
  bool is_customer = false;
};

// The rows of a block, in parts that a block and its copies share: a copy costs
// 32 pointers and the part that is changed, not three pointers a customer.
class RowArray {
 public:
  RowArray();

  const Row& operator[](size_t row) const {
    return (*parts_[row / kPartRows])[row % kPartRows];
  }
  static constexpr size_t size() { return kBlockRows; }
  // For the one who makes the block: to be changed in place, once no other
  // block shares it.
  Row& Mutable(size_t row);
  size_t bytes() const;

 private:
  static constexpr size_t kPartRows = 16;
  using Part = std::array<Row, kPartRows>;

  std::array<std::shared_ptr<Part>, kBlockRows / kPartRows> parts_;
};

struct Block {
  RowArray rows;
  uint64_t changed = 0;  // the largest of `rows`
  Rows<LineColumns> lines;
  Rows<EventColumns> events;

  size_t bytes() const;
};

// ---- changes, for the table

// What came to the rows of a block, ordered by row.
template <typename Entry>
using AddedEntries = std::vector<std::pair<uint32_t, const Entry*>>;

// Takes away all of the rows that are `replaced`, then adds what was `added`.
// A tail that grew past max(kMostTail, base / kTailShare) becomes part of a new
// base.
inline constexpr size_t kMostTail = 256;
inline constexpr size_t kTailShare = 16;
template <typename Columns>
void Change(const std::bitset<kBlockRows>& replaced,
            const AddedEntries<typename Columns::Entry>& added,
            Rows<Columns>& rows);

}  // namespace patron::columns
