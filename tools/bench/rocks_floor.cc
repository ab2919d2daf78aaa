#include "tools/bench/rocks_floor.h"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"

namespace patron::bench {
namespace {

// Bytes of keys and values: together 650.
constexpr size_t kPurchaseKey = 21, kPurchase = 330;
constexpr size_t kFactsKey = 5, kFacts = 260;
constexpr size_t kReceiptKey = 22, kReceipt = 12;
static_assert(kPurchaseKey + kPurchase + kFactsKey + kFacts + kReceiptKey +
                  kReceipt ==
              650);
constexpr size_t kNoise = 1 << 20;

absl::Status ToStatus(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("the floor: ", status.ToString()));
}

// A tag, then the number in big-endian bytes, then zeros.
std::string Key(char tag, uint64_t number, int number_bytes, size_t size) {
  std::string key(size, '\0');
  key[0] = tag;
  for (int i = 0; i < number_bytes; ++i)
    key[static_cast<size_t>(number_bytes - i)] =
        static_cast<char>(number >> (8 * i));
  return key;
}

}  // namespace

RocksFloor::RocksFloor(std::unique_ptr<rocksdb::DB> db, int64_t customers)
    : db_(std::move(db)), customers_(customers) {
  while (noise_.size() < kNoise) noise_.push_back(static_cast<char>(random_()));
}

RocksFloor::~RocksFloor() = default;

absl::StatusOr<std::unique_ptr<RocksFloor>> RocksFloor::Open(
    const std::filesystem::path& directory, int64_t customers) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  PATRON_RETURN_IF_ERROR(
      ToStatus(rocksdb::DB::Open(options, directory.string(), &opened)));
  return std::unique_ptr<RocksFloor>(
      new RocksFloor(std::unique_ptr<rocksdb::DB>(opened), customers));
}

void RocksFloor::AddPurchase(rocksdb::WriteBatch& batch) {
  const uint64_t customer = random_() % static_cast<uint64_t>(customers_);
  std::string purchase_key = Key('p', customer, 4, kPurchaseKey);
  const std::string order = Key('t', ~++written_, 8, 9);
  purchase_key.replace(5, order.size(), order);
  const auto value = [this](size_t bytes) {
    return rocksdb::Slice(noise_.data() + random_() % (kNoise - bytes), bytes);
  };
  const auto put = [&batch](const std::string& key, rocksdb::Slice bytes) {
    batch.Put(key, bytes).PermitUncheckedError();
  };
  put(purchase_key, value(kPurchase));
  put(Key('f', customer, 4, kFactsKey), value(kFacts));
  put(Key('r', random_(), 8, kReceiptKey), value(kReceipt));
}

absl::Status RocksFloor::WriteBatch(int purchases, rocksdb::WriteBatch& batch) {
  batch.Clear();
  for (int i = 0; i < purchases; ++i) AddPurchase(batch);
  rocksdb::WriteOptions write;
  write.sync = true;
  return ToStatus(db_->Write(write, &batch));
}

absl::StatusOr<LoadResult> RocksFloor::Run(int batch, absl::Duration duration) {
  rocksdb::WriteBatch changes;
  PATRON_ASSIGN_OR_RETURN(
      LoadResult result, RunLoad(1, duration, [&](int) -> absl::StatusOr<Call> {
        return Call([&] { return WriteBatch(batch, changes); });
      }));
  result.per_second *= batch;
  return result;
}

}  // namespace patron::bench
