#include "tests/offers/quote_case.h"

#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "server/base/check.h"
#include "server/base/status_macros.h"
#include "server/definitions/definitions.h"

namespace patron::testing {
namespace {

using Words = std::vector<std::string>;

Words WordsOf(absl::string_view text) {
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

// Stops a test whose text cannot be read: it would show nothing.
[[noreturn]] void Unreadable(absl::string_view what) {
  CheckFailed("a quote case", 0, absl::StrCat("cannot read ", what));
}

// "4.99" as 499, whatever the currency.
int64_t Cents(absl::string_view text) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(text, absl::MaxSplits('.', 1));
  int64_t whole = 0, rest = 0;
  if (!absl::SimpleAtoi(parts.first, &whole) || parts.second.size() != 2 ||
      !absl::SimpleAtoi(parts.second, &rest))
    Unreadable(absl::StrCat("amount ", text));
  return whole * 100 + rest;
}

int64_t Number(absl::string_view text) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number))
    Unreadable(absl::StrCat("number ", text));
  return number;
}

int64_t Milli(absl::string_view text) {
  double quantity = 0;
  if (!absl::SimpleAtod(text, &quantity))
    Unreadable(absl::StrCat("quantity ", text));
  return static_cast<int64_t>(quantity * 1000 + 0.5);
}

absl::Time Moment(absl::string_view text) {
  absl::Time time;
  std::string error;
  const bool day_only = !absl::StrContains(text, 'T');
  if (!absl::ParseTime(day_only ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M", text,
                       absl::UTCTimeZone(), &time, &error))
    Unreadable(absl::StrCat("time ", text));
  return day_only ? time + absl::Hours(12) : time;
}

Day DayIn(absl::string_view text) {
  return DayOf(Moment(text), absl::UTCTimeZone());
}

// "name=value"
std::pair<std::string, std::string> KeyValue(const std::string& word) {
  return absl::StrSplit(word, absl::MaxSplits('=', 1));
}

// ---- setting a case up

class Stage {
 public:
  absl::Status Set(const QuoteCase& quote_case) {
    std::string toml = "[shop]\ncurrency = \"EUR\"\n";
    for (const auto& [key, lines] : quote_case.parts)
      if (key == "shop" || key == "offers")
        absl::StrAppend(&toml, absl::StrJoin(lines, "\n"), "\n");
    PATRON_ASSIGN_OR_RETURN(
        wire::Definitions definitions,
        definitions::ReadFiles({{"case.toml", toml}}, absl::UTCTimeZone()));
    PATRON_RETURN_IF_ERROR(definitions::Validate(definitions));
    PATRON_RETURN_IF_ERROR(shop_.Define(std::move(definitions)));
    request_.currency = "EUR";
    request_.channel = "store";
    request_.store_id = "vienna";
    SetParts(quote_case);
    return absl::OkStatus();
  }

  const Shop& shop() const { return shop_; }
  const wire::QuoteRequest& request() const { return request_; }

 private:
  void SetParts(const QuoteCase& quote_case) {
    // Periods and tiers depend on today: it comes first.
    for (const auto& [key, lines] : quote_case.parts)
      if (key == "now") SetNow(lines[0]);
    for (const auto& [key, lines] : quote_case.parts)
      for (const std::string& line : lines) SetPart(key, line);
  }

  void SetPart(const std::string& key, const std::string& line) {
    const std::string text(absl::StripAsciiWhitespace(line));
    if (text.empty()) return;
    if (key == "products") return AddProduct(WordsOf(text));
    if (key == "customer") return SetCustomer(WordsOf(text));
    if (key == "basket") return AddLines(text);
    if (key == "used") return SetUsed(WordsOf(text));
    if (key == "unique") return AddCode(WordsOf(text));
    if (key == "codes") request_.codes = absl::StrSplit(text, ", ");
    if (key == "pay") return AddPayment(WordsOf(text));
    if (key == "delivery") request_.delivery = Cents(text);
    if (key == "currency") request_.currency = text;
    if (key == "channel") request_.channel = text;
    if (key == "store") request_.store_id = text;
  }

