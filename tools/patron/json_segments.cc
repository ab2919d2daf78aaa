// Segments of json_out.h.
#include "absl/strings/ascii.h"
#include "tools/patron/json_out.h"

namespace patron::cli {

std::string LowerName(const wire::SegmentKind::type& kind) {
  const auto found = wire::_SegmentKind_VALUES_TO_NAMES.find(kind);
  return found == wire::_SegmentKind_VALUES_TO_NAMES.end()
             ? std::to_string(kind)
             : absl::AsciiStrToLower(found->second);
}

Json ToJson(const wire::SegmentInfo& info) {
  return {{"segment_id", info.segment.id},    {"name", info.segment.name},
          {"kind", LowerName(info.kind)},     {"meaning", info.segment.meaning},
          {"rule", info.segment.rule},        {"customers", info.customers},
          {"log_position", info.log_position}};
}

Json ToJson(const wire::SegmentCount& count) {
  return {{"customers", count.customers},
          {"of", count.of},
          {"rule", count.rule},
          {"day", count.day},
          {"log_position", count.log_position},
          {"took_us", count.took_us}};
}

Json ToJson(const wire::MembersPage& page) {
  return {{"customer_ids", page.customer_ids},
          {"next_cursor", page.next_cursor},
          {"log_position", page.log_position}};
}

Json ToJson(const wire::ClauseAnswer& clause) {
  return {{"text", clause.text}, {"holds", clause.holds}};
}

Json ToJson(const wire::Membership& membership) {
  return {{"member", membership.member},
          {"text", membership.text},
          {"decided", membership.decided},
          {"clauses", ToJsonArray(membership.clauses)},
          {"log_position", membership.log_position}};
}

Json ToJson(const wire::SegmentPart& part) {
  Json spend = Json::object();
  for (const wire::AmountIn& amount : part.average_spend)
    spend[amount.currency] = amount.amount;
  return {{"customers", part.customers}, {"average_spend", spend}};
}

Json ToJson(const wire::SegmentComparison& comparison) {
  return {{"both", ToJson(comparison.both)},
          {"only_first", ToJson(comparison.only_first)},
          {"only_second", ToJson(comparison.only_second)},
          {"log_position", comparison.log_position}};
}

Json ToJson(const wire::RuleField& field) {
  return {{"name", field.name},
          {"of", field.of},
          {"type", field.type},
          {"help", field.help}};
}

Json ToJson(const wire::UploadReply& reply) {
  return {{"customers", reply.customers},
          {"changed", reply.changed},
          {"unknown", reply.unknown},
          {"unknown_ids", reply.unknown_ids}};
}

}  // namespace patron::cli
