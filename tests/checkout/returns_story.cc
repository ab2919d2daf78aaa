#include "tests/checkout/returns_story.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/base/check.h"
#include "server/base/day.h"
#include "server/definitions/definitions.h"
#include "server/loyalty/accounts.h"
#include "server/store/codec.h"
#include "tests/testing/commands.h"

namespace patron::testing {
namespace {

using Words = std::vector<std::string>;

// Stops a test whose text cannot be read: it would show nothing.
[[noreturn]] void Unreadable(absl::string_view what) {
  CheckFailed("a case of returns", 0, absl::StrCat("cannot read ", what));
}

Words WordsOf(absl::string_view text) {
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

int64_t Number(absl::string_view text) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number))
    Unreadable(absl::StrCat("number ", text));
  return number;
}

// "9.98" with two places as 998, "0.345" with three as 345.
int64_t Decimal(absl::string_view text, size_t places) {
  std::pair<std::string, std::string> parts =
      absl::StrSplit(text, absl::MaxSplits('.', 1));
  if (parts.second.size() > places) Unreadable(text);
  parts.second.resize(places, '0');
  return Number(absl::StrCat(parts.first, parts.second));
}
int64_t Cents(absl::string_view text) { return Decimal(text, 2); }
int64_t Milli(absl::string_view text) { return Decimal(text, 3); }

std::string Money(int64_t cents) {
  const int64_t rest = cents < 0 ? -(cents % 100) : cents % 100;
  return absl::StrCat(cents < 0 && cents > -100 ? "-" : "", cents / 100, ".",
                      rest < 10 ? "0" : "", rest);
}

store::StoreOptions NoSync() {
  store::StoreOptions options;
  options.sync = false;
  return options;
}

// Cuts off what stands before `sign`; the whole text where it does not.
std::string CutAt(absl::string_view sign, std::string& text) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(text, absl::MaxSplits(sign, 1));
  text = parts.second;
  return parts.first;
}

}  // namespace

Story::Story(const std::string& directory) : store_(directory, NoSync()) {}

void Story::Define(const std::string& toml) {
  auto read =
      definitions::ReadFiles({{"case.toml", toml}}, absl::UTCTimeZone());
  PATRON_CHECK_OK(read.status());
  PATRON_CHECK_OK(definitions::Validate(*read));
  definitions_ = *std::move(read);
  wire::CommandBody body;
  body.__isset.put_definitions = true;
  body.put_definitions.definitions = definitions_;
  Apply(std::move(body));
}

void Story::Do(const std::string& line) {
  const Words words = WordsOf(line);
  if (words[0] == "day") {
    day_ = Number(words[1]);
  } else if (words[0] == "product") {
    Apply(Body(MakeProduct(words[1], absl::StrSplit(words[2], '/'))));
  } else if (words[0] == "codes") {
    PutCodes(words);
  } else if (words[0] == "customer") {
    Know(words);
  } else if (words[0] == "commits") {
    Commit(words[1], words[3]);
  } else if (words[0] == "releases") {
    Release(words[1]);
  } else if (words[0] == "returns") {
    Return(line);
  } else if (words[0] == "pauses") {
    Pause(words[1]);
  } else if (words[0] == "settles") {
    Settle();
  } else {
    DoFor(words, line);
  }
}

Words Story::Answers() {
  Words answers = std::move(happened_);
  happened_.clear();
  for (const std::string& customer : customers_) AddCustomer(customer, answers);
  for (const wire::Offer& offer : definitions_.offers)
    AddOffer(offer.id, answers);
  for (const std::string& code : codes_) AddCode(code, answers);
  return answers;
}

Words Story::Problems() {
  Words ids;
  for (const wire::Programme& programme : definitions_.programmes)
    ids.push_back(programme.id);
  const auto report = loyalty::CheckBooks(*store_.state().store, ids);
  PATRON_CHECK_OK(report.status());
  return report->problems;
}

void Story::DoFor(const Words& words, const std::string& line) {
  if (words.size() < 3) Unreadable(line);
  // Who gets something is known; who buys need not be.
  const std::set<std::string> by_tills = {"buys", "reserves", "paid"};
  if (!by_tills.contains(words[1]) && !customers_.contains(words[0]))
    Know({"customer", words[0]});
  if (words[1] == "buys") {
    const std::string receipt(absl::StripSuffix(words[2], ":"));
    const std::string reservation = absl::StrCat("for ", receipt);
    if (Reserve(words[0], reservation, line)) Commit(reservation, receipt);
  } else if (words[1] == "reserves") {
    Reserve(words[0], std::string(absl::StripSuffix(words[2], ":")), line);
  } else if (words[1] == "paid") {
    Record(words[0], std::string(absl::StripSuffix(words[2], ":")), line);
  } else if (words[1] == "gets") {
    Bonus(words[0], Number(words[2]), words[3]);
  } else if (words[1] == "loses") {
    Adjust(words[0], -Number(words[2]), words[3]);
  } else if (words[1] == "claims") {
    Claim(words[0], words[2]);
  } else if (words[1] == "absorbs") {
    Merge(words[0], words[2]);
  } else if (words[1] == "brings") {
    Refer(words[0], words[2]);
  } else if (words[1] == "has" && words[2] == "offer") {
    Issue(words[0], words[3]);
  } else {
    Unreadable(line);
  }
}

