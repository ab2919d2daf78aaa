#include "server/campaigns/decide.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/status/status.h"

namespace patron::campaigns {
namespace {

constexpr int kNiceness = 10;
// Customers that a thread takes at once.
constexpr size_t kAtOnce = 16;

// Purchases go before plans where there is no core for both. On Linux this
// holds for the calling thread; where it is refused, plans are just as quick.
void GiveWay() {
  static_cast<void>(
      setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness));
}

}  // namespace

absl::StatusOr<std::vector<wire::PlannedContact>> DecideAll(
    const Planner& planner, absl::Span<const uint32_t> customers,
    const std::atomic<bool>& stop) {
  std::vector<wire::PlannedContact> decided(customers.size());
  std::vector<absl::Status> problems(customers.size());
  std::atomic<size_t> next{0};
  const auto work = [&] {
    GiveWay();
    while (!stop) {
      const size_t first = next.fetch_add(kAtOnce);
      if (first >= customers.size()) return;
      const size_t end = std::min(customers.size(), first + kAtOnce);
      for (size_t at = first; at < end && !stop; ++at) {
        auto contact = planner.Decide(CustomerOrdinal(customers[at]));
        problems[at] = contact.status();
        if (contact.ok()) decided[at] = *std::move(contact);
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kPlanningThreads; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  if (stop) return absl::CancelledError("planning stops");
  for (const absl::Status& problem : problems)
    if (!problem.ok()) return problem;
  return decided;
}

}  // namespace patron::campaigns
