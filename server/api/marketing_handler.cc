#include "server/api/marketing_handler.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/base/validate.h"
#include "server/checkout/apply.h"
#include "server/definitions/definitions.h"

namespace patron::api {
namespace {

constexpr size_t kMaxBonuses = 1000;
// Of one command: purchases that come in beside a bonus wait for so many only.
constexpr size_t kBonusesAtOnce = 100;
constexpr size_t kMaxIssued = 1000;
constexpr int kMaxHistory = 1000;
constexpr int kMaxReplayDays = 366;
constexpr int kMaxWinners = 10'000;

// One request of the caller's that becomes several commands: each has an id of
// its own, the first the caller's.
std::string PartId(const std::string& request_id, size_t part) {
  if (request_id.empty() || part == 0) return request_id;
  return DigestOf(absl::StrCat(request_id, "\n", part)).ToHex();
}

// Programmes that the new definitions leave out while accounts hold points.
void WarnOfLostProgrammes(const wire::Definitions& present,
                          const wire::Definitions& read,
                          const loyalty::Accounts& accounts,
                          std::vector<std::string>& warnings) {
  std::set<std::string> kept;
  for (const wire::Programme& programme : read.programmes)
    kept.insert(programme.id);
  for (const wire::Programme& programme : present.programmes) {
    const int64_t balance = accounts.Totals(programme.id).balance;
    if (balance != 0 && !kept.contains(programme.id))
      warnings.push_back(absl::StrCat(
          "programme ", programme.id, " goes while customers hold ", balance,
          " points in it: they stay in the books, and nobody can spend them"));
  }
}

absl::StatusOr<wire::BooksReport> CheckBooksOf(const std::string& checkpoint,
                                               const checkout::Desk& desk) {
  PATRON_ASSIGN_OR_RETURN(const auto still,
                          store::Store::OpenReadOnly(checkpoint));
  return desk.CheckBooks(*still);
}

}  // namespace

absl::Status MarketingHandler::Preview(const wire::Definitions& read,
                                       const wire::ApplyRequest& request,
                                       wire::ApplyReply& reply) {
  if (request.base_version != reply.version && !request.overwrite)
    reply.warnings.push_back(
        absl::StrCat("base_version: the files come from version ",
                     request.base_version, ", the server is at version ",
                     reply.version, ": they would be refused"));
  if (request.replay_days == 0) return absl::OkStatus();
  PATRON_ASSIGN_OR_RETURN(
      reply.replays, services_.desk.ReplayBaskets(read, request.replay_days));
  return absl::OkStatus();
}

absl::Status MarketingHandler::PutDefinitions(
    const std::string& request_id, wire::Definitions read,
    const wire::ApplyRequest& request) {
  wire::CommandBody body;
  body.__isset.put_definitions = true;
  body.put_definitions.definitions = std::move(read);
  body.put_definitions.base_version = request.base_version;
  body.put_definitions.overwrite = request.overwrite;
  body.put_definitions.change = "applied from files";
  return Execute(std::move(body), request_id).status();
}

void MarketingHandler::applyDefinitions(wire::ApplyReply& reply,
                                        const std::string& request_id,
                                        const wire::ApplyRequest& request) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(
        CheckRange("replay_days", request.replay_days, 0, kMaxReplayDays));
    const absl::TimeZone& zone = services_.desk.zone();
    PATRON_ASSIGN_OR_RETURN(wire::Definitions read,
                            definitions::ReadFiles(request.files, zone));
    PATRON_RETURN_IF_ERROR(definitions::Validate(read));
    PATRON_RETURN_IF_ERROR(services_.segments.Check(read));
    PATRON_ASSIGN_OR_RETURN(const auto present, services_.desk.Definitions(0));
    reply.version = present.version;
    reply.differences =
        definitions::Differences(present.definitions, read, zone);
    WarnOfLostProgrammes(present.definitions, read, services_.state.accounts,
                         reply.warnings);
    if (request.dry_run) return Preview(read, request, reply);
    if (read == present.definitions) return absl::OkStatus();
    PATRON_RETURN_IF_ERROR(
        PutDefinitions(request_id, std::move(read), request));
    PATRON_ASSIGN_OR_RETURN(const auto after, services_.desk.Definitions(0));
    reply.version = after.version;
    return absl::OkStatus();
  });
}

