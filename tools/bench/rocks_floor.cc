#include "tools/bench/rocks_floor.h"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"

namespace patron::bench {
namespace {

constexpr size_t SumOf(const FloorSizes& sizes) {
  return sizes.history_key + sizes.history + sizes.customer_key +
         sizes.customer + sizes.number_key + sizes.number;
}
static_assert(SumOf(kPurchaseSizes) == 650);
static_assert(SumOf(kBonusSizes) == 120);
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

RocksFloor::RocksFloor(std::unique_ptr<rocksdb::DB> db, int64_t customers,
                       const FloorSizes& sizes)
    : db_(std::move(db)), customers_(customers), sizes_(sizes) {
  while (noise_.size() < kNoise) noise_.push_back(static_cast<char>(random_()));
}

RocksFloor::~RocksFloor() = default;

absl::StatusOr<std::unique_ptr<RocksFloor>> RocksFloor::Open(
    const std::filesystem::path& directory, int64_t customers,
    const FloorSizes& sizes) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  PATRON_RETURN_IF_ERROR(
      ToStatus(rocksdb::DB::Open(options, directory.string(), &opened)));
  return std::unique_ptr<RocksFloor>(
      new RocksFloor(std::unique_ptr<rocksdb::DB>(opened), customers, sizes));
}

void RocksFloor::AddItem(rocksdb::WriteBatch& batch) {
  const uint64_t turn = sizes_.in_order ? written_ : random_();
  const uint64_t customer = turn % static_cast<uint64_t>(customers_);
  std::string history_key = Key('p', customer, 4, sizes_.history_key);
  const std::string order = Key('t', ~++written_, 8, 9);
  history_key.replace(5, order.size(), order);
  const auto value = [this](size_t bytes) {
    return rocksdb::Slice(noise_.data() + random_() % (kNoise - bytes), bytes);
  };
  const auto put = [&batch](const std::string& key, rocksdb::Slice bytes) {
    batch.Put(key, bytes).PermitUncheckedError();
  };
  put(history_key, value(sizes_.history));
  put(Key('f', customer, 4, sizes_.customer_key), value(sizes_.customer));
  put(Key('r', random_(), 8, sizes_.number_key), value(sizes_.number));
}

absl::Status RocksFloor::WriteBatch(int items, rocksdb::WriteBatch& batch) {
  batch.Clear();
  for (int i = 0; i < items; ++i) AddItem(batch);
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