wire::CommandReply Story::Apply(wire::CommandBody body) {
  wire::Command command;
  command.logged_at_us = kNoonUs + day_ * kDayUs + ++made_;
  command.logged_day = static_cast<int32_t>(command.logged_at_us / kDayUs);
  command.local_day = command.logged_day;
  command.roles = 31;
  command.body = std::move(body);
  wire::CommandReply reply =
      store_.Apply(std::vector<wire::Command>{std::move(command)}).front();
  if (reply.__isset.refusal)
    happened_.push_back(absl::StrCat("refused: ", reply.refusal.message));
  return reply;
}

// ---- before

void Story::PutCodes(const Words& words) {
  wire::CommandBody body;
  body.__isset.put_codes = true;
  body.put_codes.batch_id = std::string(absl::StripSuffix(words[2], ":"));
  for (size_t at = 3; at < words.size(); ++at) {
    codes_.emplace_back(absl::StripSuffix(words[at], ","));
    body.put_codes.codes.push_back(codes_.back());
  }
  Apply(std::move(body));
}

void Story::Know(const Words& words) {
  for (size_t at = 1; at < words.size(); ++at) {
    wire::Customer customer;
    customer.customer_id = std::string(absl::StripSuffix(words[at], ","));
    customers_.insert(customer.customer_id);
    Apply(Body(customer));
  }
}

void Story::Pause(const std::string& offer) {
  wire::CommandBody body;
  body.__isset.set_offer_state = true;
  body.set_offer_state.offer_id = offer;
  body.set_offer_state.state = wire::OfferState::PAUSED;
  Apply(std::move(body));
}

void Story::Issue(const std::string& customer, const std::string& offer) {
  wire::CommandBody body;
  body.__isset.issue_offer = true;
  body.issue_offer.offer_id = offer;
  body.issue_offer.customer_ids = {customer};
  body.issue_offer.cause = "case";
  Apply(std::move(body));
}

void Story::Refer(const std::string& referrer, const std::string& who) {
  wire::CommandBody body;
  body.__isset.refer = true;
  body.refer.referrer_id = referrer;
  body.refer.friend_id = who;
  Apply(std::move(body));
}

// ---- buying

std::vector<wire::BasketLine> Story::LinesIn(const std::string& text) {
  std::vector<wire::BasketLine> lines;
  for (const absl::string_view each : absl::StrSplit(text, ';')) {
    const Words words = WordsOf(each);
    if (words.size() != 4 || words[1] != "x") Unreadable(text);
    wire::BasketLine& line = lines.emplace_back();
    line.quantity_milli = Milli(words[0]);
    line.product_id = words[2];
    line.list_amount = Cents(words[3]);
  }
  return lines;
}

void Story::AddWish(const Words& words, wire::QuoteRequest& request) {
  if (words[0] == "code") {
    request.codes.push_back(words[1]);
  } else if (words[0] == "delivery") {
    request.delivery = Cents(words[1]);
  } else if (words[0] == "pay") {
    wire::PointsToPay& pay = request.points.emplace_back();
    pay.programme_id = words[1];
    pay.points = words[2] == "all" ? -1 : Number(words[2]);
  } else {
    Unreadable(words[0]);
  }
}

bool Story::Reserve(const std::string& customer, const std::string& id,
                    std::string line) {
  wire::CommandBody body;
  body.__isset.reserve = true;
  body.reserve.reservation_id = id;
  body.reserve.hold_us = 3'600'000'000;
  wire::QuoteRequest& request = body.reserve.request;
  if (customer != "nobody") {
    request.__set_customer_id(customer);
    customers_.insert(customer);
  }
  request.store_id = "vienna";
  request.channel = "store";
  request.currency = "EUR";
  CutAt(": ", line);
  request.lines = LinesIn(CutAt(" / ", line));
  while (!line.empty()) AddWish(WordsOf(CutAt(" / ", line)), request);
  const wire::CommandReply reply = Apply(std::move(body));
  if (reply.__isset.refusal) return false;
  TellQuote(reply.reservation.quote);
  return true;
}

