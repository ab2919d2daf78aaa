#include "server/facts/codec.h"

#include <string>

#include "absl/strings/escaping.h"
#include "server/store/codec.h"
#include "tests/testing/status_matchers.h"

namespace patron::facts {
namespace {

using ::patron::testing::StatusIs;

const ItemFact kItem{
    ProductOrdinal(0x01020304), 3, 0x0506, {0x0a0b, 0x0809, 0x0506, 0}};

TEST(FactsCodecTest, ItemBytesArePinned) {
  std::string bytes;
  AppendItem(bytes, kItem);
  EXPECT_EQ(absl::BytesToHexString(bytes), "04030201030006050b0a090806050000");
}

TEST(FactsCodecTest, ItemsComeBackAndBrokenOnesAreRefused) {
  std::string bytes;
  AppendItem(bytes, kItem);
  AppendItem(bytes, {ProductOrdinal(7), 1, 2, {2}});
  ASSERT_OK_AND_ASSIGN(const auto items, DecodeItems(bytes));
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0], kItem);
  bytes.pop_back();
  EXPECT_THAT(DecodeItems(bytes), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(FactsCodecTest, ShowingsArePinnedAndComeBack) {
  const std::vector<Showing> shown = {{ProductOrdinal(0x01020304), 0x0506, 7},
                                      {ProductOrdinal(8), 9, 255}};
  const std::string bytes = EncodeShown(shown);
  EXPECT_EQ(absl::BytesToHexString(bytes), "04030201060507080000000900ff");
  ASSERT_OK_AND_ASSIGN(const auto again, DecodeShown(bytes));
  EXPECT_EQ(again, shown);
  EXPECT_THAT(DecodeShown(bytes.substr(1)),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(FactsCodecTest, ASummaryComesBackWhole) {
  Summary summary;
  summary.purchases = 3;
  summary.lines = 9;
  summary.returns = 1;
  summary.events = 4;
  summary.first_day = 100;
  summary.last_day = 200;
  summary.spend = {{"EUR", 500}, {"USD", 7}};
  summary.returned = {{"EUR", 20}};
  summary.stores = {{0, 2}, {5, 1}};
  summary.channels = {{"store", 3}};
  summary.first_source = "newsletter";
  summary.first_source_at_us = 42;
  summary.recent = {{50, ProductOrdinal(3), 2}, {40, ProductOrdinal(9), 1}};
  summary.priorities = {"organic", "pets"};
  summary.discount_bands = {3, 0, 5, 1, 0};
  summary.coupon_lines = 4;
  summary.coupon_purchases = 2;
  summary.coupon_days = {180, 120, 0, 0};
  AddFeedback(summary.feedback, {FeedbackKind::kComplaint, 90, 5, {}});
  AddFeedback(summary.feedback, {FeedbackKind::kCsi, 91, 6, 70});
  AddFeedback(summary.feedback, {FeedbackKind::kCsi, 80, 3, -2});
  summary.latest_at_us = 77;
  summary.latest_digest = ~uint64_t{0};
  summary.latest = {ProductOrdinal(4), ProductOrdinal(2)};
  const auto row = store::Decode<wire::FactsRow>(
      store::Encode(ToRow(summary, "", 2)), "facts");
  ASSERT_OK(row);
  EXPECT_EQ(row->chunks, 2);
  ASSERT_OK_AND_ASSIGN(const Summary back, FromRow(*row));
  EXPECT_EQ(back, summary);
}

TEST(FactsCodecTest, WithoutDiscountsTheRowCarriesNoneOfTheirFields) {
  Summary summary;
  summary.lines = 9;
  summary.discount_bands = {9, 0, 0, 0, 0};
  const wire::FactsRow row = ToRow(summary, "", 0);
  EXPECT_FALSE(row.__isset.discounted);
  EXPECT_FALSE(row.__isset.coupon_lines);
  EXPECT_FALSE(row.__isset.coupon_purchases);
  EXPECT_FALSE(row.__isset.coupon_days);
  EXPECT_FALSE(row.__isset.feedback);
  ASSERT_OK_AND_ASSIGN(const Summary back, FromRow(row));
  EXPECT_EQ(back, summary);
}

TEST(FactsCodecTest, TooManyDiscountBandsOrDaysAreRefused) {
  wire::FactsRow row;
  row.__set_discounted({1, 2, 3, 4, 5});
  EXPECT_THAT(FromRow(row), StatusIs(absl::StatusCode::kDataLoss));
  row.__set_discounted({});
  row.__set_coupon_days({5, 4, 3, 2, 1});
  EXPECT_THAT(FromRow(row), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(FactsCodecTest, FeedbackOfNoKindOrOutOfOrderIsRefused) {
  const auto read = [](const std::vector<int32_t>& kinds) {
    wire::FactsRow row;
    row.__isset.feedback = true;
    for (const int32_t kind : kinds) row.feedback.emplace_back().kind = kind;
    return FromRow(row).status();
  };
  EXPECT_OK(read({1, 3, 6}));
  for (const auto& kinds :
       std::vector<std::vector<int32_t>>{{0}, {7}, {2, 2}, {3, 1}})
    EXPECT_THAT(read(kinds), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace patron::facts
