// Two versions of the index side by side: who is answered by which.
//
// A customer is on trial by a stable hash of her id and the version's name, so
// that the split is the same after a restart and on every machine, and another
// version's trial draws anew. Nobody known, and a holdout of recommendations,
// stay with the version that serves.
// Plain data, fixed after construction. Threads: any.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "definitions_types.h"
#include "index/artefact.h"

namespace patron::recommend {

struct Trial {
  std::shared_ptr<const index::Artefact> artefact;
  int percent = 0;        // 1 to 99
  wire::Holdout holdout;  // the shop's, as it was when the trial began
  absl::Time started_at;
  uint64_t log_position = 0;  // of the last command before it

  bool Has(absl::string_view customer_id) const;
};

}  // namespace patron::recommend