void Story::TellQuote(const wire::Quote& quote) {
  happened_.push_back(absl::StrCat("total ", Money(quote.total)));
  for (const wire::OfferDecision& offer : quote.offers)
    happened_.push_back(
        absl::StrCat("applied ", offer.offer_id, " ", Money(offer.discount)));
  for (size_t at = 0; at < quote.lines.size(); ++at)
    happened_.push_back(
        absl::StrCat("line ", at + 1, ": ", Money(quote.lines[at].amount)));
  for (const wire::PointsDecision& points : quote.points) {
    happened_.push_back(
        absl::StrCat("earned ", points.earned, " ", points.programme_id));
    if (points.spent > 0)
      happened_.push_back(absl::StrCat("spent ", points.spent, " ",
                                       points.programme_id, " for ",
                                       Money(points.paid)));
  }
}

void Story::Commit(const std::string& id, const std::string& receipt) {
  wire::CommandBody body;
  body.__isset.commit_reservation = true;
  body.commit_reservation.reservation_id = id;
  body.commit_reservation.receipt_id = receipt;
  Apply(std::move(body));
}

void Story::Release(const std::string& id) {
  wire::CommandBody body;
  body.__isset.release_reservation = true;
  body.release_reservation.reservation_id = id;
  Apply(std::move(body));
}

void Story::Record(const std::string& customer, const std::string& receipt,
                   std::string line) {
  CutAt(": ", line);
  std::vector<Line> lines;
  for (const wire::BasketLine& each : LinesIn(line))
    lines.push_back({each.product_id, each.quantity_milli, each.list_amount});
  if (customer != "nobody") customers_.insert(customer);
  const wire::CommandReply reply =
      Apply(Body(MakePurchase(receipt, customer == "nobody" ? "" : customer,
                              lines, kNoonUs + day_ * kDayUs)));
  for (const wire::EarnedIn& earned : reply.purchase.earned)
    happened_.push_back(
        absl::StrCat("earned ", earned.points, " ", earned.programme_id));
}

// ---- afterwards

void Story::Return(std::string line) {
  const Words start = WordsOf(CutAt(": ", line));
  std::vector<std::pair<int, int64_t>> lines;
  for (const absl::string_view each : absl::StrSplit(line, ';')) {
    const Words words = WordsOf(each);
    if (words.size() != 4 || words[1] != "of") Unreadable(line);
    lines.emplace_back(static_cast<int>(Number(words[3])) - 1, Milli(words[0]));
  }
  const wire::CommandReply reply = Apply(
      Body(MakeReturn(absl::StrCat("return ", ++returns_), start[1], lines)));
  if (!reply.__isset.refusal) TellReturn(reply.purchase_return);
}

void Story::TellReturn(const wire::ReturnReply& reply) {
  happened_.push_back(absl::StrCat("refund ", Money(reply.refund)));
  for (const wire::TakenBack& taken : reply.programmes) {
    const std::string& id = taken.programme_id;
    if (taken.earned > 0)
      happened_.push_back(absl::StrCat("takes ", taken.earned, " ", id));
    if (taken.refunded > 0)
      happened_.push_back(absl::StrCat("gives back ", taken.refunded, " ", id));
    if (taken.expired > 0)
      happened_.push_back(
          absl::StrCat(taken.expired, " ", id, " have expired since"));
    if (taken.money > 0)
      happened_.push_back(
          absl::StrCat("keeps ", Money(taken.money), " for ", id));
  }
  for (const wire::GivenBack& given : reply.offers)
    happened_.push_back(absl::StrCat("offer ", given.offer_id, " gets ",
                                     Money(given.discount),
                                     given.use_returned ? " and its use" : ""));
}

void Story::Claim(const std::string& customer, const std::string& receipt) {
  wire::CommandBody body;
  body.__isset.claim_receipt = true;
  body.claim_receipt.receipt_id = receipt;
  body.claim_receipt.customer_id = customer;
  Apply(std::move(body));
}

void Story::Merge(const std::string& kept, const std::string& absorbed) {
  wire::CommandBody body;
  body.__isset.merge_customers = true;
  body.merge_customers.kept_id = kept;
  body.merge_customers.absorbed_id = absorbed;
  Apply(std::move(body));
  customers_.erase(absorbed);
}

void Story::Bonus(const std::string& customer, int64_t points,
                  const std::string& programme) {
  wire::CommandBody body;
  body.__isset.give_bonus = true;
  body.give_bonus.programme_id = programme;
  body.give_bonus.reason = "case";
  wire::BonusEntry& entry = body.give_bonus.entries.emplace_back();
  entry.customer_id = customer;
  entry.points = points;
  Apply(std::move(body));
}

