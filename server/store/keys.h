// Every key that stands on disk. Integers are big-endian, so that byte order is
// number order; times are inverted where the newest is wanted first. A string
// is the last part of its key and needs no length. `keys_test` pins the bytes:
// another layout is another format version.
//
// clang-format off
//   family        key                                      value
//   meta          "format" | "uuid"                        text
//                 "applied" | "totals"                     AppliedRow | TotalsRow
//                 "points:" programme id                   PointsTotalsRow
//                 "offer:" offer id                        OfferCountRow
//                 "clerk:" actor                           ClerkRow
//   ids           kind (1), ordinal (4)                    the caller's id
//   aliases       another id of a customer                 customer (4)
//                 1 (1), customer (4), that id             nothing
//   products      product (4)                              Product
//   stock         product (4), store (4)                   StockRow
//   people        customer (4)                             Customer
//   facts         customer (4)                             FactsRow
//                 customer (4), 1 (1)                      packed showings
//   items         customer (4), chunk (4)                  packed item facts
//   purchases     customer (4), ~time_us (8), digest (8)   PurchaseRow
//   receipts      receipt id                               customer (4), time_us (8)
//   events        customer (4), ~time_us (8), digest (8)   EventRow
//   impressions   log position (8)                         ImpressionsRow
//   replies       log position (8)                         ReplyRow
//   accounts      customer (4)                             AccountRow
//   entries       customer (4), ~log position (8)          EntriesRow
//   reservations  reservation id                           ReservationRow
//   codes         code                                     CodeRow
//   definitions   version (8)                              DefinitionsVersion
//   lists         id of a static list                      StaticListRow
//   runs          run (4)                                  RunRow
//                 run (4), 1 (1)                           Roaring bitmap: the audience
//   contacts      customer (4), run (4)                    ContactRow
//   run_rows      run (4), customer (4)                    RunListRow
// clang-format on
//
// The digest is ShortDigestOf(receipt id) or of the event's identity: a receipt
// or event that is told twice falls on its own key.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/base/ids.h"

namespace patron::store {

enum class IdKind : uint8_t {
  kCustomer = 1,
  kProduct = 2,
  kStore = 3,
  kProgramme = 4,
  kOffer = 5
};

std::string IdKey(IdKind kind, uint32_t ordinal);
std::string ProductKey(ProductOrdinal product);
std::string StockKey(ProductOrdinal product, StoreOrdinal store);
std::string CustomerKey(CustomerOrdinal customer);
// Of the facts family: what was shown to her lately.
std::string ShownKey(CustomerOrdinal customer);
bool IsShownKey(absl::string_view key);
std::string ItemChunkKey(CustomerOrdinal customer, uint32_t chunk);
std::string HistoryKey(CustomerOrdinal customer, absl::Time happened_at,
                       uint64_t digest);
std::string PositionKey(LogPosition position);
std::string ReceiptValue(CustomerOrdinal customer, absl::Time happened_at);
std::string EntriesKey(CustomerOrdinal customer, LogPosition position);
std::string VersionKey(int64_t version);
// No id starts with the byte 1: what is under it leads from customers to ids.
std::string AliasOfKey(CustomerOrdinal customer, absl::string_view id);
bool IsAliasOfKey(absl::string_view key);
std::string RunKey(uint32_t run);
std::string RunAudienceKey(uint32_t run);
std::string ContactKey(CustomerOrdinal customer, uint32_t run);
std::string RunRowKey(uint32_t run, CustomerOrdinal customer);

// The decoders refuse any other length with kDataLoss.
struct IdKeyParts {
  IdKind kind;
  uint32_t ordinal;
};
absl::StatusOr<IdKeyParts> DecodeIdKey(absl::string_view key);
absl::StatusOr<ProductOrdinal> DecodeProductKey(absl::string_view key);
absl::StatusOr<CustomerOrdinal> DecodeCustomerKey(absl::string_view key);
absl::StatusOr<LogPosition> DecodePositionKey(absl::string_view key);

struct StockKeyParts {
  ProductOrdinal product;
  StoreOrdinal store;
};
absl::StatusOr<StockKeyParts> DecodeStockKey(absl::string_view key);

struct ItemChunkKeyParts {
  CustomerOrdinal customer;
  uint32_t chunk;
};
absl::StatusOr<ItemChunkKeyParts> DecodeItemChunkKey(absl::string_view key);

struct HistoryKeyParts {
  CustomerOrdinal customer;
  absl::Time happened_at;
  uint64_t digest;
};
absl::StatusOr<HistoryKeyParts> DecodeHistoryKey(absl::string_view key);

struct ReceiptPlace {
  CustomerOrdinal customer;
  absl::Time happened_at;
};
absl::StatusOr<ReceiptPlace> DecodeReceiptValue(absl::string_view value);

struct EntriesKeyParts {
  CustomerOrdinal customer;
  LogPosition position;
};
absl::StatusOr<EntriesKeyParts> DecodeEntriesKey(absl::string_view key);

// Of a RunKey; an audience's key is refused: ask its length first (5).
absl::StatusOr<uint32_t> DecodeRunKey(absl::string_view key);

struct ContactKeyParts {
  CustomerOrdinal customer;
  uint32_t run;
};
absl::StatusOr<ContactKeyParts> DecodeContactKey(absl::string_view key);

struct RunRowKeyParts {
  uint32_t run;
  CustomerOrdinal customer;
};
absl::StatusOr<RunRowKeyParts> DecodeRunRowKey(absl::string_view key);

}  // namespace patron::store
