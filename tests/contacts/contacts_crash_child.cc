// What the contacts crash test kills: goes on with the story of plan_story.h
// from wherever the store stands, and says on standard output, a line each, of
// which run how many customers are decided.
//
//   contacts_crash_child STORE FAULT SYNC

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/base/clock.h"
#include "server/commit/engine.h"
#include "tests/contacts/plan_story.h"
#include "tests/store/faulty_file_system.h"

namespace {

using namespace patron::testing;  // NOLINT: a test's main

void Acknowledge(const patron::commit::State& state) {
  std::string line;
  for (const auto& run : state.runs.All())
    absl::StrAppend(&line, run->decided, " ");
  line.back() = '\n';
  // One write a line; the reader is gone once the parent has seen enough.
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  PATRON_CHECK(argc == 4);
  const auto env =
      MakeFaultyEnv(static_cast<Fault>(std::atoi(argv[2])), /*after=*/0);
  patron::store::StoreOptions options;
  options.env = env.get();
  options.sync = std::string(argv[3]) == "sync";
  auto state = patron::commit::State::Open(argv[1], options);
  PATRON_CHECK_OK(state.status());
  const patron::SimulatedClock clock = StoryClock();
  auto engine = patron::commit::Engine::Open(**state, clock, {});
  PATRON_CHECK_OK(engine.status());
  BeginStory(**engine);
  while (auto body = NextOfStory(**state)) {
    PATRON_CHECK_OK(
        (*engine)->Execute(*std::move(body), {"", "story"}).status());
    Acknowledge(**state);
  }
}
