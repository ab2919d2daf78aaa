// Three runs planned side by side, for the crash test: the next command follows
// from State alone, so whoever goes on after a kill gives the same commands as
// one who was never killed.
#pragma once

#include <optional>

#include "commands_types.h"
#include "server/base/clock.h"
#include "server/commit/engine.h"
#include "server/commit/state.h"

namespace patron::testing {

// Within the campaigns' window, and there it stays.
SimulatedClock StoryClock();

// Definitions, customers and open runs; again where they are there already, to
// no effect.
void BeginStory(commit::Engine& engine);

// The next chunk of the run that is furthest behind, or the freezing of the
// first once all are planned; nullopt: the story is over.
std::optional<wire::CommandBody> NextOfStory(const commit::State& state);

}  // namespace patron::testing
