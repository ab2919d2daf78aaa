// Quotes, reservations, points and tiers of json_out.h.
#include "server/base/day.h"
#include "tools/patron/json_out.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

void SetText(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

void SetTime(Json& json, const char* key, int64_t time_us) {
  if (time_us != 0) json[key] = FormatTime(time_us);
}

void SetDay(Json& json, const char* key, int32_t day) {
  if (day != 0) json[key] = FormatDay(day);
}

void SetNumber(Json& json, const char* key, int64_t number) {
  if (number != 0) json[key] = number;
}

Json Quantity(int64_t quantity_milli) {
  if (quantity_milli % 1000 == 0) return quantity_milli / 1000;
  return static_cast<double>(quantity_milli) / 1000;
}

}  // namespace

Json ToJson(const wire::TakenBack& taken) {
  Json json = {{"programme_id", taken.programme_id},
               {"earned", taken.earned},
               {"refunded", taken.refunded},
               {"expired", taken.expired},
               {"credit", taken.credit},
               {"balance", taken.balance},
               {"money", taken.money}};
  SetText(json, "tier_id", taken.tier_id);
  return json;
}

Json ToJson(const wire::GivenBack& given) {
  return {{"offer_id", given.offer_id},
          {"discount", given.discount},
          {"use_returned", given.use_returned}};
}

Json ToJson(const wire::QuoteLine& line) {
  Json json = {{"product_id", line.product_id},
               {"quantity", Quantity(line.quantity_milli)},
               {"list_amount", line.list_amount}};
  json["discounts"] = Json::array();
  for (const wire::OfferShare& share : line.discounts)
    json["discounts"].push_back(
        {{"offer_id", share.offer_id}, {"amount", share.amount}});
  json["paid_by_points"] = line.paid_by_points;
  json["amount"] = line.amount;
  json["tax"] = line.tax;
  SetText(json, "blocked", line.blocked);
  return json;
}

Json ToJson(const wire::OfferDecision& offer) {
  Json json = {{"offer_id", offer.offer_id},
               {"name", offer.name},
               {"reason", LowerName(offer.reason)},
               {"text", offer.text},
               {"discount", offer.discount}};
  SetText(json, "code", offer.code);
  SetNumber(json, "points", offer.points);
  SetNumber(json, "missing", offer.missing);
  if (offer.gift_product_id.empty()) return json;
  json["gift_product_id"] = offer.gift_product_id;
  json["gift_quantity"] = Quantity(offer.gift_quantity_milli);
  return json;
}

Json ToJson(const wire::CodeDecision& code) {
  Json json = {{"code", code.code}, {"reason", LowerName(code.reason)}};
  SetText(json, "offer_id", code.offer_id);
  SetText(json, "text", code.text);
  return json;
}

Json ToJson(const wire::PointsDecision& points) {
  Json json = {{"programme_id", points.programme_id},
               {"earned", points.earned},
               {"earned_by_line", points.earned_by_line}};
  SetDay(json, "available_day", points.available_day);
  SetDay(json, "expiry_day", points.expiry_day);
  json["spent"] = points.spent;
  json["paid"] = points.paid;
  json["available"] = points.available;
  json["reasons"] = points.reasons;
  SetText(json, "tier_id", points.tier_id);
  SetText(json, "next_tier_id", points.next_tier_id);
  SetNumber(json, "missing_credit", points.missing_credit);
  json["credit"] = points.credit;
  json["credit_by_line"] = points.credit_by_line;
  json["credit_currency"] = points.credit_currency;
  SetText(json, "tier_after_id", points.tier_after_id);
  return json;
}

Json ToJson(const wire::Quote& quote) {
  Json json;
  json["lines"] = ToJsonArray(quote.lines);
  json["offers"] = ToJsonArray(quote.offers);
  json["codes"] = ToJsonArray(quote.codes);
  json["points"] = ToJsonArray(quote.points);
  json["list_total"] = quote.list_total;
  json["discount_total"] = quote.discount_total;
  json["points_total"] = quote.points_total;
  json["delivery"] = quote.delivery;
  json["total"] = quote.total;
  json["exhaustive"] = quote.exhaustive;
  json["definitions_version"] = quote.definitions_version;
  json["quote_token"] = quote.quote_token;
  SetTime(json, "valid_until", quote.valid_until_us);
  if (!quote.notes.empty()) json["notes"] = quote.notes;
  return json;
}

