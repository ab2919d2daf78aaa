// Numbers of the few texts that stand in many lines: channels and currencies.
//
// They are given as texts come, for as long as the process runs, and stand
// nowhere on disk. A shop has a handful; from kMostCodes on a new text is
// counted as none, so that a caller who makes channels up cannot fill memory.
// Threads: Codes from any; a CodeCache is one thread's own.
#pragma once

#include <deque>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "server/columns/block.h"

namespace patron::columns {

inline constexpr size_t kMostCodes = 65535;

class Codes {
 public:
  // 0 for "" and for a text that never came.
  Code Find(absl::string_view text) const;
  // The text of a code; "" for 0 and for one that was not given.
  std::string TextOf(Code code) const;
  // Gives it a number where it has none.
  Code Make(absl::string_view text);

 private:
  mutable absl::Mutex mutex_;
  std::deque<std::string> texts_ ABSL_GUARDED_BY(mutex_);  // of code 1, 2 …
  absl::flat_hash_map<absl::string_view, Code> codes_ ABSL_GUARDED_BY(mutex_);
};

// Codes that one thread asked for before, without a lock.
class CodeCache {
 public:
  explicit CodeCache(Codes& codes) : codes_(codes) {}

  Code Of(const std::string& text);

 private:
  Codes& codes_;
  absl::flat_hash_map<std::string, Code> known_;
};

}  // namespace patron::columns
