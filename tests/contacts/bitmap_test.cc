#include "server/contacts/bitmap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::contacts {
namespace {

using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// Arrays, bits and runs in one.
Roaring Mixed() {
  Roaring bitmap;
  for (uint32_t i = 0; i < 100; ++i) bitmap.add(7 * i);
  bitmap.addRange(70'000, 90'000);
  for (uint32_t i = 0; i < 20'000; ++i) bitmap.add(200'000 + 3 * i);
  bitmap.add(4'000'000'000);
  return bitmap;
}

TEST(BitmapTest, WhatWasWrittenIsRead) {
  for (const Roaring& bitmap : {Roaring(), Roaring::bitmapOf(1, 0), Mixed()}) {
    ASSERT_OK_AND_ASSIGN(const Roaring read,
                         ReadBitmap("audience", BitmapBytes(bitmap)));
    EXPECT_EQ(read, bitmap);
  }
}

TEST(BitmapTest, EqualSetsGiveEqualBytesWhateverTheirPast) {
  std::mt19937_64 random(testing::TestSeed(1));
  for (int round = 0; round < 60; ++round) {
    Roaring bitmap;
    for (int step = 0; step < 40; ++step) {
      const auto from = static_cast<uint32_t>(random() % 200'000);
      const auto length = static_cast<uint32_t>(random() % 20'000);
      Roaring range;
      if (random() % 2 == 0) {
        range.addRange(from, from + length);
      } else {
        for (uint32_t i = 0; i < 1 + length / 8; ++i)
          range.add(from + static_cast<uint32_t>(random() % (length + 1)));
      }
      if (random() % 3 == 0) bitmap.runOptimize();
      random() % 3 == 0 ? bitmap -= range : bitmap |= range;
    }
    std::vector<uint32_t> values(bitmap.cardinality());
    bitmap.toUint32Array(values.data());
    Roaring plain;
    for (const uint32_t value : values) plain.add(value);
    ASSERT_EQ(BitmapBytes(bitmap), BitmapBytes(plain)) << "round " << round;
    ASSERT_OK(ReadBitmap("audience", BitmapBytes(bitmap)));
  }
}

TEST(BitmapTest, BytesThatAreCutOffOrGoOnAreRefused) {
  const std::string bytes = BitmapBytes(Mixed());
  for (size_t size = 0; size < bytes.size(); size += 1 + size / 50)
    EXPECT_THAT(ReadBitmap("audience", bytes.substr(0, size)),
                StatusIs(kInvalid, HasSubstr("audience: not a Roaring bitmap")))
        << size;
  EXPECT_THAT(ReadBitmap("audience", bytes + "x"),
              StatusIs(kInvalid, HasSubstr("bytes are left over")));
}

// The library's own reader takes all of these.
TEST(BitmapTest, WhatIsWrongInsideAContainerIsRefused) {
  const auto u16 = [](uint32_t v) {
    return std::string{static_cast<char>(v & 255), static_cast<char>(v >> 8)};
  };
  const std::string array = u16(12346) + u16(0) + u16(1) + u16(0);
  const std::string runs = u16(12347) + u16(0) + std::string(1, '\1');
  const std::string at16(u16(16) + u16(0));
  EXPECT_OK(ReadBitmap("x", array + u16(0) + u16(1) + at16 + u16(3) + u16(9)));
  EXPECT_THAT(ReadBitmap("x", array + u16(0) + u16(1) + at16 + u16(9) + u16(3)),
              StatusIs(kInvalid, HasSubstr("values out of order")));
  EXPECT_OK(ReadBitmap("x", runs + u16(0) + u16(5) + u16(1) + u16(7) + u16(5)));
  EXPECT_THAT(
      ReadBitmap("x", runs + u16(0) + u16(9) + u16(1) + u16(65530) + u16(9)),
      StatusIs(kInvalid, HasSubstr("runs out of order")));
  EXPECT_THAT(
      ReadBitmap("x", runs + u16(0) + u16(7) + u16(1) + u16(7) + u16(5)),
      StatusIs(kInvalid, HasSubstr("runs of another length")));
  EXPECT_THAT(ReadBitmap("x", runs + u16(0) + u16(0) + u16(0)),
              StatusIs(kInvalid));
  const std::string bits = array + u16(0) + u16(60'000) + at16;
  EXPECT_THAT(ReadBitmap("x", bits + std::string(8192, '\1')),
              StatusIs(kInvalid, HasSubstr("bits of another count")));
}

TEST(BitmapTest, ChangedBytesAreRefusedOrReadAsAWellFormedSet) {
  std::mt19937_64 random(testing::TestSeed(2));
  const std::string bytes = BitmapBytes(Mixed());
  for (int round = 0; round < 3000; ++round) {
    std::string changed = bytes;
    for (uint64_t i = 0; i < 1 + random() % 4; ++i)
      changed[random() % (random() % 2 == 0 ? 64 : changed.size())] =
          static_cast<char>(random());
    const auto read = ReadBitmap("audience", changed);
    if (!read.ok()) continue;
    uint64_t count = 0, before = 0;
    for (const uint32_t value : *read) {
      ASSERT_TRUE(count == 0 || value > before);
      before = value;
      ++count;
    }
    ASSERT_EQ(count, read->cardinality());
    ASSERT_OK(ReadBitmap("audience", BitmapBytes(*read)));
  }
}

}  // namespace
}  // namespace patron::contacts
