// What a search keeps while it runs. One thread each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "index/neighbour_table.h"

namespace patron::index {

inline constexpr float kNoFloor = -std::numeric_limits<float>::infinity();

// The best `limit` of what is offered above `floor`, in order of rows: of equal
// scores the row offered first stays.
class BestRows {
 public:
  BestRows(size_t limit, float floor) : limit_(limit), threshold_(floor) {
    rows_.reserve(2 * limit);
  }

  // What scores no more cannot be among the best.
  float threshold() const { return threshold_; }

  void Offer(uint32_t row, float score) {
    if (!(score > threshold_)) return;
    rows_.push_back({row, score});
    if (rows_.size() == 2 * limit_) Shrink();
  }

  // In no order.
  std::vector<Neighbour> Take() {
    if (rows_.size() > limit_) Shrink();
    return std::move(rows_);
  }

 private:
  void Shrink() {
    const auto end = rows_.begin() + static_cast<ptrdiff_t>(limit_);
    std::nth_element(rows_.begin(), end - 1, rows_.end(), Better);
    rows_.erase(end, rows_.end());
    threshold_ = rows_.back().score;
  }

  const size_t limit_;
  float threshold_;
  std::vector<Neighbour> rows_;
};

// Numbers that were seen: a table twice as large as what is in it.
class SeenRows {
 public:
  explicit SeenRows(size_t expected) {
    size_t size = 64;
    while (size < 2 * expected) size *= 2;
    slots_.assign(size, kNone);
  }

  // False if it was there.
  bool Add(uint32_t row) {
    if (!Place(row)) return false;
    if (++count_ * 2 > slots_.size()) Grow();
    return true;
  }

 private:
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

  bool Place(uint32_t row) {
    const size_t mask = slots_.size() - 1;
    size_t at = (row * 2654435769u) & mask;
    while (slots_[at] != kNone) {
      if (slots_[at] == row) return false;
      at = (at + 1) & mask;
    }
    slots_[at] = row;
    return true;
  }

  void Grow() {
    std::vector<uint32_t> before(2 * slots_.size(), kNone);
    before.swap(slots_);
    for (const uint32_t row : before) {
      if (row != kNone) Place(row);
    }
  }

  std::vector<uint32_t> slots_;
  size_t count_ = 0;
};

// The best rows found so far, best first, and which were followed.
class Pool {
 public:
  struct Entry {
    Neighbour row;
    bool followed = false;
  };

  explicit Pool(size_t limit) : limit_(limit) { entries_.reserve(limit + 1); }

  size_t size() const { return entries_.size(); }
  Entry& operator[](size_t at) { return entries_[at]; }

  // Where it went; size() or beyond if it is too far.
  size_t Add(const Neighbour& row) {
    if (entries_.size() == limit_ && !Better(row, entries_.back().row)) {
      return limit_;
    }
    const auto at = std::upper_bound(
        entries_.begin(), entries_.end(), row,
        [](const Neighbour& a, const Entry& b) { return Better(a, b.row); });
    const auto place = static_cast<size_t>(at - entries_.begin());
    entries_.insert(at, {row, false});
    if (entries_.size() > limit_) entries_.pop_back();
    return place;
  }

  std::vector<Neighbour> Take() const {
    std::vector<Neighbour> rows;
    rows.reserve(entries_.size());
    for (const Entry& entry : entries_) rows.push_back(entry.row);
    return rows;
  }

 private:
  const size_t limit_;
  std::vector<Entry> entries_;
};

}  // namespace patron::index