  void SetNow(absl::string_view text) {
    const absl::Time now = Moment(absl::StripAsciiWhitespace(text));
    shop_.now_us = absl::ToUnixMicros(now);
    shop_.today = DayOf(now, absl::UTCTimeZone());
  }

  void AddProduct(const Words& words) {
    wire::Product& product = shop_.AddProduct(words[0]);
    for (size_t i = 1; i < words.size(); ++i) {
      const auto [key, value] = KeyValue(words[i]);
      if (key == "category") {
        product.category_path = absl::StrSplit(value, '/');
      } else if (key == "brand") {
        product.__set_brand(value);
      } else if (key == "price") {
        product.__set_price(Cents(value));
      } else {
        Unreadable(words[i]);
      }
    }
  }

  void SetCustomer(const Words& words) {
    if (words[0] == "nobody") {
      shop_.anonymous = true;
      return;
    }
    for (const std::string& word : words) {
      const auto [key, value] = KeyValue(word);
      const std::pair<std::string, std::string> of =
          absl::StrSplit(key, absl::MaxSplits('.', 1));
      if (of.second.empty()) {
        SetFact(key, value);
      } else {
        SetHolding(of.first, of.second, value);
      }
    }
  }

  void SetFact(const std::string& key, const std::string& value) {
    facts::Summary& summary = shop_.facts.summary;
    if (key == "id") {
      shop_.customer_id = value;
    } else if (key == "purchases") {
      summary.purchases = static_cast<int32_t>(Number(value));
    } else if (key == "first") {
      summary.first_day = DayIn(value);
    } else if (key == "last") {
      summary.last_day = DayIn(value);
    } else if (key == "birthday") {
      const Words parts = absl::StrSplit(value, '-');
      shop_.traits.__set_birth_month(static_cast<int32_t>(Number(parts[0])));
      shop_.traits.__set_birth_day(static_cast<int32_t>(Number(parts[1])));
    } else if (key == "staff") {
      shop_.traits.is_staff = value == "yes";
    } else {
      Unreadable(absl::StrCat("customer ", key));
    }
  }

  void SetHolding(const std::string& what, const std::string& of,
                  const std::string& value) {
    if (what == "points") return AddLot(of, Number(value), 0);
    if (what == "pending") return AddLot(of, Number(value), shop_.today + 10);
    if (what == "credit") return AddCredit(of, Cents(value));
    if (what == "tier") return ReachTier(of, value);
    if (what == "used") return AddUses(of, value);
    if (what == "issued") return Issue(of, value);
    Unreadable(absl::StrCat("customer ", what, ".", of));
  }

  void AddLot(const std::string& programme, int64_t points, Day available) {
    wire::Lot& lot = shop_.AccountIn(programme).lots.emplace_back();
    lot.points = points;
    lot.available_day = available;
  }

  void AddCredit(const std::string& programme, int64_t credit) {
    wire::DayCredit& day = shop_.AccountIn(programme).credit.emplace_back();
    day.day = shop_.today - 1;
    day.credit = credit;
  }

  // Yesterday's credit made her a member of the tier.
  void ReachTier(const std::string& programme, const std::string& tier) {
    for (const wire::Tier& each :
         shop_.compiled().programmes.ById(programme)->programme.tiers)
      if (each.id == tier) AddCredit(programme, each.credit);
  }

