// File systems that fail the way disks do, for RocksDB to stand on in tests.
#pragma once

#include <rocksdb/env.h>

#include <cstdint>
#include <memory>

namespace patron::testing {

enum class Fault {
  kNone,
  // Data stays in this process until it is synced: killing the process drops
  // it, as pulling the plug drops the page cache.
  kDropUnsynced,
  // Appends fail for want of space after `after` bytes.
  kNoSpace,
  // Syncs fail after `after` of them.
  kSyncFails,
};

std::unique_ptr<rocksdb::Env> MakeFaultyEnv(Fault fault, int64_t after);

}  // namespace patron::testing
