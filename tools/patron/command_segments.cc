// Segments: which there are, how many, who and why; saving and deleting.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/commands.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print_segments.h"
#include "tools/patron/segment_flags.h"
#include "tools/patron/text_file.h"

namespace patron::cli {
namespace {

constexpr Range kPage = {1, 10'000};

// A call about an audience: a mistake in its rule is shown.
template <typename Call>
absl::Status Ask(Context& context, const std::string& rule, Call&& call) {
  return WithCaret(Connection(context.server).Marketing(call), rule);
}

// "vip", or the rule where no segment is named.
std::string NameOf(const wire::Audience& audience) {
  if (audience.segment_id.empty()) return audience.rule;
  return audience.rule.empty()
             ? audience.segment_id
             : absl::StrCat(audience.segment_id, " and ", audience.rule);
}

// --rule, or what stands in --rule-file.
absl::StatusOr<std::string> RuleOf(const Args& args) {
  if (!args.Has("rule-file")) return args.Get("rule");
  if (args.Has("rule")) return UsageError("give --rule or --rule-file");
  return ReadTextFile(args.Get("rule-file"));
}

// Two of the arguments and the rules, in this order.
absl::StatusOr<std::vector<wire::Audience>> TwoAudiences(const Args& args) {
  std::vector<wire::Audience> two;
  for (const std::string& id : args.positional())
    two.emplace_back().segment_id = id;
  for (const std::string& rule : args.All("rule"))
    two.emplace_back().rule = rule;
  if (two.size() == 2) return two;
  return UsageError(absl::StrCat(
      "segment compare: needs two segments or rules, ", two.size(), " given"));
}

}  // namespace

absl::StatusOr<int> RunSegmentList(Context& context, const Args& args) {
  const bool counted = !args.Has("no-counts");
  std::vector<wire::SegmentInfo> segments;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.segmentList(segments, counted);
      }));
  if (!context.json) PrintSegments(context.out, segments, counted);
  for (const wire::SegmentInfo& one : segments)
    if (context.json) context.out << ToLine(ToJson(one)) << '\n';
  return kExitOk;
}

absl::StatusOr<int> RunSegmentShow(Context& context, const Args& args) {
  const std::string& id = args.positional()[0];
  std::vector<wire::SegmentInfo> segments;
  wire::SegmentCount count;
  wire::Audience audience;
  audience.segment_id = id;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.countSegment(count, audience);
        client.segmentList(segments, false);
      }));
  for (wire::SegmentInfo& one : segments) {
    if (one.segment.id != id) continue;
    one.customers = count.customers;
    one.log_position = count.log_position;
    if (context.json)
      context.out << ToLine(ToJson(one)) << '\n';
    else
      PrintSegment(context.out, one);
    return kExitOk;
  }
  return absl::NotFoundError(absl::StrCat("no segment ", Quoted(id)));
}

absl::StatusOr<int> RunSegmentCount(Context& context, const Args& args) {
  wire::Audience audience;
  audience.segment_id = args.Get("segment");
  if (!args.positional().empty()) audience.rule = args.positional()[0];
  if (args.positional().empty() && audience.segment_id.empty())
    return UsageError("no rule and no --segment given");
  wire::SegmentCount count;
  PATRON_RETURN_IF_ERROR(
      Ask(context, audience.rule, [&](wire::MarketingClient& client) {
        client.countSegment(count, audience);
      }));
  if (context.json)
    context.out << ToLine(ToJson(count)) << '\n';
  else
    PrintCount(context.out, count);
  return kExitOk;
}

absl::StatusOr<int> RunSegmentSave(Context& context, const Args& args) {
  wire::Segment segment;
  segment.id = args.positional()[0];
  segment.name = args.Get("name", segment.id);
  segment.meaning = args.Get("meaning");
  PATRON_ASSIGN_OR_RETURN(segment.rule, RuleOf(args));
  wire::SegmentCount count;
  wire::Audience audience;
  audience.segment_id = segment.id;
  PATRON_RETURN_IF_ERROR(
      Ask(context, segment.rule, [&](wire::MarketingClient& client) {
        client.saveSegment(args.Get("request-id"), segment);
        client.countSegment(count, audience);
      }));
  if (context.json) {
    context.out << ToLine(ToJson(count)) << '\n';
    return kExitOk;
  }
  context.out << "segment " << segment.id << " is saved: ";
  PrintCount(context.out, count);
  return kExitOk;
}

