#include "tools/patron/print_checkout.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/day.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print.h"
#include "tools/patron/table.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

// "+1,200" or "-30".
std::string Signed(int64_t points) {
  return points > 0 ? absl::StrCat("+", FormatCount(points))
                    : FormatCount(points);
}

void PrintQuoteLines(std::ostream& out, const wire::Quote& quote,
                     const std::string& currency) {
  Table table({{"#", true},
               {"product", false, true},
               {"quantity", true},
               {"list", true},
               {"discount", true},
               {"points", true},
               {"to pay", true}});
  for (size_t i = 0; i < quote.lines.size(); ++i) {
    const wire::QuoteLine& line = quote.lines[i];
    int64_t discount = 0;
    for (const wire::OfferShare& share : line.discounts)
      discount += share.amount;
    table.AddRow(
        {absl::StrCat(i), line.product_id, FormatQuantity(line.quantity_milli),
         FormatMoney(line.list_amount, currency),
         discount == 0 ? "" : FormatMoney(-discount, currency),
         line.paid_by_points == 0 ? ""
                                  : FormatMoney(-line.paid_by_points, currency),
         FormatMoney(line.amount, currency)});
    for (const wire::OfferShare& share : line.discounts)
      table.AddNote(absl::StrCat(share.offer_id, " ",
                                 FormatMoney(-share.amount, currency)));
    if (!line.blocked.empty()) table.AddNote("! " + line.blocked);
  }
  table.Print(out);
}

std::string GainText(const wire::OfferDecision& offer,
                     const std::string& currency) {
  std::vector<std::string> gains;
  if (offer.discount != 0)
    gains.push_back(FormatMoney(-offer.discount, currency));
  if (offer.points != 0) gains.push_back(Signed(offer.points) + " points");
  if (!offer.gift_product_id.empty())
    gains.push_back(absl::StrCat(FormatQuantity(offer.gift_quantity_milli),
                                 " × ", offer.gift_product_id));
  return absl::StrJoin(gains, ", ");
}

void PrintOffers(std::ostream& out, const wire::Quote& quote,
                 const std::string& currency) {
  if (quote.offers.empty()) return;
  PrintTitle(out, "Offers");
  Table table({{"offer", false, true}, {"decision"}, {"gain", true}, {"code"}});
  for (const wire::OfferDecision& offer : quote.offers) {
    table.AddRow({offer.offer_id, LowerName(offer.reason),
                  GainText(offer, currency), offer.code});
    if (!offer.text.empty()) table.AddNote(offer.text);
  }
  table.Print(out);
}

void PrintCodes(std::ostream& out, const wire::Quote& quote) {
  if (quote.codes.empty()) return;
  PrintTitle(out, "Codes");
  Table table({{"code"}, {"decision"}, {"offer"}, {"", false, true}});
  for (const wire::CodeDecision& code : quote.codes)
    table.AddRow({code.code, LowerName(code.reason), code.offer_id, code.text});
  table.Print(out);
}

// "silver; 120.00 EUR to gold"
std::string TierText(const wire::PointsDecision& points) {
  if (points.tier_id.empty() && points.next_tier_id.empty()) return "";
  std::string text = points.tier_id.empty() ? "none" : points.tier_id;
  if (points.tier_after_id != points.tier_id && !points.tier_after_id.empty())
    absl::StrAppend(&text, " -> ", points.tier_after_id);
  if (!points.next_tier_id.empty())
    absl::StrAppend(&text, "; ",
                    FormatCredit(points.missing_credit, points.credit_currency),
                    " to ", points.next_tier_id);
  return text;
}

std::string LifeText(const wire::PointsDecision& points) {
  if (points.earned == 0) return "";
  std::string text =
      absl::StrCat("to spend from ", FormatDay(points.available_day));
  if (points.expiry_day != 0)
    absl::StrAppend(&text, " until ", FormatDay(points.expiry_day));
  return text;
}

void PrintPoints(std::ostream& out, const wire::Quote& quote,
                 const std::string& currency) {
  if (quote.points.empty()) return;
  PrintTitle(out, "Points");
  Table table({{"programme", false, true},
               {"earned", true},
               {"spent", true},
               {"pays", true},
               {"before", true},
               {"tier", false, true}});
  for (const wire::PointsDecision& points : quote.points) {
    table.AddRow({points.programme_id, FormatCount(points.earned),
                  FormatCount(points.spent), FormatMoney(points.paid, currency),
                  FormatCount(points.available), TierText(points)});
    const std::string life = LifeText(points);
    if (!life.empty()) table.AddNote(life);
    for (const std::string& reason : points.reasons) table.AddNote(reason);
  }
  table.Print(out);
}

