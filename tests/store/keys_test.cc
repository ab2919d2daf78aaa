#include "server/store/keys.h"

#include <string>

#include "absl/strings/escaping.h"
#include "tests/testing/status_matchers.h"

namespace patron::store {
namespace {

using ::patron::testing::StatusIs;

std::string Hex(const std::string& bytes) {
  return absl::BytesToHexString(bytes);
}

constexpr int64_t kSomeTimeUs = 0x0102030405060708;

// These bytes stand in every store: changing one is a new format version.
TEST(KeysTest, BytesOnDiskArePinned) {
  EXPECT_EQ(Hex(IdKey(IdKind::kCustomer, 0x01020304)), "0101020304");
  EXPECT_EQ(Hex(IdKey(IdKind::kProduct, 1)), "0200000001");
  EXPECT_EQ(Hex(IdKey(IdKind::kStore, 1)), "0300000001");
  EXPECT_EQ(Hex(IdKey(IdKind::kProgramme, 1)), "0400000001");
  EXPECT_EQ(Hex(IdKey(IdKind::kOffer, 1)), "0500000001");
  EXPECT_EQ(Hex(EntriesKey(CustomerOrdinal(7), LogPosition(0x0102))),
            "00000007fffffffffffffefd");
  EXPECT_EQ(Hex(VersionKey(3)), "0000000000000003");
  EXPECT_EQ(Hex(ProductKey(ProductOrdinal(258))), "00000102");
  EXPECT_EQ(Hex(StockKey(ProductOrdinal(1), StoreOrdinal(2))),
            "0000000100000002");
  EXPECT_EQ(Hex(CustomerKey(CustomerOrdinal(7))), "00000007");
  EXPECT_EQ(Hex(ShownKey(CustomerOrdinal(7))), "0000000701");
  EXPECT_TRUE(IsShownKey(ShownKey(CustomerOrdinal(7))));
  EXPECT_FALSE(IsShownKey(CustomerKey(CustomerOrdinal(1))));
  EXPECT_EQ(Hex(ItemChunkKey(CustomerOrdinal(7), 3)), "0000000700000003");
  EXPECT_EQ(
      Hex(HistoryKey(CustomerOrdinal(7), absl::FromUnixMicros(kSomeTimeUs),
                     0x1112131415161718)),
      "00000007fefdfcfbfaf9f8f71112131415161718");
  EXPECT_EQ(Hex(PositionKey(LogPosition(9))), "0000000000000009");
  EXPECT_EQ(
      Hex(ReceiptValue(CustomerOrdinal(7), absl::FromUnixMicros(kSomeTimeUs))),
      "000000070102030405060708");
}

TEST(KeysTest, DecodingGivesBackWhatWasEncoded) {
  const absl::Time time = absl::FromUnixMicros(kSomeTimeUs);
  ASSERT_OK_AND_ASSIGN(const auto history, DecodeHistoryKey(HistoryKey(
                                               CustomerOrdinal(7), time, 8)));
  EXPECT_EQ(history.customer, CustomerOrdinal(7));
  EXPECT_EQ(history.happened_at, time);
  EXPECT_EQ(history.digest, 8u);
  ASSERT_OK_AND_ASSIGN(const auto place, DecodeReceiptValue(ReceiptValue(
                                             CustomerOrdinal(7), time)));
  EXPECT_EQ(place.customer, CustomerOrdinal(7));
  EXPECT_EQ(place.happened_at, time);
  ASSERT_OK_AND_ASSIGN(
      const auto stock,
      DecodeStockKey(StockKey(ProductOrdinal(1), StoreOrdinal(2))));
  EXPECT_EQ(stock.store, StoreOrdinal(2));
  ASSERT_OK_AND_ASSIGN(
      const auto entries,
      DecodeEntriesKey(EntriesKey(CustomerOrdinal(7), LogPosition(9))));
  EXPECT_EQ(entries.customer, CustomerOrdinal(7));
  EXPECT_EQ(entries.position, LogPosition(9));
  ASSERT_OK_AND_ASSIGN(const auto chunk,
                       DecodeItemChunkKey(ItemChunkKey(CustomerOrdinal(1), 2)));
  EXPECT_EQ(chunk.chunk, 2u);
  ASSERT_OK_AND_ASSIGN(const auto contact,
                       DecodeContactKey(ContactKey(CustomerOrdinal(7), 3)));
  EXPECT_EQ(contact.customer, CustomerOrdinal(7));
  EXPECT_EQ(contact.run, 3u);
  ASSERT_OK_AND_ASSIGN(const auto listed,
                       DecodeRunRowKey(RunRowKey(3, CustomerOrdinal(7))));
  EXPECT_EQ(listed.customer, CustomerOrdinal(7));
  EXPECT_EQ(listed.run, 3u);
  ASSERT_OK_AND_ASSIGN(const uint32_t run, DecodeRunKey(RunKey(9)));
  EXPECT_EQ(run, 9u);
  EXPECT_EQ(RunAudienceKey(9), RunKey(9) + std::string(1, '\1'));
}

TEST(KeysTest, LeftoverAndMissingBytesAreRefused) {
  for (const size_t length : {0, 1, 3, 6, 19, 21}) {
    const std::string bytes(length, '\1');
    EXPECT_THAT(DecodeHistoryKey(bytes), StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(DecodeReceiptValue(bytes),
                StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(DecodeIdKey(bytes), StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(DecodeStockKey(bytes), StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(DecodeItemChunkKey(bytes),
                StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(DecodeCustomerKey(bytes),
                StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(DecodePositionKey(bytes),
                StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST(KeysTest, NewerHistoryComesFirst) {
  const CustomerOrdinal customer(1);
  EXPECT_LT(HistoryKey(customer, absl::FromUnixSeconds(200), 0),
            HistoryKey(customer, absl::FromUnixSeconds(100), 0));
  EXPECT_LT(HistoryKey(customer, absl::FromUnixSeconds(1), 0),
            HistoryKey(CustomerOrdinal(2), absl::FromUnixSeconds(100), 0));
}

}  // namespace
}  // namespace patron::store
