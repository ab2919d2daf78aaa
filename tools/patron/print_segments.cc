#include "tools/patron/print_segments.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print.h"
#include "tools/patron/table.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

constexpr int64_t kUsPerMs = 1000;

std::string ShareText(int64_t part, int64_t of) {
  if (of == 0) return "";
  return absl::StrFormat(" (%.1f %%)", 100.0 * static_cast<double>(part) /
                                           static_cast<double>(of));
}

}  // namespace

void PrintSegments(std::ostream& out,
                   const std::vector<wire::SegmentInfo>& segments,
                   bool counted) {
  std::vector<Table::Column> columns = {{"segment", false, true}, {"kind"}};
  if (counted) columns.push_back({"customers", true});
  columns.push_back({"meaning", false, true});
  Table table(columns);
  for (const wire::SegmentInfo& one : segments) {
    std::vector<std::string> cells = {one.segment.id, LowerName(one.kind)};
    if (counted) cells.push_back(FormatCount(one.customers));
    cells.push_back(one.segment.meaning.empty() ? one.segment.name
                                                : one.segment.meaning);
    table.AddRow(std::move(cells));
  }
  table.Print(out);
}

void PrintSegment(std::ostream& out, const wire::SegmentInfo& segment) {
  Sheet sheet;
  sheet.Add("segment", segment.segment.id);
  sheet.Add("name", segment.segment.name);
  sheet.Add("kind", LowerName(segment.kind));
  sheet.Add("meaning", segment.segment.meaning);
  sheet.Add("rule", segment.segment.rule);
  sheet.Add("customers", FormatCount(segment.customers));
  sheet.Print(out);
}

void PrintCount(std::ostream& out, const wire::SegmentCount& count) {
  out << FormatCount(count.customers) << " of " << FormatCount(count.of)
      << " customers" << ShareText(count.customers, count.of)
      << absl::StrFormat(", in %.1f ms\n",
                         static_cast<double>(count.took_us) / kUsPerMs);
}

void PrintMembership(std::ostream& out, const std::string& customer_id,
                     const wire::Membership& membership) {
  out << customer_id << " is " << membership.text << '\n';
  for (const wire::ClauseAnswer& clause : membership.clauses)
    out << "  " << (clause.holds ? "yes  " : "no   ") << clause.text << '\n';
}

void PrintComparison(std::ostream& out, const std::string& first,
                     const std::string& second,
                     const wire::SegmentComparison& comparison) {
  Table table(
      {{"", false, true}, {"customers", true}, {"average spend", true}});
  const auto add = [&](const std::string& name, const wire::SegmentPart& part) {
    table.AddRow(
        {name, FormatCount(part.customers), AmountsText(part.average_spend)});
  };
  add("in both", comparison.both);
  add(absl::StrCat("only in ", first), comparison.only_first);
  add(absl::StrCat("only in ", second), comparison.only_second);
  table.Print(out);
}

void PrintRuleFields(std::ostream& out,
                     const std::vector<wire::RuleField>& fields) {
  Table table({{"field"}, {"of"}, {"type"}, {"meaning", false, true}});
  for (const wire::RuleField& field : fields)
    table.AddRow({field.name, field.of, field.type, field.help});
  table.Print(out);
}

}  // namespace patron::cli
