#include "server/store/keys.h"

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"

namespace patron::store {
namespace {

template <typename Integer>
void Append(std::string& key, Integer value) {
  for (int shift = 8 * (sizeof(Integer) - 1); shift >= 0; shift -= 8)
    key.push_back(static_cast<char>(value >> shift));
}

template <typename Integer>
Integer Take(absl::string_view& key) {
  Integer value = 0;
  for (size_t i = 0; i < sizeof(Integer); ++i)
    value =
        static_cast<Integer>(value << 8) | static_cast<unsigned char>(key[i]);
  key.remove_prefix(sizeof(Integer));
  return value;
}

absl::Status CheckLength(absl::string_view what, absl::string_view bytes,
                         size_t wanted) {
  if (bytes.size() == wanted) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      what, ": ", bytes.size(), " bytes where ", wanted, " were written"));
}

// Newest first: larger times give smaller keys.
uint64_t Inverted(absl::Time time) {
  return ~static_cast<uint64_t>(absl::ToUnixMicros(time));
}

absl::Time FromInverted(uint64_t inverted) {
  return absl::FromUnixMicros(static_cast<int64_t>(~inverted));
}

}  // namespace

std::string IdKey(IdKind kind, uint32_t ordinal) {
  std::string key(1, static_cast<char>(kind));
  Append(key, ordinal);
  return key;
}

std::string ProductKey(ProductOrdinal product) {
  std::string key;
  Append(key, product.value());
  return key;
}

std::string StockKey(ProductOrdinal product, StoreOrdinal store) {
  std::string key;
  Append(key, product.value());
  Append(key, store.value());
  return key;
}

std::string CustomerKey(CustomerOrdinal customer) {
  std::string key;
  Append(key, customer.value());
  return key;
}

std::string ShownKey(CustomerOrdinal customer) {
  std::string key = CustomerKey(customer);
  key.push_back(1);
  return key;
}

bool IsShownKey(absl::string_view key) {
  return key.size() == 5 && key.back() == 1;
}

std::string ItemChunkKey(CustomerOrdinal customer, uint32_t chunk) {
  std::string key;
  Append(key, customer.value());
  Append(key, chunk);
  return key;
}

std::string HistoryKey(CustomerOrdinal customer, absl::Time happened_at,
                       uint64_t digest) {
  std::string key;
  key.reserve(20);
  Append(key, customer.value());
  Append(key, Inverted(happened_at));
  Append(key, digest);
  return key;
}

std::string PositionKey(LogPosition position) {
  std::string key;
  Append(key, position.value());
  return key;
}

std::string ReceiptValue(CustomerOrdinal customer, absl::Time happened_at) {
  std::string value;
  Append(value, customer.value());
  Append(value, static_cast<uint64_t>(absl::ToUnixMicros(happened_at)));
  return value;
}

std::string EntriesKey(CustomerOrdinal customer, LogPosition position) {
  std::string key;
  Append(key, customer.value());
  Append(key, ~position.value());
  return key;
}

std::string VersionKey(int64_t version) {
  std::string key;
  Append(key, static_cast<uint64_t>(version));
  return key;
}

std::string AliasOfKey(CustomerOrdinal customer, absl::string_view id) {
  std::string key(1, 1);
  Append(key, customer.value());
  key.append(id.data(), id.size());
  return key;
}

bool IsAliasOfKey(absl::string_view key) { return !key.empty() && key[0] == 1; }

absl::StatusOr<IdKeyParts> DecodeIdKey(absl::string_view key) {
  if (absl::Status s = CheckLength("ids key", key, 5); !s.ok()) return s;
  const auto kind = Take<uint8_t>(key);
  if (kind < 1 || kind > 5)
    return absl::DataLossError(absl::StrCat("ids key: kind ", kind));
  return IdKeyParts{static_cast<IdKind>(kind), Take<uint32_t>(key)};
}

