#include "server/segments/packed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

#include "server/segments/scan.h"
#include "tests/testing/seed.h"

namespace patron::segments {
namespace {

constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
constexpr int64_t kHighest = std::numeric_limits<int64_t>::max();

struct Plain {
  Numbers values{};
  Mask known{};
};

class PackedTest : public ::testing::Test {
 protected:
  // Numbers within `range` of `base`, one in `unknown` not known.
  Plain Some(int64_t base, uint64_t range, uint64_t unknown) {
    Plain plain;
    for (size_t i = 0; i < kBlockRows; ++i) {
      plain.values[i] = static_cast<int64_t>(
          static_cast<uint64_t>(base) + (range == 0 ? 0 : random_() % range));
      plain.known[i] = unknown == 0 || random_() % unknown != 0;
    }
    return plain;
  }

  void ExpectEqual(const Packed& packed, const Plain& plain) {
    Numbers values;
    Mask known;
    packed.Unpack(values, known);
    for (size_t i = 0; i < kBlockRows; ++i) {
      const auto expected =
          plain.known[i] ? std::optional(plain.values[i]) : std::nullopt;
      ASSERT_EQ(packed.At(i), expected) << i;
      ASSERT_EQ(known[i], plain.known[i]) << i;
      if (plain.known[i]) {
        ASSERT_EQ(values[i], plain.values[i]) << i;
      }
    }
  }

  void ExpectWithin(const Packed& packed, const Plain& plain, int64_t lo,
                    int64_t hi) {
    for (const bool inside : {true, false}) {
      Mask mask;
      mask.fill(1);
      mask[3] = 0;
      packed.KeepWithin(lo, hi, inside, mask);
      for (size_t i = 0; i < kBlockRows; ++i) {
        const bool within = lo <= plain.values[i] && plain.values[i] <= hi;
        const bool expected = i != 3 && plain.known[i] && within == inside;
        ASSERT_EQ(mask[i], expected)
            << i << ": " << plain.values[i] << " in " << lo << " … " << hi;
      }
    }
  }

  std::mt19937_64 random_{testing::TestSeed(20'302)};
};

TEST_F(PackedTest, EveryWidthGivesBackWhatItTook) {
  for (const uint64_t range :
       {uint64_t{0}, uint64_t{1}, uint64_t{2}, uint64_t{255}, uint64_t{256},
        uint64_t{65'535}, uint64_t{70'000}, uint64_t{1} << 32,
        uint64_t{1} << 40, ~uint64_t{0}})
    for (const uint64_t unknown : {0, 1, 2, 50})
      for (const int64_t base :
           {int64_t{-5}, int64_t{0}, int64_t{1} << 50, kLowest}) {
        const Plain plain = Some(base, range, unknown);
        const Packed packed(plain.values, plain.known);
        ExpectEqual(packed, plain);
        const int64_t one = plain.values[7];
        const int64_t other = plain.values[9];
        ExpectWithin(packed, plain, std::min(one, other), std::max(one, other));
        ExpectWithin(packed, plain, one, one);
        ExpectWithin(packed, plain, kLowest, one);
        ExpectWithin(packed, plain, one, kHighest);
        ExpectWithin(packed, plain, 1, 0);
        ExpectWithin(packed, plain, kHighest, kHighest);
        ExpectWithin(packed, plain, kLowest, kLowest);
      }
}

TEST_F(PackedTest, OneRowGoesInWhereTheFormHasRoom) {
  Plain plain = Some(100, 200, 10);
  Packed packed(plain.values, plain.known);
  for (int step = 0; step < 2000; ++step) {
    const size_t row = random_() % kBlockRows;
    const int64_t value = 90 + static_cast<int64_t>(random_() % 300);
    const bool known = random_() % 5 != 0;
    plain.values[row] = value;
    plain.known[row] = known;
    if (!packed.Set(row, known ? std::optional(value) : std::nullopt))
      packed = Packed(plain.values, plain.known);
  }
  ExpectEqual(packed, plain);
}

TEST_F(PackedTest, TablesAndLists) {
  const Plain plain = Some(0, 20, 5);
  const Packed packed(plain.values, plain.known);
  std::vector<uint8_t> table(20);
  for (uint8_t& truth : table) truth = random_() % 2;
  const std::vector<int64_t> list = {2, 3, 5, 7, 11};
  for (const bool flag : {true, false}) {
    Mask by_table;
    Mask by_list;
    by_table.fill(1);
    by_list.fill(1);
    packed.KeepTable(table, flag, by_table);
    packed.KeepIn(list, flag, by_list);
    for (size_t i = 0; i < kBlockRows; ++i) {
      EXPECT_EQ(by_table[i] != 0,
                plain.known[i] ? table[plain.values[i]] != 0 : flag);
      EXPECT_EQ(by_list[i] != 0,
                plain.known[i] && std::binary_search(list.begin(), list.end(),
                                                     plain.values[i]) == flag);
    }
  }
}

TEST_F(PackedTest, BitsBecomeASet) {
  for (const uint64_t one_in : {1, 2, 30, 5000}) {
    std::vector<uint64_t> words(3 * 1024 + 8);
    Roaring expected;
    for (size_t block = 0; block * 8 < words.size(); ++block) {
      Mask mask;
      for (size_t i = 0; i < kBlockRows; ++i) {
        mask[i] = block / 128 != 1 && random_() % one_in == 0;
        if (mask[i])
          expected.add(static_cast<uint32_t>(block * kBlockRows + i));
      }
      PackBits(mask, words.data() + block * 8);
    }
    EXPECT_TRUE(ToRoaring(words) == expected) << one_in;
  }
  EXPECT_TRUE(ToRoaring({}).isEmpty());
}

}  // namespace
}  // namespace patron::segments
