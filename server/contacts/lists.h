// Static lists: customers under a name, as somebody uploaded them.
//
// Ownership: a list that was handed out stays as it was, also when commands
// change it since. Threads: Find and All from any; Load before the applying
// thread runs; ListChanges is the applying thread's own. Errors: kDataLoss for
// a row that does not decode.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <roaring/roaring.hh>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "server/base/ids.h"
#include "server/store/store.h"

namespace patron::contacts {

struct StaticList {
  std::string name;
  std::shared_ptr<const Roaring> members;  // ordinals; never null
  LogPosition position;                    // of the latest change
};

class Lists {
 public:
  absl::Status Load(const store::Store& store);

  // nullopt: no such list.
  std::optional<StaticList> Find(absl::string_view list_id) const;
  // By id.
  std::map<std::string, StaticList> All() const;

 private:
  friend class ListChanges;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, StaticList> lists_ ABSL_GUARDED_BY(mutex_);
};

// The lists as the running batch sees them.
class ListChanges {
 public:
  explicit ListChanges(Lists& lists) : lists_(lists) {}

  std::optional<StaticList> Find(absl::string_view list_id) const;
  void Put(const std::string& list_id, StaticList list);
  void Drop(const std::string& list_id);
  // Whoever is `absorbed` is `kept` on every list.
  void Merge(CustomerOrdinal kept, CustomerOrdinal absorbed,
             LogPosition position);

  void Flush(store::Batch& batch);  // before the write
  void Publish();                   // after the synced write

 private:
  Lists& lists_;
  // nullopt: taken away. Ordered: rows go out by id.
  std::map<std::string, std::optional<StaticList>> changed_;
};

}  // namespace patron::contacts
