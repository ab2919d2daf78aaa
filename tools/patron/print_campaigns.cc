#include "tools/patron/print_campaigns.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "server/base/day.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print.h"
#include "tools/patron/table.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

constexpr int kLineWidth = 100;

// In the words of a person; LeftOut of campaigns.thrift.
std::string ReasonText(wire::LeftOut::type reason) {
  switch (reason) {
    case wire::LeftOut::CONSENT:
      return "gave no consent";
    case wire::LeftOut::UNREACHABLE:
      return "have no address for the channel";
    case wire::LeftOut::CAP:
      return "were contacted as often as allowed";
    case wire::LeftOut::QUIET_HOURS:
      return "have only quiet hours in the window";
    case wire::LeftOut::RELEVANCE:
      return "nothing relevant enough";
    case wire::LeftOut::MISMATCH:
      return "no product suits them";
    case wire::LeftOut::HOLDOUT:
      return "are in the shop's holdout";
    case wire::LeftOut::EXCLUDED:
      return "are excluded by the campaign";
    case wire::LeftOut::NO_OFFER:
      return "no offer is worth it";
    case wire::LeftOut::BUDGET:
      return "no budget was left";
    case wire::LeftOut::DISPLACED:
      return "a campaign of higher priority has them";
    case wire::LeftOut::MERGED:
      return "became one with another customer";
  }
  return LowerName(reason);
}

std::string WindowText(int64_t from_us, int64_t until_us) {
  if (from_us == 0 && until_us == 0) return "";
  return absl::StrCat(FormatMinute(from_us), " to ", FormatMinute(until_us));
}

std::string Share(int64_t part, int64_t of) {
  if (of == 0) return "";
  return absl::StrFormat("%.1f %%", 100.0 * static_cast<double>(part) / of);
}

std::string ShareOf(int32_t basis_points) {
  return basis_points == 0 ? ""
                           : absl::StrFormat("%g %%", basis_points / 100.0);
}

std::string MinuteText(int64_t time_us) {
  return time_us == 0 ? "" : FormatMinute(time_us);
}

std::string MeanText(double minor, const std::string& currency) {
  return FormatMoney(std::llround(minor), currency);
}

// How the audience falls apart; the same for a run and a preview.
struct Parts {
  int64_t audience = 0;
  int64_t planned = 0;
  int64_t held_out = 0;
  const std::vector<wire::LeftOutCount>& left_out;
};

void PrintParts(std::ostream& out, const Parts& parts) {
  Table table({{"customers", true}, {"share", true}, {"", false, true}});
  const auto add = [&](int64_t count, const std::string& text) {
    table.AddRow({FormatCount(count), Share(count, parts.audience), text});
  };
  add(parts.audience, "in the audience");
  add(parts.planned, "on the list");
  if (parts.held_out > 0) add(parts.held_out, "held out, to compare with");
  for (const wire::LeftOutCount& count : parts.left_out)
    add(count.customers, ReasonText(count.reason));
  table.Print(out);
}

// A moment as the customer's clock shows it.
std::string LocalMinute(int64_t time_us, const absl::TimeZone& zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixMicros(time_us),
                          zone);
}

std::string SendText(const wire::ListRow& row) {
  absl::TimeZone zone;
  const bool known = absl::LoadTimeZone(row.time_zone, &zone);
  const std::string from = LocalMinute(row.not_before_us, zone);
  std::string until = LocalMinute(row.not_after_us, zone);
  if (from.substr(0, 10) == until.substr(0, 10)) until = until.substr(11);
  return absl::StrCat(from, " to ", until, " ", known ? row.time_zone : "UTC");
}

std::string Recipient(const wire::ListRow& row, const Names& names) {
  const auto name = names.find(row.customer_id);
  if (name == names.end() || name->second.empty()) return row.customer_id;
  return absl::StrCat(name->second, " (", row.customer_id, ")");
}

std::string ProductText(const wire::ListProduct& product) {
  std::string text = product.name.empty() ? product.product_id : product.name;
  if (product.__isset.price)
    absl::StrAppend(&text, ", ", FormatMoney(product.price, product.currency));
  return text;
}

std::string OfferText(const wire::ListRow& row) {
  return row.offer_text.empty() ? row.offer_id : row.offer_text;
}

void PrintRow(std::ostream& out, const wire::ListRow& row,
              const std::string& currency, const Names& names) {
  const auto line = [&out](const std::string& text) {
    out << Shortened(text, kLineWidth) << '\n';
  };
  line(absl::StrCat(
      Recipient(row, names), ", ", row.channel,
      row.creative.empty() ? "" : absl::StrCat(", \"", row.creative, "\""),
      row.not_before_us == 0 ? "" : absl::StrCat(", ", SendText(row)), ":"));
  int number = 0;
  for (const wire::ListProduct& product : row.products) {
    line(absl::StrCat("  ", ++number, ". ", ProductText(product)));
    if (!product.reason_text.empty())
      line(absl::StrCat("     ", product.reason_text));
  }
  if (!row.offer_id.empty()) line("  offer: " + OfferText(row));
  line(absl::StrFormat("  relevance %.3f, expected cost %s",
                       static_cast<double>(row.relevance) / 1000,
                       FormatMoney(row.cost, currency)));
}

