// The floor of recording purchases: one thread that writes as many bytes to a
// bare RocksDB and does nothing else. 3 keys and 650 bytes a purchase: the
// purchase, the customer's facts, the receipt.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <string>

#include "absl/status/statusor.h"
#include "tools/bench/load.h"

namespace rocksdb {
class DB;
class WriteBatch;
}  // namespace rocksdb

namespace patron::bench {

// One thread.
class RocksFloor {
 public:
  // A new database in `directory`, for the purchases of `customers`.
  static absl::StatusOr<std::unique_ptr<RocksFloor>> Open(
      const std::filesystem::path& directory, int64_t customers);
  ~RocksFloor();

  // Purchases a second with `batch` of them written and synced at once.
  absl::StatusOr<LoadResult> Run(int batch, absl::Duration duration);

 private:
  RocksFloor(std::unique_ptr<rocksdb::DB> db, int64_t customers);

  absl::Status WriteBatch(int purchases, rocksdb::WriteBatch& batch);
  void AddPurchase(rocksdb::WriteBatch& batch);

  const std::unique_ptr<rocksdb::DB> db_;
  const int64_t customers_;
  std::mt19937_64 random_{1};
  uint64_t written_ = 0;
  std::string noise_;  // values are pieces of it, so that they do not compress
};

}  // namespace patron::bench
