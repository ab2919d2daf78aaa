// Definitions, offers, liability and draws of json_out.h.
#include "tools/patron/json_out.h"
#include "tools/patron/values.h"

namespace patron::cli {

Json ToJson(const wire::OfferReplay& offer) {
  return {{"offer_id", offer.offer_id},
          {"uses_now", offer.uses_now},
          {"uses_new", offer.uses_new},
          {"discount_now", offer.discount_now},
          {"discount_new", offer.discount_new}};
}

Json ToJson(const wire::Replay& replay) {
  return {{"currency", replay.currency},
          {"baskets", replay.baskets},
          {"list_total", replay.list_total},
          {"discount_now", replay.discount_now},
          {"discount_new", replay.discount_new},
          {"points_now", replay.points_now},
          {"points_new", replay.points_new},
          {"offers", ToJsonArray(replay.offers)}};
}

Json ToJson(const wire::ApplyReply& reply) {
  Json json = {{"version", reply.version},
               {"differences", reply.differences},
               {"warnings", reply.warnings}};
  if (!reply.replays.empty()) json["replays"] = ToJsonArray(reply.replays);
  return json;
}

Json ToJson(const wire::DefinitionsFiles& files) {
  return {{"version", files.version}, {"files", files.files}};
}

Json ToJson(const wire::DefinitionsVersion& version) {
  return {{"version", version.version},
          {"applied_at", FormatTime(version.applied_at_us)},
          {"actor", version.actor},
          {"change", version.change}};
}

Json ToJson(const wire::OfferStatus& status) {
  return {{"offer_id", status.offer.id},
          {"name", status.offer.name},
          {"kind", status.offer.kind},
          {"benefit", LowerName(status.offer.benefit)},
          {"state", LowerName(status.offer.state)},
          {"currency", status.offer.currency},
          {"uses", status.uses},
          {"uses_reserved", status.uses_reserved},
          {"uses_left", status.uses_left},
          {"discount", status.discount},
          {"discount_reserved", status.discount_reserved},
          {"budget_left", status.budget_left},
          {"codes", status.codes},
          {"codes_used", status.codes_used}};
}

Json ToJson(const wire::Liability& liability) {
  Json json = {{"programme_id", liability.programme_id},
               {"accounts", liability.accounts},
               {"available", liability.available},
               {"pending", liability.pending},
               {"held", liability.held},
               {"debt", liability.debt},
               {"amount", liability.amount},
               {"currency", liability.currency},
               {"earned", liability.earned},
               {"spent", liability.spent},
               {"expired", liability.expired},
               {"reversed", liability.reversed}};
  json["by_expiry"] = Json::object();
  for (const wire::LiabilityLine& line : liability.by_expiry)
    json["by_expiry"][line.expires] = line.points;
  return json;
}

Json ToJson(const wire::NextOffer& next) {
  return {{"customer_id", next.customer_id},
          {"offer_id", next.offer_id},
          {"response", next.response},
          {"response_without", next.response_without},
          {"cost", next.cost},
          {"gain", next.gain},
          {"reason", next.reason}};
}

Json ToJson(const wire::Winner& winner) {
  return {{"place", winner.place},
          {"customer_id", winner.customer_id},
          {"ticket", winner.ticket}};
}

Json ToJson(const wire::Draw& draw) {
  return {{"draw_id", draw.draw_id},
          {"seed", draw.seed},
          {"entrants", draw.entrants},
          {"entrants_digest", draw.entrants_digest},
          {"winners", ToJsonArray(draw.winners)}};
}

}  // namespace patron::cli