void MarketingHandler::exportDefinitions(wire::DefinitionsFiles& files,
                                         int64_t version) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(const auto kept,
                            services_.desk.Definitions(version));
    files.files =
        definitions::WriteFiles(kept.definitions, services_.desk.zone());
    files.version = kept.version;
    return absl::OkStatus();
  });
}

void MarketingHandler::definitionsHistory(
    std::vector<wire::DefinitionsVersion>& history, int32_t limit) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckRange("limit", limit, 1, kMaxHistory));
    PATRON_ASSIGN_OR_RETURN(history, services_.desk.DefinitionsHistory(limit));
    return absl::OkStatus();
  });
}

void MarketingHandler::offers(std::vector<wire::OfferStatus>& offers) {
  Answer([&] {
    offers = services_.desk.Offers();
    return absl::OkStatus();
  });
}

void MarketingHandler::setOfferState(const std::string& request_id,
                                     const std::string& offer_id,
                                     wire::OfferState::type state) {
  Answer([&]() -> absl::Status {
    wire::CommandBody body;
    body.__isset.set_offer_state = true;
    body.set_offer_state.offer_id = offer_id;
    body.set_offer_state.state = state;
    return Execute(std::move(body), request_id).status();
  });
}

int64_t MarketingHandler::putCodes(const std::string& request_id,
                                   const std::string& batch_id,
                                   const std::vector<std::string>& codes) {
  int64_t fresh = 0;
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckElements("codes", codes.size()));
    wire::CommandBody body;
    body.__isset.put_codes = true;
    body.put_codes.batch_id = batch_id;
    body.put_codes.codes = codes;
    PATRON_ASSIGN_OR_RETURN(const auto done,
                            Execute(std::move(body), request_id));
    fresh = done.done.count;
    return absl::OkStatus();
  });
  return fresh;
}

absl::Status MarketingHandler::CheckKnown(
    const std::vector<std::string>& customer_ids) {
  for (const std::string& id : customer_ids) {
    PATRON_RETURN_IF_ERROR(CheckId("customer_ids", id));
    if (!services_.state.ordinals.customers.Find(id))
      return absl::NotFoundError(
          absl::StrCat("customer_ids: ", Quoted(id), " is not known"));
  }
  return absl::OkStatus();
}

absl::Status MarketingHandler::Issue(const std::string& request_id,
                                     wire::IssueOffer command) {
  const std::vector<std::string> all = std::move(command.customer_ids);
  size_t first = 0;
  do {
    wire::CommandBody body;
    body.__isset.issue_offer = true;
    body.issue_offer = command;
    const size_t end = std::min(all.size(), first + kMaxIssued);
    body.issue_offer.customer_ids.assign(
        all.begin() + static_cast<std::ptrdiff_t>(first),
        all.begin() + static_cast<std::ptrdiff_t>(end));
    PATRON_RETURN_IF_ERROR(
        Execute(std::move(body), PartId(request_id, first / kMaxIssued))
            .status());
    first = end;
  } while (first < all.size());
  return absl::OkStatus();
}

void MarketingHandler::issueOffer(const std::string& request_id,
                                  const std::string& offer_id,
                                  const std::vector<std::string>& customer_ids,
                                  int64_t expires_at_us,
                                  const std::string& cause) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckElements("customer_ids", customer_ids.size()));
    PATRON_RETURN_IF_ERROR(CheckKnown(customer_ids));
    wire::IssueOffer command;
    command.offer_id = offer_id;
    command.customer_ids = customer_ids;
    command.expires_at_us = expires_at_us;
    command.cause = cause;
    return Issue(request_id, std::move(command));
  });
}

void MarketingHandler::liability(std::vector<wire::Liability>& liability) {
  Answer([&] {
    liability = services_.desk.Liability();
    return absl::OkStatus();
  });
}

