#include "tools/patron/print_marketing.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print.h"
#include "tools/patron/table.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

void PrintReplay(std::ostream& out, const wire::Replay& replay) {
  PrintTitle(out,
             absl::StrCat("Replayed: ", FormatCount(replay.baskets),
                          " baskets, list price ",
                          FormatMoney(replay.list_total, replay.currency)));
  Table table({{"", false, true}, {"now", true}, {"new", true}});
  table.AddRow({"discount", FormatMoney(replay.discount_now, replay.currency),
                FormatMoney(replay.discount_new, replay.currency)});
  table.AddRow({"points", FormatCount(replay.points_now),
                FormatCount(replay.points_new)});
  table.Print(out);
  if (replay.offers.empty()) return;
  out << '\n';
  Table offers({{"offer", false, true},
                {"uses now", true},
                {"uses new", true},
                {"discount now", true},
                {"discount new", true}});
  for (const wire::OfferReplay& offer : replay.offers)
    offers.AddRow({offer.offer_id, FormatCount(offer.uses_now),
                   FormatCount(offer.uses_new),
                   FormatMoney(offer.discount_now, replay.currency),
                   FormatMoney(offer.discount_new, replay.currency)});
  offers.Print(out);
}

// Nothing for -1: no limit.
std::string LeftText(int64_t left, const std::string& text) {
  return left < 0 ? "" : text;
}

std::string WithReserved(const std::string& used, int64_t reserved,
                         const std::string& text) {
  return reserved == 0 ? used : absl::StrCat(used, " + ", text);
}

}  // namespace

void PrintDifferences(std::ostream& out, const wire::ApplyReply& reply) {
  for (const std::string& line : reply.differences) out << line << '\n';
  if (reply.differences.empty()) out << "no differences\n";
  for (const std::string& warning : reply.warnings)
    out << "! " << warning << '\n';
  for (const wire::Replay& replay : reply.replays) PrintReplay(out, replay);
}

void PrintVersions(std::ostream& out,
                   const std::vector<wire::DefinitionsVersion>& versions) {
  Table table({{"version", true},
               {"when (UTC)"},
               {"by", false, true},
               {"change", false, true}});
  for (const wire::DefinitionsVersion& version : versions)
    table.AddRow({absl::StrCat(version.version),
                  FormatMinute(version.applied_at_us), version.actor,
                  version.change});
  table.Print(out);
}

void PrintOfferStates(std::ostream& out,
                      const std::vector<wire::OfferStatus>& offers) {
  Table table({{"offer", false, true},
               {"kind", false, true},
               {"state"},
               {"uses", true},
               {"left", true},
               {"discount", true},
               {"budget left", true},
               {"codes used", true}});
  for (const wire::OfferStatus& status : offers) {
    const std::string& currency = status.offer.currency;
    table.AddRow({status.offer.id,
                  status.offer.kind.empty() ? LowerName(status.offer.benefit)
                                            : status.offer.kind,
                  LowerName(status.offer.state),
                  WithReserved(FormatCount(status.uses), status.uses_reserved,
                               FormatCount(status.uses_reserved)),
                  LeftText(status.uses_left, FormatCount(status.uses_left)),
                  WithReserved(FormatMoney(status.discount, currency),
                               status.discount_reserved,
                               FormatMoney(status.discount_reserved, currency)),
                  LeftText(status.budget_left,
                           FormatMoney(status.budget_left, currency)),
                  status.codes == 0
                      ? ""
                      : absl::StrCat(FormatCount(status.codes_used), " / ",
                                     FormatCount(status.codes))});
  }
  table.Print(out);
  if (!offers.empty())
    out << "what is reserved stands behind +; nothing under left: no limit\n";
}

void PrintLiability(std::ostream& out,
                    const std::vector<wire::Liability>& programmes) {
  if (programmes.empty()) out << "no programmes\n";
  for (const wire::Liability& programme : programmes) {
    if (&programme != &programmes.front()) out << '\n';
    Sheet sheet;
    sheet.Add("programme", programme.programme_id);
    sheet.Add("accounts", FormatCount(programme.accounts));
    sheet.Add("available", FormatCount(programme.available));
    sheet.Add("pending", FormatCount(programme.pending));
    sheet.Add("held", FormatCount(programme.held));
    sheet.Add("debt", FormatCount(programme.debt));
    sheet.Add("would pay", FormatMoney(programme.amount, programme.currency));
    sheet.Add("ever earned", FormatCount(programme.earned));
    sheet.Add("ever spent", FormatCount(programme.spent));
    sheet.Add("ever expired", FormatCount(programme.expired));
    sheet.Add("ever reversed", FormatCount(programme.reversed));
    for (const wire::LiabilityLine& line : programme.by_expiry)
      sheet.Add(line.expires == "never" ? "never expire"
                                        : "expire in " + line.expires,
                FormatCount(line.points));
    sheet.Print(out);
  }
}

void PrintNextOffers(std::ostream& out,
                     const std::vector<wire::NextOffer>& offers) {
  Table table({{"customer", false, true},
               {"offer", false, true},
               {"response", true},
               {"without", true},
               {"cost", true},
               {"gain", true}});
  for (const wire::NextOffer& next : offers) {
    const bool none = next.offer_id.empty();
    table.AddRow({next.customer_id, none ? "none" : next.offer_id,
                  none ? "" : absl::StrFormat("%.1f %%", 100 * next.response),
                  absl::StrFormat("%.1f %%", 100 * next.response_without),
                  none ? "" : FormatMoney(next.cost, ""),
                  none ? "" : FormatMoney(next.gain, "")});
    if (!next.reason.empty()) table.AddNote(next.reason);
  }
  table.Print(out);
}

void PrintDraw(std::ostream& out, const wire::Draw& draw) {
  Sheet sheet;
  sheet.Add("draw", draw.draw_id);
  sheet.Add("seed", draw.seed);
  sheet.Add("entrants", FormatCount(draw.entrants));
  sheet.Add("their digest", draw.entrants_digest);
  sheet.Print(out);
  out << '\n';
  Table table({{"place", true}, {"customer", false, true}, {"ticket"}});
  for (const wire::Winner& winner : draw.winners)
    table.AddRow(
        {absl::StrCat(winner.place), winner.customer_id, winner.ticket});
  table.Print(out);
}

}  // namespace patron::cli