void PrintTotals(std::ostream& out, const wire::Quote& quote,
                 const std::string& currency) {
  PrintTitle(out, "Total");
  Sheet sheet;
  sheet.Add("list price", FormatMoney(quote.list_total, currency));
  if (quote.discount_total != 0)
    sheet.Add("discount", FormatMoney(-quote.discount_total, currency));
  if (quote.points_total != 0)
    sheet.Add("paid by points", FormatMoney(-quote.points_total, currency));
  if (quote.delivery != 0)
    sheet.Add("delivery", FormatMoney(quote.delivery, currency));
  sheet.Add("to pay", FormatMoney(quote.total, currency));
  sheet.Add("combination",
            quote.exhaustive ? "the best of all that are allowed"
                             : "by the documented order: too many to try all");
  sheet.Add("definitions", absl::StrCat("version ", quote.definitions_version));
  for (const std::string& note : quote.notes) sheet.Add("note", note);
  sheet.Print(out);
}

// Whole on its line: it is there to be copied.
void PrintToken(std::ostream& out, const wire::Quote& quote) {
  if (quote.quote_token.empty()) return;
  out << "\nvalid until " << FormatTime(quote.valid_until_us)
      << "; reserve with\n--quote-token " << quote.quote_token << '\n';
}

}  // namespace

void PrintQuote(std::ostream& out, const wire::Quote& quote,
                const std::string& currency) {
  PrintQuoteLines(out, quote, currency);
  PrintOffers(out, quote, currency);
  PrintCodes(out, quote);
  PrintPoints(out, quote, currency);
  PrintTotals(out, quote, currency);
  PrintToken(out, quote);
}

void PrintReservation(std::ostream& out, const wire::Reservation& reservation,
                      const std::string& currency) {
  wire::Quote quote = reservation.quote;
  quote.quote_token.clear();
  PrintQuote(out, quote, currency);
  out << "\nreservation " << reservation.reservation_id
      << (reservation.duplicate ? " was made before: it" : "")
      << " holds until " << FormatTime(reservation.expires_at_us) << '\n';
}

void PrintPointsChange(std::ostream& out, const wire::PointsChange& change) {
  out << "  " << change.programme_id << "  " << Signed(change.points)
      << " points, balance " << FormatCount(change.balance);
  if (!change.tier_id.empty()) out << ", tier " << change.tier_id;
  if (!change.text.empty()) out << " (" << change.text << ')';
  out << '\n';
}

void PrintCommit(std::ostream& out, const wire::CommitReply& reply) {
  out << "receipt " << reply.receipt_id
      << (reply.duplicate ? " was known already: nothing counted again"
                          : " recorded");
  if (!reply.reservation_id.empty())
    out << ", reservation " << reply.reservation_id << " is spent";
  out << '\n';
  for (const wire::PointsChange& change : reply.points)
    PrintPointsChange(out, change);
}

void PrintRecorded(std::ostream& out, const wire::PurchaseReply& reply,
                   const std::string& known) {
  out << "receipt " << reply.receipt_id << known << '\n';
  for (const wire::EarnedIn& earned : reply.earned)
    out << "  " << earned.programme_id << "  " << Signed(earned.points)
        << " points\n";
}

void PrintTakenBack(std::ostream& out, const wire::ReturnReply& reply) {
  for (const wire::TakenBack& taken : reply.programmes) {
    PrintTitle(out, "Taken back in " + taken.programme_id);
    Sheet sheet;
    sheet.Add("points earned by these lines", FormatCount(-taken.earned));
    if (taken.refunded != 0)
      sheet.Add("points paid, back in their lots", Signed(taken.refunded));
    if (taken.expired != 0)
      sheet.Add("of those expired since", FormatCount(taken.expired));
    sheet.Add("tier credit",
              FormatCredit(-taken.credit, taken.credit_currency));
    if (taken.money != 0)
      sheet.Add("kept for points spent already",
                FormatMoney(taken.money, reply.currency));
    sheet.Add("balance", FormatCount(taken.balance));
    sheet.Add("tier", taken.tier_id);
    sheet.Print(out);
  }
  for (const wire::GivenBack& given : reply.offers)
    out << "offer " << given.offer_id << ": "
        << FormatMoney(given.discount, reply.currency) << " back in its budget"
        << (given.use_returned ? ", its use given back" : "") << '\n';
}

}  // namespace patron::cli
