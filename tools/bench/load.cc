#include "tools/bench/load.h"

#include <atomic>
#include <chrono>
#include <latch>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "tools/bench/stop.h"

namespace patron::bench {
namespace {

using Clock = std::chrono::steady_clock;

// One caller's part.
struct Caller {
  absl::Status made;
  Latencies latencies;
  int64_t failures = 0;
  absl::Status first_failure;
  Clock::time_point end;
};

// When a caller has called enough: whichever comes first.
struct Bound {
  absl::Duration duration = absl::Hours(1);
  int64_t calls = std::numeric_limits<int64_t>::max();
};

void Repeat(const Call& call, Clock::time_point until, int64_t calls,
            Caller& caller) {
  Clock::time_point start = Clock::now();
  for (int64_t done = 0; done < calls && start < until; ++done) {
    const absl::Status status = call();
    const Clock::time_point end = Clock::now();
    caller.latencies.Add(absl::FromChrono(end - start));
    if (!status.ok() && ++caller.failures == 1) caller.first_failure = status;
    start = end;
  }
  caller.end = start;
}

absl::Status CheckFailures(const std::vector<Caller>& callers) {
  int64_t failures = 0;
  size_t calls = 0;
  absl::Status first;
  for (const Caller& caller : callers) {
    PATRON_RETURN_IF_ERROR(caller.made);
    failures += caller.failures;
    calls += caller.latencies.count();
    first.Update(caller.first_failure);
  }
  if (failures == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat(failures, " of ", calls,
                   " calls failed, the first with: ", first.ToString()));
}

LoadResult Summarise(const std::vector<Caller>& callers,
                     Clock::time_point start) {
  LoadResult result;
  Clock::time_point end = start;
  for (const Caller& caller : callers) {
    result.latencies.Add(caller.latencies);
    end = std::max(end, caller.end);
  }
  result.per_second = static_cast<double>(result.latencies.count()) /
                      std::chrono::duration<double>(end - start).count();
  return result;
}

absl::StatusOr<LoadResult> Run(int threads, const Bound& bound,
                               const MakeCall& make) {
  PATRON_RETURN_IF_ERROR(CheckStop());
  std::vector<Caller> callers(static_cast<size_t>(threads));
  std::latch made(threads);
  std::latch go(1);
  Clock::time_point until;  // written before `go`
  std::vector<std::thread> running;
  for (int at = 0; at < threads; ++at) {
    running.emplace_back([&, at] {
      Caller& caller = callers[static_cast<size_t>(at)];
      const absl::StatusOr<Call> call = make(at);
      caller.made = call.status();
      made.count_down();
      go.wait();
      if (call.ok()) Repeat(*call, until, bound.calls, caller);
    });
  }
  made.wait();
  const Clock::time_point start = Clock::now();
  until = start + absl::ToChronoNanoseconds(bound.duration);
  go.count_down();
  for (std::thread& thread : running) thread.join();
  PATRON_RETURN_IF_ERROR(CheckFailures(callers));
  return Summarise(callers, start);
}

}  // namespace

absl::StatusOr<LoadResult> RunLoad(int threads, absl::Duration duration,
                                   const MakeCall& make) {
  Bound bound;
  bound.duration = duration;
  return Run(threads, bound, make);
}

absl::StatusOr<LoadResult> RunCalls(int threads, int64_t calls,
                                    const MakeCall& make) {
  Bound bound;
  bound.calls = calls;
  return Run(threads, bound, make);
}

}  // namespace patron::bench
