// 512 numbers, each known or not, in as few bytes as their range needs.
//
// A number stands as its distance from the smallest (frame of reference;
// Goldstein, Ramakrishnan and Shaft 1998) in 1, 2 or 4 bytes, of which the
// largest value means "not known"; in 8 bytes as it is, with a truth for each
// beside; in none at all where all are equal, or none is known. Comparisons
// with constants run on the narrow form. A value; never changes once made.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "server/columns/block.h"

namespace patron::segments {

using columns::kBlockRows;

// A truth for each row of a block: 0 or 1.
using Mask = std::array<uint8_t, kBlockRows>;
using Numbers = std::array<int64_t, kBlockRows>;

bool IsEmpty(const Mask& mask);
size_t CountOf(const Mask& mask);
void And(const Mask& other, Mask& mask);

class Packed {
 public:
  Packed() = default;  // nothing known
  // `values` of rows that are not known do not count.
  Packed(const Numbers& values, const Mask& known);

  std::optional<int64_t> At(size_t row) const;
  void Unpack(Numbers& values, Mask& known) const;
  // Puts one row in where the form has room for it; else false, and nothing
  // changes.
  bool Set(size_t row, std::optional<int64_t> value);

  // Each leaves in `mask` the rows of it whose number is known and
  // lies within lo … hi (or, `inside` false, without),
  void KeepWithin(int64_t lo, int64_t hi, bool inside, Mask& mask) const;
  // stands in `sorted` (or not),
  void KeepIn(const std::vector<int64_t>& sorted, bool inside,
              Mask& mask) const;
  // or whatever it is.
  void KeepKnown(Mask& mask) const;
  // The rows whose number has a truth in `table`, which is longer than every
  // number; for those not known `unknown` tells.
  void KeepTable(const std::vector<uint8_t>& table, bool unknown,
                 Mask& mask) const;

  size_t bytes() const { return bytes_.capacity() + known_.capacity(); }

 private:
  // Calls `use` with the array of distances; not for widths 0 and 8.
  template <typename Use>
  void WithArray(const Use& use) const;
  int64_t Wide(size_t row) const;

  uint8_t width_ = 0;
  bool some_unknown_ = true;
  bool some_known_ = false;
  int64_t base_ = 0;
  std::vector<uint8_t> bytes_;
  std::vector<uint8_t> known_;  // of width 8
};

}  // namespace patron::segments
