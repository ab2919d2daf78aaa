// Balances, entries and the clerk's picture of print_checkout.h.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/day.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print.h"
#include "tools/patron/print_checkout.h"
#include "tools/patron/table.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

std::string DayOr(int32_t day, const char* otherwise) {
  return day == 0 ? otherwise : FormatDay(day);
}

std::string TierName(const wire::TierView& tier) {
  if (tier.tier_id.empty()) return "none";
  return tier.name.empty() || tier.name == tier.tier_id
             ? tier.tier_id
             : absl::StrCat(tier.name, " (", tier.tier_id, ")");
}

void AddTier(const wire::TierView& tier, Sheet& sheet) {
  if (tier.tier_id.empty() && tier.next_tier_id.empty()) return;
  std::string text = TierName(tier);
  if (tier.since_day != 0)
    absl::StrAppend(&text, " since ", FormatDay(tier.since_day));
  if (tier.review_day != 0)
    absl::StrAppend(&text, ", reviewed ", FormatDay(tier.review_day));
  sheet.Add("tier", text);
  sheet.Add("credit", FormatCredit(tier.credit, tier.credit_currency));
  if (!tier.next_tier_id.empty())
    sheet.Add("next tier", absl::StrCat(tier.next_tier_id, ", ",
                                        FormatCredit(tier.missing_credit,
                                                     tier.credit_currency),
                                        " missing"));
  sheet.Add("rewards", absl::StrJoin(tier.rewards, ", "));
}

void PrintLots(std::ostream& out, const std::vector<wire::LotView>& lots) {
  if (lots.empty()) return;
  Table table({{"lot", true}, {"to spend"}, {"expires"}});
  for (const wire::LotView& lot : lots)
    table.AddRow({FormatCount(lot.points),
                  lot.available_day == 0
                      ? "now"
                      : "from " + FormatDay(lot.available_day),
                  DayOr(lot.expiry_day, "never")});
  table.Print(out);
}

void PrintBalance(std::ostream& out, const wire::Balance& balance) {
  Sheet sheet;
  sheet.Add("programme", balance.programme_id);
  sheet.Add("available", absl::StrCat(FormatCount(balance.available), " ",
                                      balance.points_name));
  if (balance.pending != 0) sheet.Add("pending", FormatCount(balance.pending));
  if (balance.held != 0) sheet.Add("held", FormatCount(balance.held));
  AddTier(balance.tier, sheet);
  sheet.Print(out);
  PrintLots(out, balance.lots);
}

std::string StateText(const wire::IssuedOffer& offer) {
  if (offer.used) return "used";
  return offer.expires_at_us == 0
             ? "open"
             : "until " + FormatMinute(offer.expires_at_us);
}

}  // namespace

void PrintBalances(std::ostream& out,
                   const std::vector<wire::Balance>& balances) {
  if (balances.empty()) out << "in no programme\n";
  for (size_t i = 0; i < balances.size(); ++i) {
    if (i > 0) out << '\n';
    PrintBalance(out, balances[i]);
  }
}

void PrintEntries(std::ostream& out, const std::vector<wire::Entry>& entries) {
  Table table({{"when (UTC)"},
               {"entry"},
               {"programme", false, true},
               {"points", true},
               {"held", true},
               {"expires"},
               {"cause", false, true},
               {"by", false, true}});
  for (const wire::Entry& entry : entries)
    table.AddRow(
        {FormatMinute(entry.at_us), LowerName(entry.kind), entry.programme_id,
         entry.points == 0 ? "" : FormatCount(entry.points),
         entry.held == 0 ? "" : FormatCount(entry.held),
         DayOr(entry.expiry_day, ""),
         entry.tier_id.empty() ? entry.cause
                               : absl::StrCat(entry.tier_id, ": ", entry.cause),
         entry.actor});
  table.Print(out);
}

void PrintIssued(std::ostream& out,
                 const std::vector<wire::IssuedOffer>& issued) {
  Table table({{"offer", false, true},
               {"name", false, true},
               {"state"},
               {"cause", false, true}});
  for (const wire::IssuedOffer& offer : issued)
    table.AddRow({offer.offer_id, offer.name, StateText(offer), offer.cause});
  table.Print(out);
}

void PrintPicture(std::ostream& out, const wire::LoyaltyPicture& picture) {
  PrintBalances(out, picture.balances);
  if (!picture.external_ids.empty())
    out << "\nalso known as  " << absl::StrJoin(picture.external_ids, ", ")
        << '\n';
  if (!picture.issued.empty()) {
    PrintTitle(out, "Offers of her own");
    PrintIssued(out, picture.issued);
  }
  if (picture.last_entries.empty()) return;
  PrintTitle(out, "Last entries");
  PrintEntries(out, picture.last_entries);
}

void PrintBooks(std::ostream& out, const wire::BooksReport& report) {
  for (const std::string& problem : report.problems) out << problem << '\n';
  out << (report.problems.empty() ? "the books balance: "
                                  : "the books do NOT balance: ")
      << FormatCount(report.accounts) << " accounts, "
      << FormatCount(report.entries) << " entries, "
      << FormatCount(report.open_reservations) << " open reservations\n";
}

}  // namespace patron::cli
