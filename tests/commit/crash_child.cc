// What the crash tests kill: four threads record purchases and say on standard
// output, a line each, which were acknowledged.
//
//   commit_crash_child STORE FIRST FAULT AFTER SYNC
//
// Purchases are numbered; those of thread t are FIRST + t, FIRST + t + 4, …;
// each is asked for under its own request id. The purchases before FIRST that
// may or may not have been applied are asked for again first: a repeat must not
// count twice.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/base/clock.h"
#include "server/commit/engine.h"
#include "tests/commit/crash_purchases.h"
#include "tests/store/faulty_file_system.h"

namespace {

using patron::testing::CrashPurchase;
using patron::testing::kCrashThreads;

void Acknowledge(int number) {
  const std::string line = absl::StrCat(number, "\n");
  // One write a line; the reader is gone once the parent has seen enough.
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(0);
}

void Record(patron::commit::Engine& engine, int number) {
  const auto reply = engine.Execute(
      CrashPurchase(number), {absl::StrCat("request-", number), "crash"});
  PATRON_CHECK_OK(reply.status());
  Acknowledge(number);
}

}  // namespace

int main(int argc, char** argv) {
  PATRON_CHECK(argc == 6);
  const int first = std::atoi(argv[2]);
  const auto env = patron::testing::MakeFaultyEnv(
      static_cast<patron::testing::Fault>(std::atoi(argv[3])),
      std::atoll(argv[4]));
  patron::store::StoreOptions options;
  options.env = env.get();
  options.sync = std::string(argv[5]) == "sync";
  auto state = patron::commit::State::Open(argv[1], options);
  PATRON_CHECK_OK(state.status());
  const patron::RealClock clock;
  auto engine = patron::commit::Engine::Open(**state, clock, {});
  PATRON_CHECK_OK(engine.status());
  for (int number = std::max(0, first - 2 * kCrashThreads); number < first;
       ++number)
    Record(**engine, number);
  std::vector<std::thread> threads;
  for (int t = 0; t < kCrashThreads; ++t)
    threads.emplace_back([&engine, first, t] {
      for (int number = first + t; number < first + 1'000'000;
           number += kCrashThreads)
        Record(**engine, number);
    });
  for (std::thread& thread : threads) thread.join();
}
