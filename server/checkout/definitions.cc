#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/checkout/apply.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::checkout {
namespace {

using store::Family;

// Makes `version` the one that stands. Compiles before it changes anything.
absl::Status Put(wire::DefinitionsVersion version, const Context& context) {
  const wire::Definitions& content = version.definitions;
  PATRON_RETURN_IF_ERROR(
      offers::Compile(version, std::vector<uint32_t>(content.programmes.size()),
                      std::vector<uint32_t>(content.offers.size()))
          .status());
  customers::ApplyContext& base = context.base;
  std::vector<uint32_t> programmes;
  for (const wire::Programme& programme : content.programmes)
    programmes.push_back(base.ordinals.Programme(programme.id, base.batch));
  std::vector<uint32_t> offers;
  for (const wire::Offer& offer : content.offers)
    offers.push_back(base.ordinals.Offer(offer.id, base.batch));
  base.batch.Put(Family::kDefinitions, store::VersionKey(version.version),
                 store::Encode(version));
  PATRON_ASSIGN_OR_RETURN(
      auto compiled, offers::Compile(std::move(version), programmes, offers));
  context.holdings.SetDefinitions(std::move(compiled));
  return absl::OkStatus();
}

wire::DefinitionsVersion NextVersion(const Stamp& stamp, std::string change,
                                     const Context& context) {
  wire::DefinitionsVersion next;
  next.version = context.holdings.definitions()->version.version + 1;
  next.applied_at_us = absl::ToUnixMicros(stamp.logged_at);
  next.actor = stamp.actor;
  next.change = std::move(change);
  return next;
}

}  // namespace

absl::Status ApplyPutDefinitions(const wire::PutDefinitions& command,
                                 const Stamp& stamp, const Context& context) {
  const wire::DefinitionsVersion& present =
      context.holdings.definitions()->version;
  if (command.base_version != present.version && !command.overwrite)
    return absl::FailedPreconditionError(
        absl::StrCat("base_version: these definitions come from version ",
                     command.base_version, ", the server is at version ",
                     present.version, " (", present.change, ", by ",
                     present.actor.empty() ? "nobody named" : present.actor,
                     "): export them first, or ask to overwrite"));
  wire::DefinitionsVersion next = NextVersion(stamp, command.change, context);
  next.definitions = command.definitions;
  return Put(std::move(next), context);
}

absl::Status ApplySetOfferState(const wire::SetOfferState& command,
                                const Stamp& stamp, const Context& context) {
  const auto& present = context.holdings.definitions();
  const offers::CompiledOffer* offer = present->OfferById(command.offer_id);
  if (offer == nullptr)
    return absl::NotFoundError(
        absl::StrCat("offer_id: no offer ", Quoted(command.offer_id)));
  if (offer->offer.state == command.state) return absl::OkStatus();
  if (offer->offer.state == wire::OfferState::EXPIRED)
    return absl::FailedPreconditionError(
        absl::StrCat("offer_id: ", Quoted(command.offer_id),
                     " was ended and does not come back; define a new one"));
  constexpr const char* kWords[] = {"", "resumed", "paused", "ended"};
  wire::DefinitionsVersion next = NextVersion(
      stamp,
      absl::StrCat("offer ", command.offer_id, " ", kWords[command.state]),
      context);
  next.definitions = present->version.definitions;
  for (wire::Offer& one : next.definitions.offers)
    if (one.id == command.offer_id) one.state = command.state;
  return Put(std::move(next), context);
}

absl::StatusOr<int64_t> ApplyPutCodes(const wire::PutCodes& command,
                                      const Context& context) {
  const auto& definitions = context.holdings.definitions();
  const auto& batches = definitions->version.definitions.code_batches;
  const auto code_batch = std::find_if(
      batches.begin(), batches.end(),
      [&](const wire::CodeBatch& one) { return one.id == command.batch_id; });
  if (code_batch == batches.end())
    return absl::NotFoundError(
        absl::StrCat("batch_id: no code batch ", Quoted(command.batch_id)));
  const offers::CompiledOffer& offer =
      *definitions->OfferById(code_batch->offer_id);

  std::vector<const std::string*> fresh;
  for (const std::string& code : command.codes) {
    if (definitions->offers_by_shared_code.contains(code))
      return absl::AlreadyExistsError(absl::StrCat(
          "codes: ", Quoted(code), " is a shared code of another offer"));
    PATRON_ASSIGN_OR_RETURN(const auto known,
                            context.base.batch.Get(Family::kCodes, code));
    if (!known) {
      fresh.push_back(&code);
      continue;
    }
    PATRON_ASSIGN_OR_RETURN(const auto row,
                            store::Decode<wire::CodeRow>(*known, "code"));
    if (row.batch_id != command.batch_id)
      return absl::AlreadyExistsError(absl::StrCat(
          "codes: ", Quoted(code), " stands in batch ", Quoted(row.batch_id),
          ", now ", Quoted(command.batch_id)));
  }
  wire::CodeRow row;
  row.offer = static_cast<int32_t>(offer.ordinal);
  row.batch_id = command.batch_id;
  row.uses_left = code_batch->uses_per_code;
  const std::string bytes = store::Encode(row);
  for (const std::string* code : fresh)
    context.base.batch.Put(Family::kCodes, *code, bytes);
  const auto count = static_cast<int64_t>(fresh.size());
  if (count > 0)
    context.holdings.MutableCount(offer.ordinal, offer.offer.id).codes += count;
  return count;
}

}  // namespace patron::checkout
