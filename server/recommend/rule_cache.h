// Product rules of late requests, compiled: a page asks with the same few texts
// again and again.
//
// Bounded; the one that was not asked for longest leaves. Threads: from any.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/rules/rules.h"
#include "storefront_types.h"

namespace patron::recommend {

class RuleCache {
 public:
  // `most` is 1 or more.
  explicit RuleCache(size_t most = 64) : most_(most) {}

  // The filter's rule, compiled. Errors as CompileRule; those are not kept.
  absl::StatusOr<rules::Program> Get(const wire::Filter& filter);

  size_t size() const;

 private:
  struct Kept {
    rules::Program program;
    uint64_t asked = 0;
  };

  void MakeRoom() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t most_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Kept> kept_ ABSL_GUARDED_BY(mutex_);
  uint64_t asked_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace patron::recommend
