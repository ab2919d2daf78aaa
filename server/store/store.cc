#include "server/store/store.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/base/random.h"
#include "server/base/status_macros.h"

namespace patron::store {
namespace {

// Names on disk, in the order of Family.
constexpr std::array<const char*, kFamilyCount> kFamilyNames = {
    "default", "ids", "products", "stock", "people", "facts", "items",
    "purchases", "receipts", "events", "impressions", "replies",
    // since format 2
    "accounts", "entries", "reservations", "codes", "definitions", "aliases",
    // since format 3
    "lists", "runs", "contacts", "run_rows"};

// Whether a store of some format that this build reads has so many of the
// names.
bool IsFamilyCount(size_t count) {
  return count == 12 || count == 18 || count == kFamilyNames.size();
}

rocksdb::Slice ToSlice(absl::string_view s) { return {s.data(), s.size()}; }
absl::string_view ToView(const rocksdb::Slice& s) {
  return {s.data(), s.size()};
}

absl::Status ToStatus(absl::string_view what, const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = absl::StrCat(what, ": ", status.ToString());
  if (status.IsNoSpace()) return absl::ResourceExhaustedError(message);
  if (status.IsCorruption()) return absl::DataLossError(message);
  return absl::UnavailableError(message);
}

// Point reads of absent keys (is this receipt known?) are the common case:
// whole-key filters everywhere. Young data is compressed fast, old data well.
rocksdb::ColumnFamilyOptions FamilyOptions(
    const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 16 << 10;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.cache_index_and_filter_blocks = false;
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kLZ4Compression;
  options.bottommost_compression = rocksdb::kZSTD;
  options.level_compaction_dynamic_level_bytes = true;
  return options;
}

rocksdb::DBOptions DatabaseOptions(const StoreOptions& options) {
  rocksdb::DBOptions db;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  db.db_write_buffer_size = options.write_buffer_bytes;
  db.max_background_jobs = 2;
  db.max_open_files = 512;
  db.keep_log_file_num = 4;
  db.max_log_file_size = 4 << 20;
  db.bytes_per_sync = 1 << 20;
  if (options.env != nullptr) db.env = options.env;
  return db;
}

bool IsEmptyOrAbsent(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return true;
  return std::filesystem::is_empty(path, error);
}

// What is in `path` when RocksDB cannot say: a directory of somebody else's.
bool HoldsDatabase(const std::string& path) {
  return std::filesystem::exists(std::filesystem::path(path) / "CURRENT");
}

bool IsUuidKey(Family family, const rocksdb::Slice& key) {
  return family == Family::kMeta && key == rocksdb::Slice("uuid");
}

// The smallest key after every key that starts with `prefix`; "" = none.
std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xFF)
    end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(end.back() + 1);
  return end;
}

}  // namespace

struct Store::Impl {
  std::string path;
  StoreOptions options;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  std::string uuid;

  // Handles go before the database, or RocksDB aborts.
  ~Impl() {
    for (rocksdb::ColumnFamilyHandle* handle : handles)
      db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }

  rocksdb::ColumnFamilyHandle* Handle(Family family) const {
    return handles[static_cast<size_t>(family)];
  }
  absl::Status OpenDatabase(bool read_only);
  absl::Status MakeIdentity();
  absl::Status CheckIdentity(bool read_only);
};

absl::Status Store::Impl::OpenDatabase(bool read_only) {
  const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : kFamilyNames)
    families.emplace_back(name, FamilyOptions(cache));
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status =
      read_only ? rocksdb::DB::OpenForReadOnly(DatabaseOptions(options), path,
                                               families, &handles, &opened)
                : rocksdb::DB::Open(DatabaseOptions(options), path, families,
                                    &handles, &opened);
  db.reset(opened);
  if (status.IsInvalidArgument())
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": column families of another program or a newer Patron: ",
        status.ToString()));
  if (status.IsIOError() && absl::StrContains(status.ToString(), "lock"))
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": is in use by another process: ", status.ToString()));
  return ToStatus(path, status);
}

absl::Status Store::Impl::MakeIdentity() {
  rocksdb::WriteBatch batch;
  uuid = RandomHex(16);
  batch.Put(Handle(Family::kMeta), "uuid", uuid).PermitUncheckedError();
  batch.Put(Handle(Family::kMeta), "format", absl::StrCat(kFormatVersion))
      .PermitUncheckedError();
  rocksdb::WriteOptions write;
  write.sync = true;
  return ToStatus(path, db->Write(write, &batch));
}