Json ToJson(const wire::Reservation& reservation) {
  Json json;
  json["reservation_id"] = reservation.reservation_id;
  json["quote"] = ToJson(reservation.quote);
  SetTime(json, "expires_at", reservation.expires_at_us);
  json["duplicate"] = reservation.duplicate;
  json["log_position"] = reservation.log_position;
  return json;
}

Json ToJson(const wire::PointsChange& change) {
  Json json = {{"programme_id", change.programme_id},
               {"points", change.points},
               {"balance", change.balance}};
  SetText(json, "tier_id", change.tier_id);
  SetText(json, "text", change.text);
  return json;
}

Json ToJson(const wire::CommitReply& reply) {
  Json json;
  SetText(json, "reservation_id", reply.reservation_id);
  json["receipt_id"] = reply.receipt_id;
  json["duplicate"] = reply.duplicate;
  json["log_position"] = reply.log_position;
  json["points"] = ToJsonArray(reply.points);
  return json;
}

Json ToJson(const wire::LotView& lot) {
  Json json = {{"points", lot.points}};
  SetDay(json, "available_day", lot.available_day);
  SetDay(json, "expiry_day", lot.expiry_day);
  return json;
}

Json ToJson(const wire::TierView& tier) {
  Json json = {{"tier_id", tier.tier_id}, {"name", tier.name}};
  SetDay(json, "since_day", tier.since_day);
  SetDay(json, "review_day", tier.review_day);
  json["credit"] = tier.credit;
  json["credit_currency"] = tier.credit_currency;
  SetText(json, "next_tier_id", tier.next_tier_id);
  SetNumber(json, "missing_credit", tier.missing_credit);
  json["rewards"] = tier.rewards;
  return json;
}

Json ToJson(const wire::Balance& balance) {
  return {{"programme_id", balance.programme_id},
          {"points_name", balance.points_name},
          {"available", balance.available},
          {"pending", balance.pending},
          {"held", balance.held},
          {"lots", ToJsonArray(balance.lots)},
          {"tier", ToJson(balance.tier)}};
}

Json ToJson(const wire::Entry& entry) {
  Json json = {{"kind", LowerName(entry.kind)},
               {"programme_id", entry.programme_id},
               {"points", entry.points},
               {"held", entry.held}};
  SetDay(json, "expiry_day", entry.expiry_day);
  json["cause"] = entry.cause;
  SetText(json, "actor", entry.actor);
  SetTime(json, "at", entry.at_us);
  json["log_position"] = entry.log_position;
  SetText(json, "tier_id", entry.tier_id);
  return json;
}

Json ToJson(const wire::EntriesPage& page) {
  return {{"entries", ToJsonArray(page.entries)},
          {"next_cursor", page.next_cursor}};
}

Json ToJson(const wire::IssuedOffer& offer) {
  Json json = {{"offer_id", offer.offer_id}, {"name", offer.name}};
  SetTime(json, "issued_at", offer.issued_at_us);
  SetTime(json, "expires_at", offer.expires_at_us);
  json["cause"] = offer.cause;
  json["used"] = offer.used;
  return json;
}

Json ToJson(const wire::LoyaltyPicture& picture) {
  return {{"balances", ToJsonArray(picture.balances)},
          {"last_entries", ToJsonArray(picture.last_entries)},
          {"issued", ToJsonArray(picture.issued)},
          {"external_ids", picture.external_ids}};
}

Json ToJson(const wire::BooksReport& report) {
  return {{"problems", report.problems},
          {"accounts", report.accounts},
          {"entries", report.entries},
          {"open_reservations", report.open_reservations}};
}

}  // namespace patron::cli
