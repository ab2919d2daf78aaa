// Enters commands in portions; the first refusal stops. Borrows the engine.
// Threads: one.
#pragma once

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "server/base/status_macros.h"
#include "server/commit/engine.h"

namespace patron::eval {

class Entry {
 public:
  explicit Entry(commit::Engine& engine) : engine_(engine) {}

  absl::Status Add(wire::CommandBody body) {
    bodies_.push_back(std::move(body));
    return bodies_.size() < kAtOnce ? absl::OkStatus() : Finish();
  }

  absl::Status Finish() {
    for (const auto& reply :
         engine_.ExecuteAll(std::exchange(bodies_, {}), "eval"))
      PATRON_RETURN_IF_ERROR(reply.status());
    return absl::OkStatus();
  }

 private:
  static constexpr size_t kAtOnce = 2000;

  commit::Engine& engine_;
  std::vector<wire::CommandBody> bodies_;
};

}  // namespace patron::eval
