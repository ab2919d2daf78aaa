#include <algorithm>
#include <cstdlib>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/offers/quote_case.h"

namespace patron::testing {
namespace {

using Words = std::vector<std::string>;

std::string Money(int64_t cents) {
  const std::string text = absl::StrCat(std::abs(cents) / 100, ".",
                                        std::abs(cents) % 100 < 10 ? "0" : "",
                                        std::abs(cents) % 100);
  return cents < 0 ? absl::StrCat("-", text) : text;
}

std::string NameOf(wire::OfferReason::type reason) {
  return wire::_OfferReason_VALUES_TO_NAMES.at(reason);
}

std::string LineText(size_t at, const wire::QuoteLine& line) {
  std::string text =
      absl::StrCat("line ", at + 1, ": ", Money(line.list_amount));
  for (const wire::OfferShare& share : line.discounts)
    absl::StrAppend(&text, " - ", share.offer_id, " ", Money(share.amount));
  if (line.paid_by_points != 0)
    absl::StrAppend(&text, " - points ", Money(line.paid_by_points));
  absl::StrAppend(&text, " = ", Money(line.amount));
  if (line.tax != 0) absl::StrAppend(&text, ", tax ", Money(line.tax));
  if (!line.blocked.empty())
    absl::StrAppend(&text, ", blocked: ", line.blocked);
  return text;
}

std::string AppliedText(const wire::OfferDecision& offer) {
  std::string text = absl::StrCat("applied ", offer.offer_id);
  if (offer.discount != 0) absl::StrAppend(&text, " ", Money(offer.discount));
  if (offer.points != 0) absl::StrAppend(&text, ", ", offer.points, " points");
  if (!offer.gift_product_id.empty())
    absl::StrAppend(&text, ", gift ", offer.gift_product_id, " ",
                    offer.gift_quantity_milli);
  if (!offer.code.empty()) absl::StrAppend(&text, ", code ", offer.code);
  return absl::StrCat(text, ": ", offer.text);
}

std::string RefusedText(const wire::OfferDecision& offer) {
  std::string text =
      absl::StrCat("refused ", offer.offer_id, " ", NameOf(offer.reason));
  if (offer.missing != 0) absl::StrAppend(&text, " by ", offer.missing);
  return absl::StrCat(text, ": ", offer.text);
}

std::string CodeText(const wire::CodeDecision& code) {
  return absl::StrCat("code ", code.code, " ",
                      wire::_CodeReason_VALUES_TO_NAMES.at(code.reason),
                      code.offer_id.empty() ? "" : " ", code.offer_id, ": ",
                      code.text);
}

void AddPointsTexts(const wire::PointsDecision& points, Words& out) {
  std::string text =
      absl::StrCat(points.programme_id, " earned ", points.earned, " (",
                   absl::StrJoin(points.earned_by_line, " "), ")");
  if (points.spent != 0)
    absl::StrAppend(&text, ", spent ", points.spent, " of ", points.available,
                    " for ", Money(points.paid));
  out.push_back(text);
  out.push_back(absl::StrCat(points.programme_id, " tier ", points.tier_id,
                             " to ", points.tier_after_id, ", credit ",
                             points.credit, ", next ", points.next_tier_id,
                             " missing ", points.missing_credit));
  for (const std::string& reason : points.reasons)
    out.push_back(absl::StrCat(points.programme_id, " says ", reason));
}

// Expected text is the whole line, or its beginning up to a sign; "..." stands
// for anything.
bool Matches(absl::string_view expected, absl::string_view actual) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(expected, absl::MaxSplits("...", 1));
  if (!absl::ConsumePrefix(&actual,
                           absl::StripTrailingAsciiWhitespace(parts.first)))
    return false;
  if (expected.find("...") == absl::string_view::npos)
    return actual.empty() || actual[0] == ',' || actual[0] == ':';
  return absl::StrContains(actual,
                           absl::StripLeadingAsciiWhitespace(parts.second));
}

Words ExpectedOf(const QuoteCase& quote_case) {
  Words expected;
  for (const auto& [key, lines] : quote_case.parts)
    if (key == "expect")
      for (const std::string& line : lines)
        if (!absl::StripAsciiWhitespace(line).empty())
          expected.emplace_back(absl::StripAsciiWhitespace(line));
  return expected;
}

Words StartingWith(absl::string_view start, const Words& lines) {
  Words found;
  for (const std::string& line : lines)
    if (absl::StartsWith(line, start)) found.push_back(line);
  return found;
}

}  // namespace

