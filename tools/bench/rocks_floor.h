// The floor of commands that write: one thread that writes as many bytes to a
// bare RocksDB and does nothing else. Three keys each: 650 bytes a purchase
// (the purchase, the customer's facts, the receipt), 120 bytes an entry of a
// bonus (the entry, the account, a reply).
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

// Bytes of the three keys and values of one item; a history under the customer,
// a row of the customer, a row by number. The first key has 14 bytes or more,
// the second 5, the third 9.
struct FloorSizes {
  size_t history_key, history;
  size_t customer_key, customer;
  size_t number_key, number;
  bool in_order = false;  // customers one after another, else at random
};
inline constexpr FloorSizes kPurchaseSizes = {21, 330, 5, 260, 22, 12};
inline constexpr FloorSizes kBonusSizes = {14, 57, 5, 24, 9, 11, true};

// One thread.
class RocksFloor {
 public:
  // A new database in `directory`, for items of `customers`.
  static absl::StatusOr<std::unique_ptr<RocksFloor>> Open(
      const std::filesystem::path& directory, int64_t customers,
      const FloorSizes& sizes = kPurchaseSizes);
  ~RocksFloor();

  // Items a second with `batch` of them written and synced at once.
  absl::StatusOr<LoadResult> Run(int batch, absl::Duration duration);

 private:
  RocksFloor(std::unique_ptr<rocksdb::DB> db, int64_t customers,
             const FloorSizes& sizes);

  absl::Status WriteBatch(int items, rocksdb::WriteBatch& batch);
  void AddItem(rocksdb::WriteBatch& batch);

  const std::unique_ptr<rocksdb::DB> db_;
  const int64_t customers_;
  const FloorSizes sizes_;
  std::mt19937_64 random_{1};
  uint64_t written_ = 0;
  std::string noise_;  // values are pieces of it, so that they do not compress
};

}  // namespace patron::bench
