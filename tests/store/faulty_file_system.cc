#include "tests/store/faulty_file_system.h"

#include <rocksdb/file_system.h>

#include <atomic>
#include <string>
#include <utility>

namespace patron::testing {
namespace {

using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

struct Faults {
  Fault kind;
  std::atomic<int64_t> left;
};

class FaultyFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<FSWritableFile> file, Faults& faults)
      : FSWritableFileOwnerWrapper(std::move(file)), faults_(faults) {}

  IOStatus Append(const Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    if (faults_.kind == Fault::kDropUnsynced) {
      unsynced_.append(data.data(), data.size());
      return IOStatus::OK();
    }
    if (faults_.kind == Fault::kNoSpace &&
        faults_.left.fetch_sub(static_cast<int64_t>(data.size())) <
            static_cast<int64_t>(data.size()))
      return IOStatus::NoSpace("no space left on the test's disk");
    return target()->Append(data, options, debug);
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }

  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return SyncWith(options, debug, &FSWritableFile::Sync);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return SyncWith(options, debug, &FSWritableFile::Fsync);
  }
  IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&,
                     IODebugContext*) override {
    return IOStatus::OK();
  }
  uint64_t GetFileSize(const IOOptions& options,
                       IODebugContext* debug) override {
    return target()->GetFileSize(options, debug) + unsynced_.size();
  }

 private:
  IOStatus SyncWith(const IOOptions& options, IODebugContext* debug,
                    IOStatus (FSWritableFile::*sync)(const IOOptions&,
                                                     IODebugContext*)) {
    if (faults_.kind == Fault::kSyncFails && faults_.left.fetch_sub(1) <= 0)
      return IOStatus::IOError("the test's disk does not sync");
    if (!unsynced_.empty()) {
      IOStatus status = target()->Append(unsynced_, options, debug);
      if (!status.ok()) return status;
      unsynced_.clear();
    }
    return (target()->*sync)(options, debug);
  }

  Faults& faults_;
  std::string unsynced_;
};

class FaultyFileSystem : public rocksdb::FileSystemWrapper {
 public:
  FaultyFileSystem(Fault kind, int64_t after)
      : FileSystemWrapper(rocksdb::FileSystem::Default()),
        faults_{kind, after} {}

  const char* Name() const override { return "FaultyFileSystem"; }

  IOStatus NewWritableFile(const std::string& name,
                           const rocksdb::FileOptions& options,
                           std::unique_ptr<FSWritableFile>* result,
                           IODebugContext* debug) override {
    std::unique_ptr<FSWritableFile> file;
    IOStatus status = target()->NewWritableFile(name, options, &file, debug);
    if (status.ok())
      *result = std::make_unique<FaultyFile>(std::move(file), faults_);
    return status;
  }

 private:
  Faults faults_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> MakeFaultyEnv(Fault fault, int64_t after) {
  return rocksdb::NewCompositeEnv(
      std::make_shared<FaultyFileSystem>(fault, after));
}

}  // namespace patron::testing