absl::StatusOr<ProductOrdinal> DecodeProductKey(absl::string_view key) {
  if (absl::Status s = CheckLength("products key", key, 4); !s.ok()) return s;
  return ProductOrdinal(Take<uint32_t>(key));
}

absl::StatusOr<CustomerOrdinal> DecodeCustomerKey(absl::string_view key) {
  if (absl::Status s = CheckLength("customer key", key, 4); !s.ok()) return s;
  return CustomerOrdinal(Take<uint32_t>(key));
}

absl::StatusOr<LogPosition> DecodePositionKey(absl::string_view key) {
  if (absl::Status s = CheckLength("position key", key, 8); !s.ok()) return s;
  return LogPosition(Take<uint64_t>(key));
}

absl::StatusOr<StockKeyParts> DecodeStockKey(absl::string_view key) {
  if (absl::Status s = CheckLength("stock key", key, 8); !s.ok()) return s;
  const ProductOrdinal product(Take<uint32_t>(key));
  return StockKeyParts{product, StoreOrdinal(Take<uint32_t>(key))};
}

absl::StatusOr<ItemChunkKeyParts> DecodeItemChunkKey(absl::string_view key) {
  if (absl::Status s = CheckLength("items key", key, 8); !s.ok()) return s;
  const CustomerOrdinal customer(Take<uint32_t>(key));
  return ItemChunkKeyParts{customer, Take<uint32_t>(key)};
}

absl::StatusOr<HistoryKeyParts> DecodeHistoryKey(absl::string_view key) {
  if (absl::Status s = CheckLength("history key", key, 20); !s.ok()) return s;
  const CustomerOrdinal customer(Take<uint32_t>(key));
  const absl::Time happened_at = FromInverted(Take<uint64_t>(key));
  return HistoryKeyParts{customer, happened_at, Take<uint64_t>(key)};
}

absl::StatusOr<ReceiptPlace> DecodeReceiptValue(absl::string_view value) {
  if (absl::Status s = CheckLength("receipts value", value, 12); !s.ok())
    return s;
  const CustomerOrdinal customer(Take<uint32_t>(value));
  return ReceiptPlace{
      customer,
      absl::FromUnixMicros(static_cast<int64_t>(Take<uint64_t>(value)))};
}

absl::StatusOr<EntriesKeyParts> DecodeEntriesKey(absl::string_view key) {
  if (absl::Status s = CheckLength("entries key", key, 12); !s.ok()) return s;
  const CustomerOrdinal customer(Take<uint32_t>(key));
  return EntriesKeyParts{customer, LogPosition(~Take<uint64_t>(key))};
}

std::string RunKey(uint32_t run) {
  std::string key;
  Append(key, run);
  return key;
}

std::string RunAudienceKey(uint32_t run) {
  std::string key = RunKey(run);
  key.push_back(1);
  return key;
}

std::string ContactKey(CustomerOrdinal customer, uint32_t run) {
  std::string key;
  Append(key, customer.value());
  Append(key, run);
  return key;
}

std::string RunRowKey(uint32_t run, CustomerOrdinal customer) {
  std::string key;
  Append(key, run);
  Append(key, customer.value());
  return key;
}

absl::StatusOr<uint32_t> DecodeRunKey(absl::string_view key) {
  PATRON_RETURN_IF_ERROR(CheckLength("runs key", key, 4));
  return Take<uint32_t>(key);
}

absl::StatusOr<ContactKeyParts> DecodeContactKey(absl::string_view key) {
  PATRON_RETURN_IF_ERROR(CheckLength("contacts key", key, 8));
  const CustomerOrdinal customer(Take<uint32_t>(key));
  return ContactKeyParts{customer, Take<uint32_t>(key)};
}

absl::StatusOr<RunRowKeyParts> DecodeRunRowKey(absl::string_view key) {
  PATRON_RETURN_IF_ERROR(CheckLength("run_rows key", key, 8));
  const auto run = Take<uint32_t>(key);
  return RunRowKeyParts{run, CustomerOrdinal(Take<uint32_t>(key))};
}

}  // namespace patron::store