void AddCost(Sheet& sheet, int64_t cost, const std::string& currency) {
  sheet.Add("expected cost", FormatMoney(cost, currency));
}

void PrintRuns(std::ostream& out, const std::vector<wire::CampaignRun>& runs) {
  Table table({{"run", false, true},
               {"state"},
               {"as of (UTC)"},
               {"audience", true},
               {"on the list", true},
               {"held out", true},
               {"cost", true}});
  for (const wire::CampaignRun& run : runs) {
    table.AddRow({run.run_id, LowerName(run.state), FormatMinute(run.moment_us),
                  FormatCount(run.audience), FormatCount(run.planned),
                  FormatCount(run.held_out),
                  FormatMoney(run.cost, run.currency)});
    if (!run.problem.empty()) table.AddNote("stands still: " + run.problem);
  }
  table.Print(out);
}

std::string VariantText(const wire::Variant& variant) {
  std::string text = absl::StrCat(variant.id, " \"", variant.creative, "\" × ",
                                  variant.weight);
  if (!variant.offer_ids.empty())
    absl::StrAppend(&text, ", offers ", absl::StrJoin(variant.offer_ids, ", "));
  return text;
}

void AddAudience(Sheet& sheet, const wire::Campaign& campaign) {
  sheet.Add("segments", campaign.segments.empty()
                            ? "everybody"
                            : absl::StrJoin(campaign.segments, ", "));
  sheet.Add("and rule", campaign.rule);
  sheet.Add("without segments", absl::StrJoin(campaign.exclude_segments, ", "));
  sheet.Add("without rule", campaign.exclude_rule);
}

void AddContent(Sheet& sheet, const wire::Campaign& campaign) {
  if (campaign.products > 0)
    sheet.Add("products", absl::StrCat(campaign.products, " a customer, by ",
                                       campaign.placement));
  sheet.Add("of products", campaign.product_rule);
  sheet.Add("offers",
            absl::StrCat(absl::StrJoin(campaign.offer_ids, ", "),
                         campaign.offer_required ? " (one required)" : ""));
  for (const wire::Variant& variant : campaign.variants)
    sheet.Add("variant", VariantText(variant));
}

// Sent, shown, clicked, redeemed: what happened of it.
std::string HappenedText(const wire::ContactView& contact) {
  std::vector<std::string> parts;
  int64_t last_us = 0;
  const auto add = [&](const char* what, int64_t time_us) {
    if (time_us != 0) parts.push_back(what);
    last_us = std::max(last_us, time_us);
  };
  add("sent", contact.sent_us);
  add("shown", contact.shown_us);
  add("clicked", contact.clicked_us);
  add("redeemed", contact.redeemed_us);
  if (parts.empty()) return "";
  return absl::StrCat(absl::StrJoin(parts, ", "), ", last ",
                      FormatMinute(last_us));
}

std::vector<wire::OutcomeLine> Lines(const wire::Outcome& outcome) {
  std::vector<wire::OutcomeLine> lines = {outcome.held_out};
  lines[0].group = "held out";
  lines.insert(lines.end(), outcome.groups.begin(), outcome.groups.end());
  return lines;
}

void PrintResponse(std::ostream& out, const wire::Outcome& outcome) {
  Table table({{"group", false, true},
               {"customers", true},
               {"sent", true},
               {"shown", true},
               {"clicked", true},
               {"redeemed", true},
               {"bought", true},
               {"share", true}});
  for (const wire::OutcomeLine& line : Lines(outcome))
    table.AddRow({line.group, FormatCount(line.customers),
                  FormatCount(line.sent), FormatCount(line.shown),
                  FormatCount(line.clicked), FormatCount(line.redeemed),
                  FormatCount(line.buyers),
                  Share(line.buyers, line.customers)});
  table.Print(out);
}

void PrintMoney(std::ostream& out, const wire::Outcome& outcome) {
  const std::string& currency = outcome.currency;
  Table table({{"group", false, true},
               {"spend, net", true},
               {"returned", true},
               {"a customer", true},
               {"lift", true},
               {"95 % interval", true}});
  bool is_held_out = true;
  for (const wire::OutcomeLine& line : Lines(outcome)) {
    std::vector<std::string> cells = {
        line.group, FormatMoney(line.spend, currency),
        FormatMoney(line.returned, currency), MeanText(line.mean, currency)};
    if (!is_held_out && line.enough)
      cells.insert(cells.end(), {MeanText(line.lift, currency),
                                 absl::StrCat(MeanText(line.low, ""), " to ",
                                              MeanText(line.high, currency))});
    if (!is_held_out && !line.enough)
      cells.insert(cells.end(), {"too little data", ""});
    table.AddRow(std::move(cells));
    if (!line.note.empty()) table.AddNote(line.note);
    is_held_out = false;
  }
  table.Print(out);
}

}  // namespace

