// What stands in memory of 512 customers with neighbouring ordinals, packed for
// scans. A block never changes once a reader can see it.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "records_types.h"
#include "server/base/day.h"
#include "server/base/ids.h"
#include "server/facts/facts.h"

namespace patron::columns {

inline constexpr size_t kBlockRows = 512;

// A text of a small set (channel, currency) as its number; 0 is "".
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

struct Event {
  uint32_t product = 0;  // kNoProduct: none
  uint32_t store = 0;    // kNoStore: none
  uint16_t day = 0;
  Code channel = 0;
  uint8_t kind = 0;  // wire::EventKind
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
  int64_t operator[](size_t at) const {
    return wide_.empty() ? narrow_[at] : wide_[at];
  }
  size_t size() const { return wide_.empty() ? narrow_.size() : wide_.size(); }
  void Reserve(size_t size);
  size_t bytes() const;
  // Exactly one of them holds the numbers.
  const std::vector<int32_t>& narrow() const { return narrow_; }
  const std::vector<int64_t>& wide() const { return wide_; }

 private:
  std::vector<int32_t> narrow_;
  std::vector<int64_t> wide_;
};

// Lines of the rows of a block, one array a field: those of row r stand at
// begin[r] up to begin[r + 1], in no order that means anything.
struct LineColumns {
  std::vector<uint32_t> begin = std::vector<uint32_t>(kBlockRows + 1, 0);
  std::vector<uint32_t> product;
  std::vector<uint32_t> store;
  std::vector<uint16_t> day;
  std::vector<Code> channel;
  std::vector<Code> currency;
  Numbers amount;
  Numbers list_amount;
  Numbers quantity_milli;
  Numbers returned_milli;

  size_t size() const { return product.size(); }
  Line At(size_t at) const;
  size_t bytes() const;
};

struct EventColumns {
  std::vector<uint32_t> begin = std::vector<uint32_t>(kBlockRows + 1, 0);
  std::vector<uint32_t> product;
  std::vector<uint32_t> store;
  std::vector<uint16_t> day;
  std::vector<Code> channel;
  std::vector<uint8_t> kind;
  std::vector<uint8_t> has_value;
  std::vector<uint8_t> has_dwell;
  Numbers value;
  Numbers dwell_ms;

  size_t size() const { return product.size(); }
  Event At(size_t at) const;
  size_t bytes() const;
};

// Columns that grow without being written anew: what a customer has is what
// `base` holds of her, unless she is `replaced`, and what `tail` holds.
template <typename Columns>
struct Rows {
  std::shared_ptr<const Columns> base;  // never null
  std::shared_ptr<const Columns> tail;  // never null; small
  std::bitset<kBlockRows> replaced;     // base does not count
};

// One customer's own: shared with the tables that readers of one customer use.
struct Row {
  std::shared_ptr<const facts::Summary> summary;  // null: nothing happened yet
  std::shared_ptr<const facts::Traits> traits;    // null: no profile
  std::shared_ptr<const wire::AccountRow> account;  // null: none
  // The log position of the last change to anything of hers, lines and events
  // among it.
  uint64_t changed = 0;
  // False for an ordinal that a merge led to another customer.
  bool is_customer = false;
};

struct Block {
  std::array<Row, kBlockRows> rows;
  uint64_t changed = 0;  // the largest of `rows`
  Rows<LineColumns> lines;
  Rows<EventColumns> events;
};

}  // namespace patron::columns
