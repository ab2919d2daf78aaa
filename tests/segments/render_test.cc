#include "server/segments/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/segments/live.h"
#include "tests/segments/live_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::segments {
namespace {

class RenderTest : public ::testing::Test {
 protected:
  RenderTest() {
    for (int i = 0; i < 5; ++i)
      for (int receipt = 0; receipt <= i; ++receipt)
        shop_.Buy(absl::StrCat("c", i), "p1", 100, receipt);
  }

  // `count` of the five, again and again.
  static std::vector<uint32_t> Customers(uint32_t count) {
    std::vector<uint32_t> customers;
    for (uint32_t i = 0; i < count; ++i) customers.push_back(i % 5);
    return customers;
  }

  LiveShop shop_;
};

TEST_F(RenderTest, RowsStandInOrderHoweverManyThereAre) {
  ASSERT_OK_AND_ASSIGN(const RowWriter writer,
                       RowWriter::Create("csv", {"purchases"}));
  const View view = shop_.live().Now();
  for (const uint32_t count : {0u, 1u, 1024u, 1025u, 40'003u}) {
    std::string expected = "before\n";
    for (const uint32_t one : Customers(count))
      absl::StrAppend(&expected, "c", one, ",", one + 1, "\r\n");
    std::string rows = "before\n";
    EXPECT_EQ(RenderRows(view, writer, shop_.state().ordinals.customers,
                         Customers(count), 1 << 30, rows),
              count);
    EXPECT_EQ(rows, expected) << count;
  }
}

TEST_F(RenderTest, TheRowThatFillsThePageIsItsLast) {
  ASSERT_OK_AND_ASSIGN(const RowWriter writer,
                       RowWriter::Create("csv", {"purchases"}));
  const View view = shop_.live().Now();
  constexpr size_t kRow = 6;  // c1,2 and an end of line
  for (const size_t bytes : {size_t{1}, kRow, kRow + 1, 1024 * kRow,
                             1024 * kRow + 1, 17'000 * kRow}) {
    std::string rows;
    const size_t count =
        RenderRows(view, writer, shop_.state().ordinals.customers,
                   Customers(20'000), bytes, rows);
    EXPECT_EQ(count, (bytes + kRow - 1) / kRow);
    EXPECT_EQ(rows.size(), count * kRow);
  }
}

TEST_F(RenderTest, WithoutFieldsARowIsTheId) {
  ASSERT_OK_AND_ASSIGN(const RowWriter writer, RowWriter::Create("jsonl", {}));
  std::string rows;
  EXPECT_EQ(
      RenderRows(shop_.live().Now(), writer, shop_.state().ordinals.customers,
                 Customers(2), 1 << 20, rows),
      2u);
  EXPECT_EQ(rows, "{\"customer_id\":\"c0\"}\n{\"customer_id\":\"c1\"}\n");
}

}  // namespace
}  // namespace patron::segments
