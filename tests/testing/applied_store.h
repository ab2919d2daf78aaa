// A State and its Applier over a fresh store, for tests that feed commands
// themselves: no log, no thread, no clock.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "commands_types.h"
#include "server/commit/applier.h"
#include "server/commit/state.h"

namespace patron::testing {

class AppliedStore {
 public:
  explicit AppliedStore(std::string path,
                        const store::StoreOptions& options = {});

  // Stands for a restart of the process.
  void Reopen();

  // Applies the commands as one batch, under positions that go on from the
  // last.
  std::vector<wire::CommandReply> Apply(
      const std::vector<wire::Command>& commands);
  // One command made of `body`, logged at the time it happened.
  wire::CommandReply Apply(wire::CommandBody body);

  commit::State& state() { return *state_; }
  std::string Checksum() const;
  facts::CustomerFacts FactsOf(const std::string& customer) const;

 private:
  const std::string path_;
  const store::StoreOptions options_;
  uint64_t position_ = 0;
  std::unique_ptr<commit::State> state_;
  std::unique_ptr<commit::Applier> applier_;
};

}  // namespace patron::testing
