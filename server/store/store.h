// State on disk: RocksDB behind a narrow door. The only folder that knows it.
//
// A Store is one directory. Everything is written through Batch and Write, one
// synced write at a time, by the commit path alone; reads may run beside it.
// Ownership: a Batch borrows its Store.
// Threads:   Write from one thread at a time; everything else from any.
// Errors:    kFailedPrecondition for a directory that is not a Patron store, is
// of
//            a newer format, or is in use; kDataLoss for damage;
//            kResourceExhausted for a full disk; kUnavailable for other I/O
//            errors.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/base/digest.h"
#include "server/base/ids.h"

namespace rocksdb {
class Env;
}

namespace patron::store {

// Grows with every change of keys or rows that an older build cannot read.
inline constexpr int kFormatVersion = 4;
// A store of this format or a later one is brought up when it is opened.
inline constexpr int kOldestFormat = 1;

// The column families; keys.h has their keys. The numbers are not on disk.
enum class Family {
  kMeta,
  kIds,
  kProducts,
  kStock,
  kPeople,
  kFacts,
  kItems,
  kPurchases,
  kReceipts,
  kEvents,
  kImpressions,
  kReplies,
  kAccounts,
  kEntries,
  kReservations,
  kCodes,
  kDefinitions,
  kAliases,
  kLists,
  kRuns,
  kContacts,
  kRunRows,
};
inline constexpr int kFamilyCount = 22;

struct StoreOptions {
  // Cache of uncompressed blocks. More helps exports and history of many
  // customers; recommendation reads memory only.
  size_t block_cache_bytes = 128 << 20;
  // All memtables together; when full, the largest is flushed.
  size_t write_buffer_bytes = 192 << 20;
  // One fdatasync a Write. Off, an acknowledged command may be lost: for tests.
  bool sync = true;
  // The file system below, for tests that make it fail; null = the machine's.
  rocksdb::Env* env = nullptr;
};

// Called with key and value of a row, both valid during the call; false stops.
using RowVisitor =
    std::function<bool(absl::string_view key, absl::string_view value)>;

class Batch;

class Store {
 public:
  // Opens the store in `path`, or makes one in a directory that is absent or
  // empty.
  static absl::StatusOr<std::unique_ptr<Store>> Open(
      const std::string& path, const StoreOptions& options);
  // Opens what CreateCheckpoint left, without writing to it.
  static absl::StatusOr<std::unique_ptr<Store>> OpenReadOnly(
      const std::string& path);
  ~Store();

  absl::StatusOr<std::optional<std::string>> Get(Family family,
                                                 absl::string_view key) const;

  // Rows with begin <= key < end in key order (end "" = to the last), at one
  // moment. kDataLoss where a block fails its checksum.
  absl::Status Scan(Family family, absl::string_view begin,
                    absl::string_view end, const RowVisitor& visit) const;
  absl::Status ScanPrefix(Family family, absl::string_view prefix,
                          const RowVisitor& visit) const;

  // Writes all of `batch` or nothing, then syncs; the batch is empty after.
  absl::Status Write(Batch& batch);

  // Digest over every key and value, family by family; the store's uuid, which
  // no command set, is left out. Equal commands give an equal checksum.
  absl::StatusOr<Digest128> Checksum() const;

  // A consistent copy by hard links in `path`, which must not exist.
  absl::Status CreateCheckpoint(const std::string& path) const;

  // Bytes of all files of the store, its log of the latest writes among them.
  uint64_t SizeBytes() const;

  // Made once with the store; artefacts name it.
  const std::string& uuid() const;

 private:
  friend class Batch;
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Changes that are written together, with a plain overlay beside them through
// which later commands of the same batch read what earlier ones wrote.
// One thread.
class Batch {
 public:
  explicit Batch(const Store& store);
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  void Put(Family family, absl::string_view key, absl::string_view value);
  // As Put, for rows that no command of the same batch reads back: cheaper.
  void PutBlind(Family family, absl::string_view key, absl::string_view value);
  // Takes a row away; Get and ScanPrefix of this batch no longer see it.
  void Delete(Family family, absl::string_view key);
  // Takes away begin <= key < end. Not seen by Get of this batch.
  void DeleteRange(Family family, absl::string_view begin,
                   absl::string_view end);

  // This batch's own value, else the store's.
  absl::StatusOr<std::optional<std::string>> Get(Family family,
                                                 absl::string_view key) const;
  // Rows under `prefix` in key order, this batch's own values included.
  absl::Status ScanPrefix(Family family, absl::string_view prefix,
                          const RowVisitor& visit) const;

  // Changes so far: a command that refuses must leave it as it was.
  size_t changes() const { return changes_; }

 private:
  friend class Store;
  struct Impl;

  const Store& store_;
  std::unique_ptr<Impl> impl_;
  size_t changes_ = 0;
};

}  // namespace patron::store
