#include "server/columns/row_reader.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/columns/convert.h"
#include "server/store/codec.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::columns {
namespace {

using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

class RowReaderTest : public ::testing::Test {
 protected:
  int64_t Number() {
    return static_cast<int64_t>(random_() >> (2 + random_() % 58));
  }
  std::string Text() { return std::string(random_() % 20, 'x'); }

  wire::StoredLine RandomLine() {
    wire::StoredLine line;
    line.product = static_cast<int32_t>(random_());
    line.quantity_milli = 1 + static_cast<int64_t>(random_() % 100'000);
    line.amount = Number();
    line.list_amount = Number();
    line.tax = Number();
    line.returned_milli = static_cast<int64_t>(random_() % 100'000);
    line.refunded = Number();
    for (uint64_t i = random_() % 3; i > 0; --i) {
      wire::StoredDiscount discount;
      discount.cause = Text();
      discount.amount = Number();
      line.discounts.push_back(discount);
    }
    return line;
  }

  wire::PurchaseRow RandomPurchase() {
    wire::PurchaseRow row;
    row.receipt_id = Text();
    row.store = static_cast<int32_t>(random_());
    row.channel = Text();
    row.currency = Text();
    row.local_day = static_cast<int32_t>(random_() % 65536);
    for (uint64_t i = random_() % 20; i > 0; --i)
      row.lines.push_back(RandomLine());
    for (uint64_t i = random_() % 3; i > 0; --i) {
      wire::StoredReturn back;
      back.return_id = Text();
      back.line_refunds = {Number(), Number()};
      back.lines.resize(2);
      row.returns.push_back(back);
    }
    if (random_() % 2 == 0) {
      wire::EffectsRow effects;
      effects.earned.resize(random_() % 3);
      effects.reservation_id = Text();
      row.__set_effects(effects);
    }
    row.actor = Text();
    return row;
  }

  wire::EventRow RandomEvent() {
    wire::EventRow row;
    row.kind = static_cast<int32_t>(random_() % 17);
    row.product = static_cast<int32_t>(random_());
    row.store = static_cast<int32_t>(random_());
    row.channel = Text();
    row.local_day = static_cast<int32_t>(random_() % 65536);
    if (random_() % 2 == 0) row.__set_dwell_ms(Number());
    if (random_() % 2 == 0) row.__set_text(Text());
    if (random_() % 2 == 0) row.__set_value(Number());
    row.attributes[Text()] = Text();
    return row;
  }

  std::vector<Line> LinesIn(const wire::PurchaseRow& row) {
    std::vector<Line> lines;
    ForEachLine(row, cache_,
                [&lines](const Line& line) { lines.push_back(line); });
    return lines;
  }

  std::mt19937_64 random_{testing::TestSeed(3)};
  Codes codes_;
  CodeCache cache_{codes_};
  RowReader reader_;
};

TEST_F(RowReaderTest, APartOfARowGivesTheLinesOfTheWhole) {
  for (int i = 0; i < 2000; ++i) {
    const wire::PurchaseRow row = RandomPurchase();
    ASSERT_OK_AND_ASSIGN(const wire::PurchaseRow* const read,
                         reader_.Purchase(store::Encode(row)));
    ASSERT_EQ(LinesIn(*read), LinesIn(row));
  }
}

TEST_F(RowReaderTest, APartOfARowGivesTheEventOfTheWhole) {
  for (int i = 0; i < 2000; ++i) {
    const wire::EventRow row = RandomEvent();
    ASSERT_OK_AND_ASSIGN(const wire::EventRow* const read,
                         reader_.Event(store::Encode(row)));
    ASSERT_EQ(ToEvent(*read, cache_), ToEvent(row, cache_));
  }
}

TEST_F(RowReaderTest, ARowThatIsCutOrGoesOnIsDamage) {
  const std::string bytes = store::Encode(RandomPurchase());
  for (size_t size = 0; size < bytes.size(); ++size) {
    RowReader reader;
    ASSERT_THAT(reader.Purchase(bytes.substr(0, size)),
                StatusIs(absl::StatusCode::kDataLoss))
        << size << " of " << bytes.size();
  }
  RowReader reader;
  EXPECT_THAT(reader.Purchase(bytes + "x"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("ends after")));
}

// Thrift takes a message beyond 100 MiB for an attack.
TEST_F(RowReaderTest, OneReaderReadsMoreThanOneMessageMayHold) {
  wire::PurchaseRow row = RandomPurchase();
  wire::StoredLine line = RandomLine();
  line.amount = line.list_amount = line.tax = line.refunded = int64_t{1} << 62;
  row.lines.assign(5000, line);
  const std::string bytes = store::Encode(row);
  for (size_t sum = 0; sum < size_t{200} << 20; sum += bytes.size())
    ASSERT_OK(reader_.Purchase(bytes));
}

}  // namespace
}  // namespace patron::columns