Words TextsOf(const wire::Quote& quote) {
  Words out;
  for (size_t at = 0; at < quote.lines.size(); ++at)
    out.push_back(LineText(at, quote.lines[at]));
  for (const wire::OfferDecision& offer : quote.offers)
    out.push_back(offer.reason == wire::OfferReason::APPLIED
                      ? AppliedText(offer)
                      : RefusedText(offer));
  for (const wire::CodeDecision& code : quote.codes)
    out.push_back(CodeText(code));
  for (const wire::PointsDecision& points : quote.points)
    AddPointsTexts(points, out);
  out.push_back(absl::StrCat("delivery ", Money(quote.delivery)));
  out.push_back(absl::StrCat("total ", Money(quote.total)));
  out.push_back(absl::StrCat("every combination tried: ",
                             quote.exhaustive ? "yes" : "no"));
  return out;
}

std::string Compare(const QuoteCase& quote_case, const Words& answer) {
  const Words expected = ExpectedOf(quote_case);
  if (expected.empty()) return "nothing is expected";
  for (const std::string& line : expected)
    if (std::none_of(answer.begin(), answer.end(),
                     [&](const std::string& a) { return Matches(line, a); }))
      return absl::StrCat("missing: ", line);
  if (!StartingWith("BROKEN", answer).empty())
    return StartingWith("BROKEN", answer)[0];
  // No offer applies that is not expected, and they apply in this order.
  const Words wanted = StartingWith("applied ", expected);
  const Words applied = StartingWith("applied ", answer);
  if (wanted.size() != applied.size() ||
      !std::equal(wanted.begin(), wanted.end(), applied.begin(), Matches))
    return "other offers apply, or in another order";
  return "";
}

std::string BrokenSum(const wire::QuoteRequest& request,
                      const wire::Quote& quote) {
  if (quote.lines.size() != request.lines.size()) return "lines are missing";
  std::map<std::string, int64_t> by_offer;
  int64_t list = 0, discounts = 0, points = 0, amounts = 0;
  for (const wire::QuoteLine& line : quote.lines) {
    int64_t off = 0;
    for (const wire::OfferShare& share : line.discounts) {
      if (share.amount <= 0) return "a share of nothing";
      by_offer[share.offer_id] += share.amount;
      off += share.amount;
    }
    if (line.amount < 0 || line.paid_by_points < 0 || line.tax < 0 ||
        line.tax > line.amount)
      return "a line is negative, or taxed above its amount";
    if (line.list_amount != off + line.paid_by_points + line.amount)
      return "a line does not add up";
    list += line.list_amount;
    discounts += off;
    points += line.paid_by_points;
    amounts += line.amount;
  }
  if (quote.list_total != list || quote.discount_total != discounts ||
      quote.points_total != points)
    return "totals do not add up";
  if (quote.delivery < 0 || quote.delivery > request.delivery)
    return "delivery is negative or grew";
  if (quote.total != amounts + quote.delivery) return "the total is another";
  int64_t told = 0;
  for (const wire::OfferDecision& offer : quote.offers) {
    if (offer.discount < by_offer[offer.offer_id])
      return "an offer took more off lines than it tells";
    if (offer.reason != wire::OfferReason::APPLIED && offer.discount != 0)
      return "a refused offer took something off";
    told += offer.discount;
  }
  if (told != discounts + request.delivery - quote.delivery)
    return "discounts told are not those given";
  int64_t paid = 0;
  for (const wire::PointsDecision& decision : quote.points) {
    int64_t earned = 0, credit = 0;
    for (const int64_t by_line : decision.earned_by_line) {
      if (by_line < 0) return "a line earns less than nothing";
      earned += by_line;
    }
    for (const int64_t by_line : decision.credit_by_line) credit += by_line;
    if (decision.earned != earned || decision.credit != credit)
      return "points or credit by line do not add up";
    paid += decision.paid;
  }
  return paid == quote.points_total ? "" : "points paid do not add up";
}

}  // namespace patron::testing