// Whatever one of its commands could be refused for.
absl::Status MarketingHandler::CheckBonus(const wire::CommandBody& body) const {
  PATRON_RETURN_IF_ERROR(checkout::Validate(body));
  const wire::GiveBonus& bonus = body.give_bonus;
  const auto& state = services_.state;
  if (!state.holdings.definitions()->programmes.ById(bonus.programme_id))
    return absl::NotFoundError(absl::StrCat("programme_id: no programme ",
                                            Quoted(bonus.programme_id)));
  for (const wire::BonusEntry& entry : bonus.entries)
    if (!state.ordinals.customers.Find(entry.customer_id))
      return absl::NotFoundError(absl::StrCat(
          "entries.customer_id: no customer ", Quoted(entry.customer_id)));
  return absl::OkStatus();
}

absl::Status MarketingHandler::GiveBonus(const std::string& request_id,
                                         wire::GiveBonus command) {
  const std::vector<wire::BonusEntry> all = std::move(command.entries);
  size_t first = 0;
  do {
    wire::CommandBody body;
    body.__isset.give_bonus = true;
    body.give_bonus = command;
    const size_t end = std::min(all.size(), first + kBonusesAtOnce);
    body.give_bonus.entries.assign(
        all.begin() + static_cast<std::ptrdiff_t>(first),
        all.begin() + static_cast<std::ptrdiff_t>(end));
    PATRON_RETURN_IF_ERROR(
        Execute(std::move(body), PartId(request_id, first / kBonusesAtOnce))
            .status());
    first = end;
  } while (first < all.size());
  return absl::OkStatus();
}

void MarketingHandler::giveBonus(const std::string& request_id,
                                 const std::string& programme_id,
                                 const std::string& reason,
                                 const std::vector<wire::Bonus>& bonuses) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckCount("bonuses", bonuses.size(), kMaxBonuses));
    wire::CommandBody body;
    body.__isset.give_bonus = true;
    body.give_bonus.programme_id = programme_id;
    body.give_bonus.reason = reason;
    body.give_bonus.entries.reserve(bonuses.size());
    for (const wire::Bonus& bonus : bonuses) {
      wire::BonusEntry& entry = body.give_bonus.entries.emplace_back();
      entry.customer_id = bonus.customer_id;
      entry.points = bonus.points;
    }
    PATRON_RETURN_IF_ERROR(CheckBonus(body));
    return GiveBonus(request_id, std::move(body.give_bonus));
  });
}

void MarketingHandler::nextBestOffers(
    std::vector<wire::NextOffer>& offers,
    const std::vector<std::string>& customer_ids,
    const std::vector<std::string>& offer_ids) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckElements("customer_ids", customer_ids.size()));
    PATRON_RETURN_IF_ERROR(CheckElements("offer_ids", offer_ids.size()));
    PATRON_ASSIGN_OR_RETURN(offers,
                            services_.next_offers.For(customer_ids, offer_ids));
    return absl::OkStatus();
  });
}

void MarketingHandler::drawPrize(wire::Draw& draw,
                                 const std::string& request_id,
                                 const std::string& draw_id,
                                 const std::string& seed,
                                 const std::string& eligible, int32_t winners,
                                 const std::string& offer_id) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckId("draw_id", draw_id));
    PATRON_RETURN_IF_ERROR(CheckId("seed", seed));
    PATRON_RETURN_IF_ERROR(CheckRange("winners", winners, 1, kMaxWinners));
    PATRON_ASSIGN_OR_RETURN(const auto entrants,
                            services_.desk.Matching(eligible));
    draw = checkout::Desk::DrawAmong(entrants, draw_id, seed, winners);
    if (offer_id.empty() || draw.winners.empty()) return absl::OkStatus();
    wire::IssueOffer command;
    command.offer_id = offer_id;
    command.cause = absl::StrCat("draw ", draw_id);
    for (const wire::Winner& winner : draw.winners)
      command.customer_ids.push_back(winner.customer_id);
    return Issue(request_id, std::move(command));
  });
}

void MarketingHandler::checkBooks(wire::BooksReport& report) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(const auto checkpoint,
                            services_.checkpoints.Create());
    auto checked = CheckBooksOf(checkpoint.path, services_.desk);
    PATRON_RETURN_IF_ERROR(services_.checkpoints.Drop(checkpoint.path));
    PATRON_RETURN_IF_ERROR(checked.status());
    report = *std::move(checked);
    return absl::OkStatus();
  });
}

}  // namespace patron::api