void PrintCampaigns(std::ostream& out,
                    const std::vector<wire::CampaignStatus>& campaigns) {
  Table table({{"campaign", false, true},
               {"kind"},
               {"channel"},
               {"window (UTC)", false, true},
               {"priority", true},
               {"runs", true},
               {"last", false, true}});
  for (const wire::CampaignStatus& status : campaigns) {
    const wire::Campaign& campaign = status.campaign;
    const bool ran = !status.runs.empty();
    table.AddRow({campaign.id, LowerName(campaign.kind), campaign.channel,
                  WindowText(campaign.starts_us, campaign.ends_us),
                  absl::StrCat(campaign.priority),
                  absl::StrCat(status.runs.size()),
                  ran ? LowerName(status.runs.front().state) : ""});
  }
  table.Print(out);
}

void PrintCampaign(std::ostream& out, const wire::CampaignStatus& status) {
  const wire::Campaign& campaign = status.campaign;
  Sheet sheet;
  sheet.Add("campaign", campaign.id);
  sheet.Add("name", campaign.name);
  sheet.Add("kind", LowerName(campaign.kind));
  AddAudience(sheet, campaign);
  sheet.Add("channel",
            absl::StrCat(campaign.channel, " for ", campaign.purpose));
  sheet.Add("window (UTC)", WindowText(campaign.starts_us, campaign.ends_us));
  AddContent(sheet, campaign);
  sheet.Add("priority", absl::StrCat(campaign.priority));
  sheet.Add("held out", ShareOf(campaign.holdout_bp));
  if (campaign.budget > 0)
    sheet.Add("budget", FormatMoney(campaign.budget, campaign.currency));
  sheet.Print(out);
  if (status.runs.empty()) return;
  PrintTitle(out, "Runs");
  PrintRuns(out, status.runs);
}

std::string PlanningText(const wire::CampaignRun& run) {
  const double share = run.audience == 0
                           ? 0
                           : 100.0 * static_cast<double>(run.decided) /
                                 static_cast<double>(run.audience);
  return absl::StrFormat("%s %3.0f %%: %s of %s customers looked at",
                         LowerName(run.state), share, FormatCount(run.decided),
                         FormatCount(run.audience));
}

void PrintRun(std::ostream& out, const wire::CampaignRun& run) {
  Sheet sheet;
  sheet.Add("run", run.run_id);
  sheet.Add("campaign", run.campaign_id);
  sheet.Add("state", run.state == wire::RunState::PLANNING
                         ? PlanningText(run)
                         : LowerName(run.state));
  sheet.Add("stands still", run.problem);
  sheet.Add("as of (UTC)", FormatMinute(run.moment_us));
  sheet.Add("frozen (UTC)", MinuteText(run.frozen_at_us));
  AddCost(sheet, run.cost, run.currency);
  sheet.Add("definitions", absl::StrCat("version ", run.definitions_version));
  sheet.Add("index", run.index_version);
  sheet.Print(out);
  out << '\n';
  PrintParts(out, {run.audience, run.planned, run.held_out, run.left_out});
}

void PrintPreview(std::ostream& out, const wire::CampaignPreview& preview,
                  const Names& names) {
  PrintParts(out, {preview.audience, preview.planned, preview.held_out,
                   preview.left_out});
  Sheet sheet;
  AddCost(sheet, preview.cost, preview.currency);
  if (preview.looked_at < preview.audience)
    sheet.Add("scaled up", absl::StrCat("from ", FormatCount(preview.looked_at),
                                        " customers looked at"));
  out << '\n';
  sheet.Print(out);
  for (const wire::ListRow& row : preview.sample) {
    out << '\n';
    PrintRow(out, row, preview.currency, names);
  }
}

void PrintOutcome(std::ostream& out, const wire::Outcome& outcome) {
  Sheet sheet;
  sheet.Add("run", outcome.run_id);
  sheet.Add("purchases (UTC)", WindowText(outcome.from_us, outcome.until_us));
  sheet.Print(out);
  out << '\n';
  PrintResponse(out, outcome);
  out << '\n';
  PrintMoney(out, outcome);
  out << '\n' << outcome.method << '\n';
}

void PrintContacts(std::ostream& out,
                   const std::vector<wire::ContactView>& contacts) {
  if (contacts.empty()) {
    out << "no contacts\n";
    return;
  }
  Table table({{"day"},
               {"campaign", false, true},
               {"state"},
               {"channel"},
               {"what happened (UTC)", false, true}});
  for (const wire::ContactView& contact : contacts) {
    table.AddRow({contact.day == 0 ? "" : FormatDay(contact.day),
                  contact.campaign_name.empty() ? contact.campaign_id
                                                : contact.campaign_name,
                  contact.state, contact.channel, HappenedText(contact)});
    if (!contact.text.empty()) table.AddNote(contact.text);
  }
  table.Print(out);
}

}  // namespace patron::cli
