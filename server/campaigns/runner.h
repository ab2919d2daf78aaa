// Works through the runs of campaigns in the background: plans those that were
// opened, issues the personal offers of those that were frozen.
//
//   Runner runner(parts, engine);   // goes on where the last one stopped
//   …  OpenRun is applied  …
//   runner.Wake();
//
// One run after another, the highest priority first, of equal ones the oldest;
// one of higher priority that is opened meanwhile is put in between. Decisions
// of the next customers are made while those of the ones before are applied,
// kContactsAtOnce a command: purchases that come in beside wait for one such
// command at most. Where a run stands is told by State alone (its
// next_customer), and a run names the moment, the campaign and the Knowledge
// that decide, so that it may be stopped anywhere and goes on to the same list.
//
// A run that cannot go on (its index version is gone, a list was deleted)
// stands still and says why; it is tried again on Wake and every kRetry.
//
// The offers of Occasion PERSONAL of a frozen list are issued to its customers
// under the cause "campaign RUN_ID", until purchases no longer count for the
// campaign; those who have the offer by that cause already are passed over.
// What cannot be issued any more (an offer that is gone, a campaign that is
// over) is told in the log.
//
// Ownership: borrows parts and engine. Threads: one of its own, which is joined
// by Stop and the destructor within one customer's decision and one command;
// Wake and ProblemOf from any.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/campaigns/parts.h"
#include "server/campaigns/planner.h"
#include "server/commit/engine.h"

namespace patron::campaigns {

inline constexpr size_t kContactsAtOnce = 50;
inline constexpr absl::Duration kRetry = absl::Seconds(10);

class Runner {
 public:
  Runner(const Parts& parts, commit::Engine& engine);
  ~Runner();

  // Looks for work. Also for what stood still.
  void Wake();
  // Why the run stands still; "" = it does not.
  std::string ProblemOf(const std::string& run_id) const;
  // Before the engine stops. Nothing is done after it returns.
  void Stop();

 private:
  void Loop();
  bool DoNext();
  void AwaitWork();
  // Number of the next run to plan that does not stand still.
  std::optional<uint32_t> NextToPlan() const;
  std::optional<uint32_t> NextToIssue() const;
  bool StandsStill(const std::string& run_id) const;
  void Note(const wire::RunRow& run, const absl::Status& status);

  absl::Status PlanRun(uint32_t number);
  absl::Status PlanBlocks(uint32_t number, const Planner& planner,
                          const Roaring& audience);
  // False when the run is not to go on now.
  absl::StatusOr<bool> Apply(uint32_t number,
                             const std::vector<wire::PlannedContact>& contacts,
                             std::optional<uint32_t> next);
  absl::Status Issue(uint32_t number);
  absl::Status IssueRows(const wire::RunRow& run,
                         const std::vector<wire::PlannedContact>& rows);
  absl::Status IssueTo(const wire::RunRow& run, const std::string& offer_id,
                       std::vector<std::string> customer_ids);
  std::vector<std::string> IdsOf(absl::Span<const uint32_t> rows) const;
  absl::Status Execute(wire::CommandBody body);

  const Parts parts_;
  commit::Engine& engine_;
  std::atomic<bool> stop_{false};
  mutable absl::Mutex mutex_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  // Runs that stand still, until they are tried again; and the latest reason.
  std::set<std::string> still_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::string> problems_
      ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace patron::campaigns