  // "2" uses in the present period, or "2@2026-05-30".
  void AddUses(const std::string& offer, const std::string& value) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(value, absl::MaxSplits('@', 1));
    wire::OfferUses& uses = shop_.account.offers.emplace_back();
    uses.offer = static_cast<int32_t>(shop_.OrdinalOf(offer));
    uses.period = offers::PeriodOf(
        shop_.compiled().OfferById(offer)->offer.limits.customer_period,
        parts.second.empty() ? shop_.today : DayIn(parts.second));
    uses.uses = Number(parts.first);
  }

  void Issue(const std::string& offer, const std::string& value) {
    wire::Issued& issued = shop_.account.issued.emplace_back();
    issued.offer = static_cast<int32_t>(shop_.OrdinalOf(offer));
    if (value == "used") issued.used = 1;
    if (value == "reserved") issued.reserved = 1;
    if (value == "expired") issued.expires_at_us = shop_.now_us;
  }

  // "2 x milk 2.98 tax 0.27 match 2.50", several separated by ";"
  void AddLines(const std::string& text) {
    for (const absl::string_view each : absl::StrSplit(text, ';'))
      AddLine(WordsOf(each));
  }

  void AddLine(const Words& words) {
    if (words.size() < 4 || words[1] != "x")
      Unreadable(absl::StrCat("basket line ", absl::StrJoin(words, " ")));
    wire::BasketLine& line = request_.lines.emplace_back();
    line.quantity_milli = Milli(words[0]);
    line.product_id = words[2];
    line.list_amount = Cents(words[3]);
    for (size_t i = 4; i + 1 < words.size(); i += 2) {
      if (words[i] == "tax") line.tax = Cents(words[i + 1]);
      if (words[i] == "match") line.__set_match_amount(Cents(words[i + 1]));
    }
  }

  // "spring uses=3 discount=12.00 reserved=1 held=5.00 on=2026-05-30"
  void SetUsed(const Words& words) {
    const offers::CompiledOffer& offer = *shop_.compiled().OfferById(words[0]);
    wire::OfferCountRow& count = shop_.usage.counts[offer.ordinal];
    Day day = shop_.today;
    for (size_t i = 1; i < words.size(); ++i) {
      const auto [key, value] = KeyValue(words[i]);
      if (key == "uses") count.uses = Number(value);
      if (key == "discount") count.discount = Cents(value);
      if (key == "reserved") count.reserved_uses = Number(value);
      if (key == "held") count.reserved_discount = Cents(value);
      if (key == "on") day = DayIn(value);
    }
    count.period = offers::PeriodOf(offer.offer.limits.period, day);
    count.period_uses = count.uses + count.reserved_uses;
    count.period_discount = count.discount + count.reserved_discount;
  }

  // "XMAS1 of spring left=1 reserved=1 used=1"
  void AddCode(const Words& words) {
    wire::CodeRow& row = shop_.usage.codes[words[0]];
    row.offer = words[2] == "nothing"
                    ? 1
                    : static_cast<int32_t>(shop_.OrdinalOf(words[2]));
    row.uses_left = 1;
    for (size_t i = 3; i < words.size(); ++i) {
      const auto [key, value] = KeyValue(words[i]);
      if (key == "left") row.uses_left = Number(value);
      if (key == "reserved") row.reserved = Number(value);
      if (key == "used") row.used = Number(value);
    }
  }

  // "club 200", "club all"
  void AddPayment(const Words& words) {
    wire::PointsToPay& pay = request_.points.emplace_back();
    pay.programme_id = words[0];
    pay.points = words[1] == "all" ? -1 : Number(words[1]);
  }

  Shop shop_;
  wire::QuoteRequest request_;
};

}  // namespace

std::vector<QuoteCase> ReadCases(const std::string& path) {
  std::ifstream file(path);
  const std::string name(path.substr(path.find_last_of('/') + 1));
  std::vector<QuoteCase> cases;
  QuoteCase always;
  QuoteCase* now = &always;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(line), "#"))
      continue;
    if (absl::StartsWith(line, "=== ")) {
      cases.push_back(always);
      now = &cases.back();
      now->name = line.substr(4);
      now->place = absl::StrCat(name, " line ", number);
    } else if (absl::StartsWith(line, " ") || line.empty()) {
      if (!now->parts.empty()) now->parts.back().second.push_back(line);
    } else {
      const std::pair<std::string, std::string> parts =
          absl::StrSplit(line, absl::MaxSplits(':', 1));
      now->parts.push_back({parts.first, {parts.second}});
    }
  }
  return cases;
}

absl::StatusOr<std::vector<std::string>> Answer(const QuoteCase& quote_case) {
  Stage stage;
  PATRON_RETURN_IF_ERROR(stage.Set(quote_case));
  const auto quote = stage.shop().Quote(stage.request());
  if (!quote.ok())
    return Words{absl::StrCat("error ",
                              absl::StatusCodeToString(quote.status().code()),
                              ": ", quote.status().message())};
  Words texts = TextsOf(*quote);
  const std::string broken = BrokenSum(stage.request(), *quote);
  if (!broken.empty()) texts.push_back(absl::StrCat("BROKEN ", broken));
  return texts;
}

}  // namespace patron::testing