absl::Status Store::Impl::CheckIdentity(bool read_only) {
  std::string format;
  const rocksdb::Status status =
      db->Get(rocksdb::ReadOptions(), Handle(Family::kMeta), "format", &format);
  if (status.IsNotFound())
    return absl::FailedPreconditionError(absl::StrCat(
        path,
        ": is a RocksDB database, but not a Patron store: it has no format"));
  PATRON_RETURN_IF_ERROR(ToStatus(path, status));
  int version = 0;
  if (!absl::SimpleAtoi(format, &version) || version < kOldestFormat ||
      version > kFormatVersion)
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": store of format ", format, "; this build reads formats ",
        kOldestFormat, " to ", kFormatVersion));
  PATRON_RETURN_IF_ERROR(ToStatus(
      path,
      db->Get(rocksdb::ReadOptions(), Handle(Family::kMeta), "uuid", &uuid)));
  if (version == kFormatVersion || read_only) return absl::OkStatus();
  // Opening has made the families that were missing; older rows stand as they
  // are.
  rocksdb::WriteOptions write;
  write.sync = true;
  return ToStatus(path, db->Put(write, Handle(Family::kMeta), "format",
                                absl::StrCat(kFormatVersion)));
}

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

absl::StatusOr<std::unique_ptr<Store>> Store::Open(
    const std::string& path, const StoreOptions& options) {
  const bool fresh = IsEmptyOrAbsent(path);
  if (!fresh && !HoldsDatabase(path))
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": holds files, but not a Patron store"));
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error)
    return absl::UnavailableError(absl::StrCat(path, ": ", error.message()));

  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->options = options;
  // A foreign database must not be given our families before it is refused.
  if (!fresh) {
    std::vector<std::string> names;
    PATRON_RETURN_IF_ERROR(
        ToStatus(path, rocksdb::DB::ListColumnFamilies(DatabaseOptions(options),
                                                       path, &names)));
    if (!IsFamilyCount(names.size()))
      return absl::FailedPreconditionError(
          absl::StrCat(path, ": holds ", names.size(),
                       " column families where a Patron store of format ",
                       kFormatVersion, " has ", kFamilyNames.size()));
  }
  PATRON_RETURN_IF_ERROR(impl->OpenDatabase(/*read_only=*/false));
  PATRON_RETURN_IF_ERROR(fresh ? impl->MakeIdentity()
                               : impl->CheckIdentity(/*read_only=*/false));
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

absl::StatusOr<std::unique_ptr<Store>> Store::OpenReadOnly(
    const std::string& path) {
  if (!HoldsDatabase(path))
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": holds no Patron store"));
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  PATRON_RETURN_IF_ERROR(impl->OpenDatabase(/*read_only=*/true));
  PATRON_RETURN_IF_ERROR(impl->CheckIdentity(/*read_only=*/true));
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

absl::StatusOr<std::optional<std::string>> Store::Get(
    Family family, absl::string_view key) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = impl_->db->Get(
      rocksdb::ReadOptions(), impl_->Handle(family), ToSlice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  PATRON_RETURN_IF_ERROR(ToStatus(impl_->path, status));
  return std::string(value.data(), value.size());
}

absl::Status Store::Scan(Family family, absl::string_view begin,
                         absl::string_view end, const RowVisitor& visit) const {
  rocksdb::ReadOptions options;
  const rocksdb::Slice upper = ToSlice(end);
  if (!end.empty()) options.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> rows(
      impl_->db->NewIterator(options, impl_->Handle(family)));
  for (rows->Seek(ToSlice(begin)); rows->Valid(); rows->Next())
    if (!visit(ToView(rows->key()), ToView(rows->value()))) break;
  return ToStatus(impl_->path, rows->status());
}

absl::Status Store::ScanPrefix(Family family, absl::string_view prefix,
                               const RowVisitor& visit) const {
  return Scan(family, prefix, PrefixEnd(prefix), visit);
}

absl::StatusOr<Digest128> Store::Checksum() const {
  DigestStream digest;
  const auto add = [&digest](const rocksdb::Slice& bytes) {
    digest.Add(absl::StrCat(bytes.size(), ":"));
    digest.Add(ToView(bytes));
  };
  const rocksdb::Snapshot* snapshot = impl_->db->GetSnapshot();
  rocksdb::Status status;
  for (int f = 0; f < kFamilyCount && status.ok(); ++f) {
    const Family family = static_cast<Family>(f);
    rocksdb::ReadOptions options;
    options.snapshot = snapshot;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> rows(
        impl_->db->NewIterator(options, impl_->Handle(family)));
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      if (IsUuidKey(family, rows->key())) continue;
      add(rows->key());
      add(rows->value());
    }
    digest.Add("/");
    status = rows->status();
  }
  impl_->db->ReleaseSnapshot(snapshot);
  PATRON_RETURN_IF_ERROR(ToStatus(impl_->path, status));
  return digest.Finish();
}

absl::Status Store::CreateCheckpoint(const std::string& path) const {
  rocksdb::Checkpoint* made = nullptr;
  PATRON_RETURN_IF_ERROR(
      ToStatus(path, rocksdb::Checkpoint::Create(impl_->db.get(), &made)));
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  return ToStatus(path, checkpoint->CreateCheckpoint(path));
}

