// Campaigns of json_out.h: definitions, runs, what they achieved.
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/day.h"
#include "tools/patron/json_out.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

std::string Lower(const std::map<int, const char*>& names, int value) {
  const auto found = names.find(value);
  if (found == names.end()) return absl::StrCat(value);
  return absl::AsciiStrToLower(found->second);
}

void SetTime(Json& json, const char* key, int64_t time_us) {
  if (time_us != 0) json[key] = FormatTime(time_us);
}

Json LeftOutJson(const std::vector<wire::LeftOutCount>& counts) {
  Json json = Json::object();
  for (const wire::LeftOutCount& count : counts)
    json[LowerName(count.reason)] = count.customers;
  return json;
}

Json VariantJson(const wire::Variant& variant) {
  return {{"id", variant.id},
          {"creative", variant.creative},
          {"weight", variant.weight},
          {"offers", variant.offer_ids}};
}

Json VariantsJson(const std::vector<wire::Variant>& variants) {
  Json json = Json::array();
  for (const wire::Variant& variant : variants)
    json.push_back(VariantJson(variant));
  return json;
}

// Lift and interval stand only where there is data enough for them.
void SetLift(Json& json, const wire::OutcomeLine& line) {
  json["enough"] = line.enough;
  if (line.enough) {
    json["lift"] = line.lift;
    json["low"] = line.low;
    json["high"] = line.high;
  }
  if (!line.note.empty()) json["note"] = line.note;
}

}  // namespace

std::string LowerName(const wire::CampaignKind::type& kind) {
  return Lower(wire::_CampaignKind_VALUES_TO_NAMES, kind);
}
std::string LowerName(const wire::LeftOut::type& reason) {
  return Lower(wire::_LeftOut_VALUES_TO_NAMES, reason);
}
std::string LowerName(const wire::RunState::type& state) {
  return Lower(wire::_RunState_VALUES_TO_NAMES, state);
}

Json ToJson(const wire::Campaign& campaign) {
  Json json = {{"campaign_id", campaign.id},
               {"name", campaign.name},
               {"kind", LowerName(campaign.kind)},
               {"segments", campaign.segments},
               {"rule", campaign.rule},
               {"exclude_segments", campaign.exclude_segments},
               {"exclude_rule", campaign.exclude_rule},
               {"channel", campaign.channel},
               {"purpose", campaign.purpose}};
  SetTime(json, "starts", campaign.starts_us);
  SetTime(json, "ends", campaign.ends_us);
  json.update({{"placement", campaign.placement},
               {"products", campaign.products},
               {"product_rule", campaign.product_rule},
               {"offers", campaign.offer_ids},
               {"offer_required", campaign.offer_required},
               {"variants", VariantsJson(campaign.variants)},
               {"priority", campaign.priority},
               {"holdout_bp", campaign.holdout_bp},
               {"budget", campaign.budget},
               {"currency", campaign.currency},
               {"cost_per_contact", campaign.cost_per_contact},
               {"relevance_floor", campaign.relevance_floor},
               {"outcome_days", campaign.outcome_days}});
  return json;
}

Json ToJson(const wire::CampaignStatus& status) {
  Json json = ToJson(status.campaign);
  json["runs"] = ToJsonArray(status.runs);
  return json;
}

Json ToJson(const wire::CampaignRun& run) {
  Json json = {{"run_id", run.run_id},
               {"campaign_id", run.campaign_id},
               {"state", LowerName(run.state)},
               {"moment", FormatTime(run.moment_us)},
               {"audience", run.audience},
               {"decided", run.decided},
               {"planned", run.planned},
               {"held_out", run.held_out},
               {"left_out", LeftOutJson(run.left_out)},
               {"cost", run.cost},
               {"currency", run.currency},
               {"definitions_version", run.definitions_version},
               {"index_version", run.index_version}};
  SetTime(json, "frozen_at", run.frozen_at_us);
  if (!run.problem.empty()) json["problem"] = run.problem;
  return json;
}

Json ToJson(const wire::ListProduct& product) {
  Json json = {{"product_id", product.product_id},
               {"name", product.name},
               {"reason_text", product.reason_text}};
  if (product.__isset.price) json["price"] = product.price;
  if (product.__isset.currency) json["currency"] = product.currency;
  return json;
}

Json ToJson(const wire::ListRow& row) {
  return {{"customer_id", row.customer_id},
          {"channel", row.channel},
          {"variant_id", row.variant_id},
          {"creative", row.creative},
          {"products", ToJsonArray(row.products)},
          {"offer_id", row.offer_id},
          {"offer_text", row.offer_text},
          {"not_before", FormatTime(row.not_before_us)},
          {"not_after", FormatTime(row.not_after_us)},
          {"time_zone", row.time_zone},
          {"relevance", row.relevance},
          {"cost", row.cost}};
}

Json ToJson(const wire::CampaignPreview& preview) {
  return {{"campaign_id", preview.campaign_id},
          {"audience", preview.audience},
          {"planned", preview.planned},
          {"held_out", preview.held_out},
          {"left_out", LeftOutJson(preview.left_out)},
          {"cost", preview.cost},
          {"currency", preview.currency},
          {"looked_at", preview.looked_at},
          {"log_position", preview.log_position},
          {"definitions_version", preview.definitions_version},
          {"index_version", preview.index_version},
          {"sample", ToJsonArray(preview.sample)}};
}

Json ToJson(const wire::ContactView& contact) {
  Json json = {{"run_id", contact.run_id},
               {"campaign_id", contact.campaign_id},
               {"campaign_name", contact.campaign_name},
               {"state", contact.state}};
  if (contact.__isset.reason) json["reason"] = LowerName(contact.reason);
  json["text"] = contact.text;
  json["channel"] = contact.channel;
  if (contact.day != 0) json["day"] = FormatDay(contact.day);
  SetTime(json, "not_before", contact.not_before_us);
  SetTime(json, "not_after", contact.not_after_us);
  SetTime(json, "sent", contact.sent_us);
  SetTime(json, "shown", contact.shown_us);
  SetTime(json, "clicked", contact.clicked_us);
  SetTime(json, "redeemed", contact.redeemed_us);
  return json;
}

Json ToJson(const wire::OutcomeLine& line) {
  Json json = {{"group", line.group},       {"customers", line.customers},
               {"sent", line.sent},         {"shown", line.shown},
               {"clicked", line.clicked},   {"redeemed", line.redeemed},
               {"buyers", line.buyers},     {"spend", line.spend},
               {"returned", line.returned}, {"mean", line.mean}};
  SetLift(json, line);
  return json;
}

Json ToJson(const wire::Outcome& outcome) {
  return {{"run_id", outcome.run_id},
          {"currency", outcome.currency},
          {"from", FormatTime(outcome.from_us)},
          {"until", FormatTime(outcome.until_us)},
          {"held_out", ToJson(outcome.held_out)},
          {"groups", ToJsonArray(outcome.groups)},
          {"method", outcome.method},
          {"log_position", outcome.log_position}};
}

}  // namespace patron::cli