void Story::Adjust(const std::string& customer, int64_t points,
                   const std::string& programme) {
  wire::CommandBody body;
  body.__isset.adjust_points = true;
  body.adjust_points.customer_id = customer;
  body.adjust_points.programme_id = programme;
  body.adjust_points.points = points;
  body.adjust_points.reason = "case";
  Apply(std::move(body));
}

void Story::Settle() {
  wire::CommandBody body;
  body.__isset.settle_accounts = true;
  body.settle_accounts.customers = 100;
  Apply(std::move(body));
}

// ---- how it stands

Day Story::Today() const { return static_cast<Day>(kNoonUs / kDayUs + day_); }

std::string Story::When(Day day) const {
  return day == 0 ? "for ever"
                  : absl::StrCat("until day ", day - kNoonUs / kDayUs);
}

void Story::AddCustomer(const std::string& customer, Words& answers) {
  const auto ordinal = store_.state().ordinals.customers.Find(customer);
  if (!ordinal) return;
  wire::AccountRow row;
  store_.state().accounts.Read(CustomerOrdinal(*ordinal), row);
  for (const wire::Programme& programme : definitions_.programmes)
    AddBalance(customer, programme, row, answers);
  for (const wire::Offer& offer : definitions_.offers)
    AddOwnUses(customer, offer.id, row, answers);
}

void Story::AddBalance(const std::string& customer,
                       const wire::Programme& programme,
                       const wire::AccountRow& row, Words& answers) {
  const auto ordinal = store_.state().ordinals.programmes.Find(programme.id);
  wire::ProgrammeAccount account;
  for (const wire::ProgrammeAccount& one : row.programmes)
    if (static_cast<uint32_t>(one.programme) == *ordinal) account = one;
  const wire::Balance balance = loyalty::ToBalance(programme, account, Today());
  std::string text =
      absl::StrCat(customer, " has ", balance.available, " ", programme.id);
  if (balance.pending != 0)
    absl::StrAppend(&text, ", ", balance.pending, " pending");
  if (balance.held != 0) absl::StrAppend(&text, ", ", balance.held, " held");
  answers.push_back(text);
  Words lots;
  for (const wire::LotView& lot : balance.lots)
    lots.push_back(absl::StrCat(lot.points, " ", When(lot.expiry_day)));
  answers.push_back(absl::StrCat(customer, "'s ", programme.id, ": ",
                                 absl::StrJoin(lots, ", ")));
  if (!programme.tiers.empty())
    answers.push_back(absl::StrCat(
        customer, " is ",
        balance.tier.tier_id.empty() ? "nothing" : balance.tier.tier_id,
        " with ", Money(balance.tier.credit)));
}

void Story::AddOwnUses(const std::string& customer, const std::string& offer,
                       const wire::AccountRow& row, Words& answers) {
  const auto ordinal = store_.state().ordinals.offers.Find(offer);
  int64_t uses = 0;
  for (const wire::OfferUses& one : row.offers)
    if (static_cast<uint32_t>(one.offer) == *ordinal) uses = one.uses;
  answers.push_back(absl::StrCat(customer, " used ", offer, " ", uses));
  for (const wire::Issued& issued : row.issued)
    if (static_cast<uint32_t>(issued.offer) == *ordinal)
      answers.push_back(absl::StrCat(customer, "'s ", offer, " is ",
                                     issued.used > 0       ? "used"
                                     : issued.reserved > 0 ? "reserved"
                                                           : "free"));
}

void Story::AddOffer(const std::string& id, Words& answers) {
  const auto ordinal = store_.state().ordinals.offers.Find(id);
  const wire::OfferCountRow row = store_.state().holdings.Count(*ordinal);
  answers.push_back(absl::StrCat("offer ", id, ": ", row.uses, " used, ",
                                 Money(row.discount)));
  if (row.reserved_uses != 0)
    answers.push_back(absl::StrCat("offer ", id, ": ", row.reserved_uses,
                                   " reserved, ",
                                   Money(row.reserved_discount)));
}

void Story::AddCode(const std::string& code, Words& answers) {
  const auto bytes = store_.state().store->Get(store::Family::kCodes, code);
  PATRON_CHECK_OK(bytes.status());
  const auto row = store::Decode<wire::CodeRow>(bytes->value(), "code");
  PATRON_CHECK_OK(row.status());
  answers.push_back(absl::StrCat("code ", code, " is ",
                                 row->uses_left > row->reserved ? "free"
                                 : row->reserved > 0            ? "reserved"
                                                                : "used"));
}

}  // namespace patron::testing