uint64_t Store::SizeBytes() const {
  uint64_t total = 0;
  std::error_code gone;  // compaction takes files away while we count
  for (const auto& file :
       std::filesystem::directory_iterator(impl_->path, gone)) {
    const uint64_t size = file.file_size(gone);
    if (!gone) total += size;
  }
  return total;
}

const std::string& Store::uuid() const { return impl_->uuid; }

// ---- Batch
// -------------------------------------------------------------------

// Written rows that may be read back, under family byte and key, in memory that
// goes with the batch.
struct Batch::Impl {
  rocksdb::WriteBatch writes;
  absl::flat_hash_map<absl::string_view, absl::string_view> overlay;
  std::vector<std::unique_ptr<char[]>> arena;
  size_t arena_left = 0;
  char* arena_next = nullptr;

  char* Allocate(size_t bytes) {
    constexpr size_t kBlock = 64 << 10;
    if (bytes > arena_left) {
      arena_left = std::max(bytes, kBlock);
      arena.push_back(std::make_unique<char[]>(arena_left));
      arena_next = arena.back().get();
    }
    char* place = arena_next;
    arena_next += bytes;
    arena_left -= bytes;
    return place;
  }

  void Clear() {
    writes.Clear();
    overlay.clear();
    arena.clear();
    arena_left = 0;
  }
};

namespace {

// In the overlay: the row was taken away.
constexpr absl::string_view kDeleted;

std::string OverlayKey(Family family, absl::string_view key) {
  return absl::StrCat(std::string(1, static_cast<char>(family)), key);
}

}  // namespace

Batch::Batch(const Store& store)
    : store_(store), impl_(std::make_unique<Impl>()) {}
Batch::~Batch() = default;

void Batch::PutBlind(Family family, absl::string_view key,
                     absl::string_view value) {
  impl_->writes.Put(store_.impl_->Handle(family), ToSlice(key), ToSlice(value))
      .PermitUncheckedError();
  ++changes_;
}

void Batch::Put(Family family, absl::string_view key, absl::string_view value) {
  PutBlind(family, key, value);
  char* copy = impl_->Allocate(1 + key.size() + value.size());
  copy[0] = static_cast<char>(family);
  std::memcpy(copy + 1, key.data(), key.size());
  std::memcpy(copy + 1 + key.size(), value.data(), value.size());
  impl_->overlay[absl::string_view(copy, 1 + key.size())] =
      absl::string_view(copy + 1 + key.size(), value.size());
}

void Batch::Delete(Family family, absl::string_view key) {
  impl_->writes.Delete(store_.impl_->Handle(family), ToSlice(key))
      .PermitUncheckedError();
  ++changes_;
  char* copy = impl_->Allocate(1 + key.size());
  copy[0] = static_cast<char>(family);
  std::memcpy(copy + 1, key.data(), key.size());
  impl_->overlay[absl::string_view(copy, 1 + key.size())] = kDeleted;
}

void Batch::DeleteRange(Family family, absl::string_view begin,
                        absl::string_view end) {
  impl_->writes
      .DeleteRange(store_.impl_->Handle(family), ToSlice(begin), ToSlice(end))
      .PermitUncheckedError();
  ++changes_;
}

absl::StatusOr<std::optional<std::string>> Batch::Get(
    Family family, absl::string_view key) const {
  if (const auto own = impl_->overlay.find(OverlayKey(family, key));
      own != impl_->overlay.end()) {
    if (own->second.data() == nullptr) return std::nullopt;
    return std::string(own->second);
  }
  return store_.Get(family, key);
}

absl::Status Batch::ScanPrefix(Family family, absl::string_view prefix,
                               const RowVisitor& visit) const {
  std::map<std::string, std::string> rows;
  PATRON_RETURN_IF_ERROR(store_.ScanPrefix(
      family, prefix, [&rows](absl::string_view key, absl::string_view value) {
        rows.emplace(key, value);
        return true;
      }));
  const std::string own_prefix = OverlayKey(family, prefix);
  for (const auto& [key, value] : impl_->overlay) {
    if (!absl::StartsWith(key, own_prefix)) continue;
    if (value.data() == nullptr)
      rows.erase(std::string(key.substr(1)));
    else
      rows[std::string(key.substr(1))] = std::string(value);
  }
  for (const auto& [key, value] : rows)
    if (!visit(key, value)) break;
  return absl::OkStatus();
}

absl::Status Store::Write(Batch& batch) {
  rocksdb::WriteOptions options;
  options.sync = impl_->options.sync;
  const rocksdb::Status status =
      impl_->db->Write(options, &batch.impl_->writes);
  batch.impl_->Clear();
  batch.changes_ = 0;
  return ToStatus(impl_->path, status);
}

}  // namespace patron::store
