#include "tools/patron/json_out.h"

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/day.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

// Thrift's optional fields: object.member where object.__isset.member.
#define PATRON_JSON_OPTIONAL(json, object, member) \
  if ((object).__isset.member) (json)[#member] = (object).member

void SetText(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

void SetTime(Json& json, const char* key, int64_t time_us) {
  if (time_us != 0) json[key] = FormatTime(time_us);
}

void SetDay(Json& json, const char* key, Day day) {
  if (day != 0) json[key] = FormatDay(day);
}

// Whole where it is whole, else the nearest decimal (exact to 2^53).
Json Quantity(int64_t quantity_milli) {
  if (quantity_milli % 1000 == 0) return quantity_milli / 1000;
  return static_cast<double>(quantity_milli) / 1000;
}

template <typename Container>
void SetList(Json& json, const char* key, const Container& values) {
  if (!values.empty()) json[key] = values;
}

Json Consents(const std::vector<wire::Consent>& consents) {
  Json array = Json::array();
  for (const wire::Consent& consent : consents) {
    Json json = {{"channel", consent.channel},
                 {"purpose", consent.purpose},
                 {"granted", consent.granted}};
    SetText(json, "source", consent.source);
    SetTime(json, "given_at", consent.given_at_us);
    array.push_back(std::move(json));
  }
  return array;
}

// Two discounts of one cause are one in JSON.
void SetDiscounts(Json& json, const wire::PurchaseLine& line) {
  std::map<std::string, int64_t> own;
  std::map<std::string, int64_t> third_party;
  for (const wire::Discount& discount : line.discounts)
    (discount.third_party ? third_party : own)[discount.cause] +=
        discount.amount;
  SetList(json, "discounts", own);
  SetList(json, "third_party_discounts", third_party);
}

template <typename Amounts>
Json AmountsToJson(const Amounts& amounts) {
  Json json = Json::object();
  for (const wire::AmountIn& amount : amounts)
    json[amount.currency] = amount.amount;
  return json;
}

std::string Lower(const std::map<int, const char*>& names, int value) {
  const auto found = names.find(value);
  if (found == names.end()) return absl::StrCat(value);
  return absl::AsciiStrToLower(found->second);
}

}  // namespace

std::string LowerName(const wire::ReasonCode::type& reason) {
  return Lower(wire::_ReasonCode_VALUES_TO_NAMES, reason);
}
std::string LowerName(const wire::Placement::type& placement) {
  return Lower(wire::_Placement_VALUES_TO_NAMES, placement);
}
std::string LowerName(const wire::EventKind::type& kind) {
  return Lower(wire::_EventKind_VALUES_TO_NAMES, kind);
}

std::string LowerName(const wire::Measure::type& measure) {
  return Lower(wire::_Measure_VALUES_TO_NAMES, measure);
}

std::string LowerName(const wire::OfferReason::type& reason) {
  return Lower(wire::_OfferReason_VALUES_TO_NAMES, reason);
}
std::string LowerName(const wire::CodeReason::type& reason) {
  return Lower(wire::_CodeReason_VALUES_TO_NAMES, reason);
}
std::string LowerName(const wire::EntryKind::type& kind) {
  return Lower(wire::_EntryKind_VALUES_TO_NAMES, kind);
}
std::string LowerName(const wire::Benefit::type& benefit) {
  return Lower(wire::_Benefit_VALUES_TO_NAMES, benefit);
}
std::string LowerName(const wire::OfferState::type& state) {
  return Lower(wire::_OfferState_VALUES_TO_NAMES, state);
}

std::string ToLine(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json ToJson(const wire::Customer& customer) {
  Json json;
  json["customer_id"] = customer.customer_id;
  PATRON_JSON_OPTIONAL(json, customer, name);
  SetList(json, "contacts", customer.contacts);
  PATRON_JSON_OPTIONAL(json, customer, locale);
  PATRON_JSON_OPTIONAL(json, customer, birth_year);
  PATRON_JSON_OPTIONAL(json, customer, birth_month);
  PATRON_JSON_OPTIONAL(json, customer, birth_day);
  PATRON_JSON_OPTIONAL(json, customer, gender);
  PATRON_JSON_OPTIONAL(json, customer, household_size);
  SetList(json, "children_birth_years", customer.children_birth_years);
  SetList(json, "priorities", customer.priorities);
  if (customer.service_preference != wire::ServicePreference::UNKNOWN)
    json["service_preference"] = Lower(wire::_ServicePreference_VALUES_TO_NAMES,
                                       customer.service_preference);
  PATRON_JSON_OPTIONAL(json, customer, preferred_store_id);
  PATRON_JSON_OPTIONAL(json, customer, preferred_channel);
  PATRON_JSON_OPTIONAL(json, customer, associate);
  if (customer.is_staff) json["is_staff"] = true;
  if (customer.is_partner) json["is_partner"] = true;
  if (customer.is_business) json["is_business"] = true;
  PATRON_JSON_OPTIONAL(json, customer, time_zone);
  SetList(json, "attributes", customer.attributes);
  if (!customer.consents.empty())
    json["consents"] = Consents(customer.consents);
  return json;
}

Json ToJson(const wire::Product& product) {
  Json json;
  json["product_id"] = product.product_id;
  json["name"] = product.name;
  SetList(json, "category_path", product.category_path);
  PATRON_JSON_OPTIONAL(json, product, brand);
  if (product.price_tier != wire::PriceTier::UNKNOWN)
    json["price_tier"] =
        Lower(wire::_PriceTier_VALUES_TO_NAMES, product.price_tier);
  if (product.motive != wire::Motive::UNKNOWN)
    json["motive"] = Lower(wire::_Motive_VALUES_TO_NAMES, product.motive);
  PATRON_JSON_OPTIONAL(json, product, price);
  PATRON_JSON_OPTIONAL(json, product, currency);
  PATRON_JSON_OPTIONAL(json, product, minimum_age);
  PATRON_JSON_OPTIONAL(json, product, seller);
  PATRON_JSON_OPTIONAL(json, product, variant_of);
  SetList(json, "compatible_with", product.compatible_with);
  SetList(json, "limitations", product.limitations);
  SetList(json, "attributes", product.attributes);
  if (product.discontinued) json["discontinued"] = true;
  return json;
}

Json ToJson(const wire::StockLevel& level) {
  Json json;
  json["product_id"] = level.product_id;
  json["store_id"] = level.store_id;
  if (level.__isset.quantity_milli)
    json["quantity"] = Quantity(level.quantity_milli);
  PATRON_JSON_OPTIONAL(json, level, price);
  PATRON_JSON_OPTIONAL(json, level, currency);
  json["as_of"] = FormatTime(level.as_of_us);
  return json;
}

Json ToJson(const wire::PurchaseLine& line) {
  Json json;
  json["product_id"] = line.product_id;
  json["quantity"] = Quantity(line.quantity_milli);
  json["amount"] = line.amount;
  PATRON_JSON_OPTIONAL(json, line, list_amount);
  if (line.tax != 0) json["tax"] = line.tax;
  SetDiscounts(json, line);
  return json;
}

Json ToJson(const wire::Purchase& purchase) {
  Json json;
  json["receipt_id"] = purchase.receipt_id;
  PATRON_JSON_OPTIONAL(json, purchase, customer_id);
  json["store_id"] = purchase.store_id;
  SetText(json, "channel", purchase.channel);
  json["currency"] = purchase.currency;
  json["happened_at"] = FormatTime(purchase.happened_at_us);
  PATRON_JSON_OPTIONAL(json, purchase, impression_token);
  json["lines"] = ToJsonArray(purchase.lines);
  return json;
}

Json ToJson(const wire::PurchaseReturn& back) {
  Json json;
  json["return_id"] = back.return_id;
  json["receipt_id"] = back.receipt_id;
  json["happened_at"] = FormatTime(back.happened_at_us);
  SetText(json, "store_id", back.store_id);
  PATRON_JSON_OPTIONAL(json, back, reason);
  json["lines"] = Json::array();
  for (const wire::ReturnLine& line : back.lines)
    json["lines"].push_back(
        {{"line", line.line}, {"quantity", Quantity(line.quantity_milli)}});
  return json;
}

Json ToJson(const wire::Event& event) {
  Json json;
  PATRON_JSON_OPTIONAL(json, event, event_id);
  json["kind"] = LowerName(event.kind);
  PATRON_JSON_OPTIONAL(json, event, customer_id);
  json["happened_at"] = FormatTime(event.happened_at_us);
  PATRON_JSON_OPTIONAL(json, event, product_id);
  SetText(json, "store_id", event.store_id);
  SetText(json, "channel", event.channel);
  PATRON_JSON_OPTIONAL(json, event, dwell_ms);
  PATRON_JSON_OPTIONAL(json, event, text);
  PATRON_JSON_OPTIONAL(json, event, value);
  PATRON_JSON_OPTIONAL(json, event, source);
  PATRON_JSON_OPTIONAL(json, event, impression_token);
  if (event.__isset.measure) json["measure"] = LowerName(event.measure);
  SetList(json, "attributes", event.attributes);
  return json;
}

Json ToJson(const wire::RecommendedItem& item) {
  Json json;
  json["product_id"] = item.product_id;
  json["name"] = item.name;
  json["score"] = item.score;
  json["reason"] = LowerName(item.reason);
  json["reason_text"] = item.reason_text;
  PATRON_JSON_OPTIONAL(json, item, because_of);
  if (item.__isset.due_day) json["due_day"] = FormatDay(item.due_day);
  PATRON_JSON_OPTIONAL(json, item, price);
  PATRON_JSON_OPTIONAL(json, item, currency);
  SetList(json, "limitations", item.limitations);
  return json;
}

Json ToJson(const wire::RecommendReply& reply) {
  Json json;
  json["items"] = ToJsonArray(reply.items);
  json["impression_token"] = reply.impression_token;
  json["index_version"] = reply.index_version;
  json["ranking_version"] = reply.ranking_version;
  SetList(json, "notes", reply.notes);
  return json;
}

Json ToJson(const wire::ImpressionContent& content) {
  Json json;
  json["answer_id"] = content.answer_id;
  json["placement"] = LowerName(content.placement);
  SetText(json, "customer_id", content.customer_id);
  SetText(json, "store_id", content.store_id);
  SetTime(json, "shown_at", content.shown_at_us);
  SetText(json, "index_version", content.index_version);
  SetText(json, "ranking_version", content.ranking_version);
  json["product_ids"] = content.product_ids;
  return json;
}

Json ToJson(const wire::CustomerFacts& facts) {
  Json json;
  json["purchases"] = facts.purchases;
  json["lines"] = facts.lines;
  json["spend"] = AmountsToJson(facts.spend);
  json["returns"] = facts.returns;
  json["returned"] = AmountsToJson(facts.returned);
  SetDay(json, "first_day", facts.first_day);
  SetDay(json, "last_day", facts.last_day);
  for (const wire::StoreVisits& visits : facts.stores)
    json["stores"][visits.store_id] = visits.purchases;
  for (const wire::ChannelVisits& visits : facts.channels)
    json["channels"][visits.channel] = visits.purchases;
  json["distinct_products"] = facts.distinct_products;
  PATRON_JSON_OPTIONAL(json, facts, first_source);
  json["events"] = facts.events;
  return json;
}

Json ToJson(const wire::ItemHistory& item) {
  Json json;
  json["product_id"] = item.product_id;
  json["name"] = item.name;
  json["times"] = item.times;
  SetDay(json, "first_day", item.first_day);
  SetDay(json, "last_day", item.last_day);
  PATRON_JSON_OPTIONAL(json, item, usual_interval_days);
  if (item.__isset.due_day) json["due_day"] = FormatDay(item.due_day);
  return json;
}

Json ToJson(const wire::HistoryPurchase& purchase) {
  Json json = ToJson(purchase.purchase);
  if (!purchase.returns.empty())
    json["returns"] = ToJsonArray(purchase.returns);
  return json;
}

Json ToJson(const wire::HistoryPage& page) {
  Json json;
  json["purchases"] = ToJsonArray(page.purchases);
  json["events"] = ToJsonArray(page.events);
  json["next_cursor"] = page.next_cursor;
  return json;
}

Json ToJson(const wire::CustomerContext& context) {
  Json json;
  json["customer"] = ToJson(context.customer);
  json["facts"] = ToJson(context.facts);
  json["favourites"] = ToJsonArray(context.favourites);
  json["last_purchases"] = ToJsonArray(context.last_purchases);
  json["due"] = ToJsonArray(context.due);
  json["next_best"] = ToJsonArray(context.next_best);
  json["last_events"] = ToJsonArray(context.last_events);
  json["balances"] = ToJsonArray(context.balances);
  json["issued"] = ToJsonArray(context.issued);
  if (context.__isset.next_offer)
    json["next_offer"] = ToJson(context.next_offer);
  return json;
}

Json ToJson(const wire::PurchaseReply& reply) {
  Json json = {{"receipt_id", reply.receipt_id},
               {"duplicate", reply.duplicate},
               {"log_position", reply.log_position}};
  for (const wire::EarnedIn& earned : reply.earned)
    json["earned"][earned.programme_id] = earned.points;
  return json;
}

Json ToJson(const wire::ReturnReply& reply) {
  Json json = {
      {"receipt_id", reply.receipt_id}, {"refund", reply.refund},
      {"currency", reply.currency},     {"line_refunds", reply.line_refunds},
      {"duplicate", reply.duplicate},   {"log_position", reply.log_position}};
  if (!reply.programmes.empty())
    json["programmes"] = ToJsonArray(reply.programmes);
  if (!reply.offers.empty()) json["offers"] = ToJsonArray(reply.offers);
  return json;
}

Json ToJson(const wire::EventReply& reply) {
  return {{"duplicate", reply.duplicate}, {"log_position", reply.log_position}};
}

Json ToJson(const wire::IndexVersion& version) {
  Json json;
  json["version"] = version.version;
  SetTime(json, "built_at", version.built_at_us);
  json["serving"] = version.serving;
  json["products"] = version.products;
  json["log_position"] = version.log_position;
  json["ann_recall"] = version.ann_recall;
  SetText(json, "problem", version.problem);
  if (version.trial_percent > 0) json["trial_percent"] = version.trial_percent;
  if (version.features.empty()) return json;
  json["recall_at_10"] = version.recall_at_10;
  json["ndcg_at_10"] = version.ndcg_at_10;
  for (const wire::FeatureShare& feature : version.features)
    json["features"].push_back(
        {{"feature", feature.feature}, {"share", feature.share}});
  return json;
}

namespace {

Json ArmToJson(const wire::TrialArm& arm) {
  return {{"version", arm.version}, {"customers", arm.customers},
          {"buyers", arm.buyers},   {"spend", arm.spend},
          {"shown", arm.shown},     {"clicked", arm.clicked},
          {"bought", arm.bought}};
}

}  // namespace

Json ToJson(const wire::TrialReport& report) {
  Json json;
  json["serving"] = ArmToJson(report.serving);
  json["trial"] = ArmToJson(report.trial);
  json["percent"] = report.percent;
  SetText(json, "currency", report.currency);
  SetTime(json, "started_at", report.started_at_us);
  json["enough"] = report.enough;
  if (report.enough) {
    json["lift"] = report.lift;
    json["low"] = report.low;
    json["high"] = report.high;
  }
  SetText(json, "note", report.note);
  return json;
}

Json ToJson(const wire::CheckpointInfo& checkpoint) {
  return {{"path", checkpoint.path},
          {"log_position", checkpoint.log_position},
          {"store_uuid", checkpoint.store_uuid}};
}

Json ToJson(const wire::Stats& stats) {
  Json json;
  json["customers"] = stats.customers;
  json["products"] = stats.products;
  json["stores"] = stats.stores;
  json["purchases"] = stats.purchases;
  json["purchase_lines"] = stats.purchase_lines;
  json["amounts"] = AmountsToJson(stats.amounts);
  json["discounts"] = AmountsToJson(stats.discounts);
  json["returns"] = stats.returns;
  json["events"] = stats.events;
  json["log_position"] = stats.log_position;
  json["index_version"] = stats.index_version;
  json["store_bytes"] = stats.store_bytes;
  json["resident_bytes"] = stats.resident_bytes;
  json["uptime_ms"] = stats.uptime_ms;
  json["start_up_ms"] = stats.start_up_ms;
  json["server_version"] = stats.server_version;
  json["artefacts_path"] = stats.artefacts_path;
  return json;
}

}  // namespace patron::cli
