#include "server/offers/codes.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"

namespace patron::offers {
namespace {

void Refuse(wire::CodeReason::type reason, std::string text, GivenCode& given) {
  given.good = false;
  given.decision.reason = reason;
  given.decision.text = std::move(text);
}

bool WasGiven(absl::string_view code, const std::vector<GivenCode>& codes) {
  return std::any_of(codes.begin(), codes.end(),
                     [&](const GivenCode& each) { return each.code == code; });
}

void ReadUnique(const wire::CodeRow& row, const Compiled& definitions,
                GivenCode& given) {
  const auto found =
      definitions.offer_by_ordinal.find(static_cast<uint32_t>(row.offer));
  if (found == definitions.offer_by_ordinal.end())
    return Refuse(wire::CodeReason::UNKNOWN, "its offer is no more", given);
  given.offers = {found->second};
  given.decision.offer_id = definitions.offers[found->second].offer.id;
  if (row.uses_left <= 0)
    return Refuse(wire::CodeReason::SPENT,
                  absl::StrCat("used ", row.used, " times, 0 left"), given);
  if (row.uses_left <= row.reserved)
    return Refuse(
        wire::CodeReason::RESERVED,
        absl::StrCat(row.reserved, " reserved of ", row.uses_left, " left"),
        given);
  given.good = true;
}

absl::Status ReadCode(const World& world, GivenCode& given) {
  const Compiled& definitions = *world.definitions;
  const auto shared = definitions.offers_by_shared_code.find(given.code);
  if (shared != definitions.offers_by_shared_code.end()) {
    given.offers = shared->second;
    given.decision.offer_id = definitions.offers[given.offers[0]].offer.id;
    given.good = true;
    return absl::OkStatus();
  }
  std::optional<wire::CodeRow> row;
  if (!given.code.empty() && world.usage != nullptr) {
    PATRON_ASSIGN_OR_RETURN(row, world.usage->Code(given.code));
  }
  if (row) {
    ReadUnique(*row, definitions, given);
  } else {
    Refuse(wire::CodeReason::UNKNOWN, "no such code", given);
  }
  return absl::OkStatus();
}

bool StandsFor(const GivenCode& given, size_t offer) {
  return std::find(given.offers.begin(), given.offers.end(), offer) !=
         given.offers.end();
}

const wire::OfferDecision* DecisionOn(
    absl::string_view offer_id, const std::vector<wire::OfferDecision>& all) {
  for (const wire::OfferDecision& decision : all)
    if (decision.offer_id == offer_id) return &decision;
  return nullptr;
}

std::string RefusedText(const wire::OfferDecision& offer,
                        const std::string& code) {
  if (offer.reason != wire::OfferReason::APPLIED)
    return absl::StrCat(offer.offer_id, ": ", offer.text);
  if (offer.code.empty())
    return absl::StrCat(offer.offer_id, ": applies without a code");
  return absl::StrCat(offer.offer_id, ": applies once, by ", offer.code,
                      ", not by ", code, " too");
}

void DecideCode(const GivenCode& given,
                const std::vector<wire::OfferDecision>& offers,
                const Compiled& definitions, wire::CodeDecision& decision) {
  const wire::OfferDecision* refused = nullptr;
  for (const size_t place : given.offers) {
    const std::string& id = definitions.offers[place].offer.id;
    const wire::OfferDecision* offer = DecisionOn(id, offers);
    if (offer == nullptr) continue;
    if (offer->reason == wire::OfferReason::APPLIED &&
        offer->code == given.code) {
      decision.reason = wire::CodeReason::USED_NOW;
      decision.offer_id = id;
      return;
    }
    if (refused == nullptr) refused = offer;
  }
  decision.reason = wire::CodeReason::OFFER_REFUSED;
  if (refused == nullptr) return;
  decision.offer_id = refused->offer_id;
  decision.text = RefusedText(*refused, given.code);
}

}  // namespace

absl::StatusOr<std::vector<GivenCode>> ReadCodes(
    const std::vector<std::string>& given, const World& world) {
  std::vector<GivenCode> codes;
  for (const std::string& text : given) {
    GivenCode code;
    code.code = std::string(absl::StripAsciiWhitespace(text));
    code.decision.code = code.code;
    if (WasGiven(code.code, codes)) {
      Refuse(wire::CodeReason::REPEATED, "given before", code);
    } else {
      PATRON_RETURN_IF_ERROR(ReadCode(world, code));
    }
    codes.push_back(std::move(code));
  }
  return codes;
}

const GivenCode* CodeFor(size_t offer, const std::vector<GivenCode>& codes) {
  for (const GivenCode& given : codes)
    if (given.good && StandsFor(given, offer)) return &given;
  return nullptr;
}

std::string NoCodeText(size_t offer, const std::vector<GivenCode>& codes) {
  for (const GivenCode& given : codes)
    if (StandsFor(given, offer))
      return absl::StrCat("code ", given.code, ": ", given.decision.text);
  return "needs a code";
}

std::vector<wire::CodeDecision> DecideCodes(
    const std::vector<GivenCode>& codes,
    const std::vector<wire::OfferDecision>& offers, const World& world) {
  std::vector<wire::CodeDecision> decisions;
  for (const GivenCode& given : codes) {
    decisions.push_back(given.decision);
    if (given.good)
      DecideCode(given, offers, *world.definitions, decisions.back());
  }
  return decisions;
}

}  // namespace patron::offers
