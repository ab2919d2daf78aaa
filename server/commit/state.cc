#include "server/commit/state.h"

#include "records_types.h"
#include "server/base/status_macros.h"
#include "server/store/codec.h"

namespace patron::commit {

absl::StatusOr<std::unique_ptr<State>> State::Open(
    const std::string& path, const store::StoreOptions& options) {
  auto state = std::make_unique<State>();
  PATRON_ASSIGN_OR_RETURN(state->store, store::Store::Open(path, options));
  PATRON_RETURN_IF_ERROR(state->ordinals.Load(*state->store));
  PATRON_RETURN_IF_ERROR(state->catalog.Load(*state->store));
  PATRON_RETURN_IF_ERROR(state->facts.Load(*state->store));
  PATRON_RETURN_IF_ERROR(state->totals.Load(*state->store));
  PATRON_RETURN_IF_ERROR(state->accounts.Load(*state->store));
  PATRON_RETURN_IF_ERROR(state->holdings.Load(*state->store, state->ordinals));
  PATRON_RETURN_IF_ERROR(state->lists.Load(*state->store));
  PATRON_RETURN_IF_ERROR(state->runs.Load(*state->store));
  PATRON_RETURN_IF_ERROR(state->diary.Load(*state->store, state->runs));
  PATRON_ASSIGN_OR_RETURN(const Applied applied, ReadApplied(*state->store));
  PATRON_RETURN_IF_ERROR(state->columns.Load(*state->store, state->ordinals,
                                             state->facts, state->accounts,
                                             applied.position));
  return state;
}

absl::StatusOr<Applied> ReadApplied(const store::Store& store) {
  PATRON_ASSIGN_OR_RETURN(const auto bytes,
                          store.Get(store::Family::kMeta, "applied"));
  if (!bytes) return Applied{};
  PATRON_ASSIGN_OR_RETURN(const auto row,
                          store::Decode<wire::AppliedRow>(*bytes, "applied"));
  return Applied{LogPosition(static_cast<uint64_t>(row.log_position)),
                 absl::FromUnixMicros(row.logged_at_us)};
}

}  // namespace patron::commit
