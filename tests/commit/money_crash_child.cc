// What the money crash test kills: four threads send commands over the same few
// customers, budget and codes, and say on standard output, a line each, which
// were answered.
//
//   money_crash_child STORE FIRST FAULT SYNC
//
// Rounds are numbered; those of thread t are FIRST + t, FIRST + t + 4, …. The
// rounds before FIRST that may or may not have been applied are sent again
// first, under the same request ids: a repeat must not count twice.

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/base/clock.h"
#include "server/commit/engine.h"
#include "tests/commit/money_crash.h"
#include "tests/store/faulty_file_system.h"

namespace {

using namespace patron::testing;  // NOLINT: a test's main

void Acknowledge(int number, bool refused) {
  const std::string line = absl::StrCat(number, " ", refused ? 1 : 0, "\n");
  // One write a line; the reader is gone once the parent has seen enough.
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(0);
}

void Send(patron::commit::Engine& engine, int number) {
  const auto reply =
      engine.Execute(MoneyCommand(number), {MoneyRequestId(number), "crash"});
  const bool refused = absl::IsFailedPrecondition(reply.status()) ||
                       absl::IsNotFound(reply.status());
  if (!refused) PATRON_CHECK_OK(reply.status());
  Acknowledge(number, refused);
}

void SendRound(patron::commit::Engine& engine, int round) {
  for (int step = 0; step < kMoneySteps; ++step)
    Send(engine, round * kMoneySteps + step);
}

void Define(patron::commit::Engine& engine) {
  PATRON_CHECK_OK(
      engine.Execute(MoneyDefinitions(), {"definitions", ""}).status());
  PATRON_CHECK_OK(engine.Execute(MoneyCodes(), {"codes", ""}).status());
}

}  // namespace

int main(int argc, char** argv) {
  PATRON_CHECK(argc == 5);
  const int first = std::atoi(argv[2]);
  const auto env =
      MakeFaultyEnv(static_cast<Fault>(std::atoi(argv[3])), /*after=*/0);
  patron::store::StoreOptions options;
  options.env = env.get();
  options.sync = std::string(argv[4]) == "sync";
  auto state = patron::commit::State::Open(argv[1], options);
  PATRON_CHECK_OK(state.status());
  const patron::RealClock clock;
  auto engine = patron::commit::Engine::Open(**state, clock, {});
  PATRON_CHECK_OK(engine.status());
  Define(**engine);
  for (int round = std::max(0, first - 2 * kMoneyThreads); round < first;
       ++round)
    SendRound(**engine, round);
  std::vector<std::thread> threads;
  for (int t = 0; t < kMoneyThreads; ++t)
    threads.emplace_back([&engine, first, t] {
      for (int round = first + t; round < first + 1'000'000;
           round += kMoneyThreads)
        SendRound(**engine, round);
    });
  for (std::thread& thread : threads) thread.join();
}
