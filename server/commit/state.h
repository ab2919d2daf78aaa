// State: the store and what of it stands in memory. Read from any thread;
// changed by the engine alone.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/ids.h"
#include "server/catalog/catalog.h"
#include "server/checkout/holdings.h"
#include "server/checkout/source.h"
#include "server/columns/table.h"
#include "server/contacts/diary.h"
#include "server/contacts/lists.h"
#include "server/contacts/runs.h"
#include "server/customers/totals.h"
#include "server/facts/table.h"
#include "server/loyalty/accounts.h"
#include "server/store/ordinals.h"
#include "server/store/store.h"

namespace patron::commit {

struct State {
  std::unique_ptr<store::Store> store;
  store::Ordinals ordinals;
  catalog::Catalog catalog;
  facts::FactsTable facts;
  customers::Totals totals;
  loyalty::Accounts accounts;
  checkout::Holdings holdings;
  contacts::Lists lists;
  contacts::Runs runs;
  contacts::Diary diary;
  columns::Table columns;

  // Opens (or makes) the store in `path` and reads what stands in memory.
  static absl::StatusOr<std::unique_ptr<State>> Open(
      const std::string& path, const store::StoreOptions& options = {});

  // What quotes read.
  checkout::StateParts Parts() const {
    return {*store, ordinals, catalog, facts, accounts, holdings};
  }
};

// How far the log has been applied to a store; zero for a new one.
struct Applied {
  LogPosition position;
  absl::Time logged_at = absl::UnixEpoch();
};
absl::StatusOr<Applied> ReadApplied(const store::Store& store);

}  // namespace patron::commit
