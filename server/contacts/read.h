// What stands on disk of runs and contacts, for answers. Threads: any. Errors:
// kDataLoss for rows that do not decode; storage errors as they come.
#pragma once

#include <cstdint>
#include <optional>
#include <roaring/roaring.hh>
#include <vector>

#include "absl/status/statusor.h"
#include "records_types.h"
#include "server/base/ids.h"
#include "server/contacts/runs.h"
#include "server/store/store.h"

namespace patron::contacts {

// Of one customer, a run of whose audience she is.
struct CustomerContact {
  uint32_t run_number = 0;
  RunPtr run;  // never null
  wire::ContactRow row;
};

// Newest run first. `customer` is one that is, not one who was absorbed.
absl::StatusOr<std::vector<CustomerContact>> ContactsOf(
    const store::Store& store, const Runs& runs, CustomerOrdinal customer);

// nullopt: not of the run's audience, or not decided yet.
absl::StatusOr<std::optional<wire::ContactRow>> ContactIn(
    const store::Store& store, uint32_t run_number, CustomerOrdinal customer);

// A frozen list keeps the ordinal of one who was absorbed since; her contact is
// the kept one's, whom her id leads to (Ordinals::customers.Find(IdOf)).
// Rows of a run's list from ordinal `from` on, at most `most`, by ordinal.
// `next` is where the following page begins; nullopt: this was the last.
struct RunPage {
  std::vector<wire::PlannedContact> rows;
  std::optional<uint32_t> next;
};
absl::StatusOr<RunPage> ReadRunPage(const store::Store& store,
                                    uint32_t run_number, uint32_t from,
                                    size_t most);

absl::StatusOr<Roaring> ReadAudience(const store::Store& store,
                                     uint32_t run_number);

}  // namespace patron::contacts
