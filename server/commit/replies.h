// Replies remembered by request id, so that a caller who did not hear the first
// may ask again: known ids in memory, the replies themselves on disk under
// their log position until ForgetReplies takes them.
//
// The applying thread's own, but for Load.
#pragma once

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/digest.h"
#include "server/base/ids.h"
#include "server/commit/command_log.h"
#include "server/store/store.h"

namespace patron::commit {

class Replies {
 public:
  absl::Status Load(const store::Store& store);

  // The reply to the first command with this request id, which must have had
  // the same body: else a refusal with ALREADY_EXISTS. nullopt if the id is
  // new.
  absl::StatusOr<std::optional<wire::CommandReply>> Find(
      const PendingCommand& pending, const store::Batch& batch) const;

  // Remembers `reply` to `pending`. Known at once: a batch is written or the
  // process stops, so this never runs ahead of the disk for a reader.
  void Remember(const PendingCommand& pending, const wire::CommandReply& reply,
                store::Batch& batch);

  // Forgets what stands before `before`.
  void Forget(LogPosition before, store::Batch& batch);

  size_t size() const { return by_request_.size(); }

 private:
  struct Known {
    LogPosition position;
    Digest128 body;
  };
  absl::flat_hash_map<Digest128, Known> by_request_;
  std::deque<std::pair<LogPosition, Digest128>> in_order_;
};

// The first position whose reply was remembered at `moment` or later, looking
// at `most` rows: what ForgetReplies may be given. nullopt if there is nothing
// to forget.
absl::StatusOr<std::optional<LogPosition>> FirstReplySince(
    const store::Store& store, absl::Time moment, int most);

}  // namespace patron::commit
