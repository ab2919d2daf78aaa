// Applies commands to State, in log order, a batch at a time. Knows neither
// clock nor chance: equal commands make equal State.
//
// A batch is written with one sync; only then do its changes stand in memory
// for readers and its replies go out. A failed write stops the process: what is
// in memory is never ahead of what is on disk. Threads: one.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "server/catalog/catalog.h"
#include "server/checkout/context.h"
#include "server/commit/command_log.h"
#include "server/commit/replies.h"
#include "server/commit/state.h"
#include "server/contacts/context.h"
#include "server/customers/apply_context.h"

namespace patron::commit {

class Applier {
 public:
  // Borrows `state`. Reads the remembered replies and open reservations.
  static absl::StatusOr<std::unique_ptr<Applier>> Open(State& state);

  // A batch in two steps: Apply fills in the replies, Commit writes and syncs
  // once and makes the changes known. Not OK from either: nothing of the batch
  // may be acknowledged, and the process must stop.
  absl::Status Apply(const std::vector<PendingCommand*>& commands);
  absl::Status Commit();

 private:
  explicit Applier(State& state);

  absl::Status ApplyOne(PendingCommand& pending);
  absl::StatusOr<wire::CommandReply> Dispatch(const wire::CommandBody& body,
                                              const customers::Stamp& stamp);
  absl::Status DispatchQuiet(const wire::CommandBody& body,
                             const customers::Stamp& stamp, wire::Done& done);
  void RecordImpressions(const wire::RecordImpressions& command,
                         const customers::Stamp& stamp);
  // Commands of lists and campaigns.
  absl::Status DispatchContacts(const wire::CommandBody& body,
                                const customers::Stamp& stamp,
                                wire::Done& done);
  absl::Status Merge(const wire::MergeCustomers& command,
                     const customers::Stamp& stamp);

  State& state_;
  Applied last_;  // the latest command applied
  Replies replies_;
  store::Batch batch_;
  store::OrdinalChanges ordinals_;
  catalog::CatalogChanges catalog_;
  facts::FactsChanges facts_;
  customers::TotalsChanges totals_;
  loyalty::AccountChanges accounts_;
  checkout::HoldingsChanges holdings_;
  contacts::ListChanges lists_;
  contacts::RunChanges runs_;
  contacts::DiaryChanges diary_;
  columns::FeedChanges columns_;
  customers::ApplyContext base_;
  const checkout::Context context_;
  const contacts::Context contacts_;
};

}  // namespace patron::commit
