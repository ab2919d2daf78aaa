#include "tests/testing/applied_store.h"

#include <utility>

#include "server/base/check.h"
#include "server/store/codec.h"
#include "tests/testing/commands.h"

namespace patron::testing {

AppliedStore::AppliedStore(std::string path, const store::StoreOptions& options)
    : path_(std::move(path)), options_(options) {
  Reopen();
}

void AppliedStore::Reopen() {
  applier_.reset();
  state_.reset();
  auto state = commit::State::Open(path_, options_);
  PATRON_CHECK_OK(state.status());
  state_ = *std::move(state);
  auto applier = commit::Applier::Open(*state_);
  PATRON_CHECK_OK(applier.status());
  applier_ = *std::move(applier);
}

std::vector<wire::CommandReply> AppliedStore::Apply(
    const std::vector<wire::Command>& commands) {
  std::vector<commit::PendingCommand> pending(commands.size());
  std::vector<commit::PendingCommand*> pointers;
  for (size_t i = 0; i < commands.size(); ++i) {
    pending[i].command = commands[i];
    pending[i].position = LogPosition(++position_);
    pending[i].body_digest = DigestOf(store::Encode(commands[i].body));
    pointers.push_back(&pending[i]);
  }
  PATRON_CHECK_OK(applier_->Apply(pointers));
  PATRON_CHECK_OK(applier_->Commit());
  std::vector<wire::CommandReply> replies;
  for (commit::PendingCommand& one : pending)
    replies.push_back(std::move(one.reply));
  return replies;
}

wire::CommandReply AppliedStore::Apply(wire::CommandBody body) {
  wire::Command command;
  command.logged_at_us = kNoonUs + static_cast<int64_t>(position_);
  const int64_t happened_at_us = body.record_purchase.happened_at_us;
  command.local_day = static_cast<int32_t>(
      (happened_at_us == 0 ? command.logged_at_us : happened_at_us) / kDayUs);
  command.logged_day = static_cast<int32_t>(command.logged_at_us / kDayUs);
  command.roles = 31;
  command.body = std::move(body);
  return Apply(std::vector<wire::Command>{std::move(command)}).front();
}

std::string AppliedStore::Checksum() const {
  const auto checksum = state_->store->Checksum();
  PATRON_CHECK_OK(checksum.status());
  return checksum->ToHex();
}

facts::CustomerFacts AppliedStore::FactsOf(const std::string& customer) const {
  facts::CustomerFacts facts;
  if (const auto ordinal = state_->ordinals.customers.Find(customer))
    state_->facts.Read(CustomerOrdinal(*ordinal), facts);
  return facts;
}

}  // namespace patron::testing