absl::StatusOr<int> RunSegmentDelete(Context& context, const Args& args) {
  const std::string& id = args.positional()[0];
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.deleteSegment(args.Get("request-id"), id);
      }));
  if (!context.json) context.out << "segment " << id << " is deleted\n";
  return kExitOk;
}

absl::StatusOr<int> RunSegmentMembers(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const wire::Audience audience, AudienceOf(args, 0));
  PATRON_ASSIGN_OR_RETURN(const int64_t limit,
                          args.Number("limit", 100, kPage));
  wire::MembersPage page;
  PATRON_RETURN_IF_ERROR(
      Ask(context, audience.rule, [&](wire::MarketingClient& client) {
        client.segmentMembers(page, audience, static_cast<int32_t>(limit),
                              args.Get("cursor"));
      }));
  if (context.json) {
    context.out << ToLine(ToJson(page)) << '\n';
    return kExitOk;
  }
  for (const std::string& id : page.customer_ids) context.out << id << '\n';
  if (!page.next_cursor.empty())
    context.err << "more with --cursor " << page.next_cursor << '\n';
  return kExitOk;
}

absl::StatusOr<int> RunSegmentSample(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const wire::Audience audience, AudienceOf(args, 0));
  PATRON_ASSIGN_OR_RETURN(const int64_t count, args.Number("count", 10, kPage));
  PATRON_ASSIGN_OR_RETURN(const int64_t seed,
                          args.Number("seed", 1, kAnyNumber));
  std::vector<std::string> ids;
  PATRON_RETURN_IF_ERROR(
      Ask(context, audience.rule, [&](wire::MarketingClient& client) {
        client.sampleSegment(ids, audience, static_cast<int32_t>(count), seed);
      }));
  for (const std::string& id : ids)
    context.out << (context.json ? ToLine({{"customer_id", id}}) : id) << '\n';
  return kExitOk;
}

absl::StatusOr<int> RunSegmentExplain(Context& context, const Args& args) {
  const std::string& customer = args.positional()[0];
  PATRON_ASSIGN_OR_RETURN(const wire::Audience audience, AudienceOf(args, 1));
  wire::Membership membership;
  PATRON_RETURN_IF_ERROR(
      Ask(context, audience.rule, [&](wire::MarketingClient& client) {
        client.explainMembership(membership, audience, customer);
      }));
  if (context.json)
    context.out << ToLine(ToJson(membership)) << '\n';
  else
    PrintMembership(context.out, customer, membership);
  return kExitOk;
}

absl::StatusOr<int> RunSegmentCompare(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const auto two, TwoAudiences(args));
  wire::SegmentComparison comparison;
  // A mistake is in the last rule unless both are typed: then no caret may be
  // right.
  const std::string rule = two[0].rule.empty() ? two[1].rule : std::string();
  PATRON_RETURN_IF_ERROR(Ask(context, rule, [&](wire::MarketingClient& client) {
    client.compareSegments(comparison, two[0], two[1]);
  }));
  if (context.json)
    context.out << ToLine(ToJson(comparison)) << '\n';
  else
    PrintComparison(context.out, NameOf(two[0]), NameOf(two[1]), comparison);
  return kExitOk;
}

absl::StatusOr<int> RunSegmentFields(Context& context, const Args& args) {
  std::vector<wire::RuleField> fields;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.ruleFields(fields);
      }));
  const std::string of = args.Get("of");
  std::erase_if(fields, [&](const wire::RuleField& field) {
    return !of.empty() && field.of != of;
  });
  if (fields.empty())
    return UsageError(absl::StrCat("--of: ", Quoted(of),
                                   " is not customer, lines, events or "
                                   "product"));
  if (!context.json) PrintRuleFields(context.out, fields);
  for (const wire::RuleField& field : fields)
    if (context.json) context.out << ToLine(ToJson(field)) << '\n';
  return kExitOk;
}

}  // namespace patron::cli
