// What Apply works on: the batch of the running commands and the changes beside
// it. The applying thread's own; lives as long as the engine.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "server/base/day.h"
#include "server/base/ids.h"
#include "server/base/roles.h"
#include "server/columns/feed.h"
#include "server/customers/totals.h"
#include "server/facts/table.h"
#include "server/store/ordinals.h"
#include "server/store/store.h"

namespace patron::customers {

struct ApplyContext {
  store::Batch& batch;
  store::OrdinalChanges& ordinals;
  facts::FactsChanges& facts;
  TotalsChanges& totals;
  columns::FeedChanges& columns;
};

// The envelope of the command: all that Apply knows of time and place.
struct Stamp {
  LogPosition position;
  absl::Time logged_at;
  Day local_day = 0;   // of what happened
  Day logged_day = 0;  // of logged_at: what expires goes by it
  std::string actor;
  Roles roles = 0;  // of the actor's token

  // The caller's own time of what happened, else when it was heard of.
  absl::Time HappenedAt(int64_t given_us) const {
    return given_us == 0 ? logged_at : absl::FromUnixMicros(given_us);
  }
};

}  // namespace patron::customers
