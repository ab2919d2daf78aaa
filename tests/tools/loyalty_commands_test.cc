// Commands of tills and clerks against a server that only remembers what it was
// asked: how words become calls, and answers tables.
#include <fstream>
#include <string>

#include "Loyalty.h"
#include "tests/testing/status_matchers.h"
#include "tests/tools/fake_server.h"

namespace patron::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

wire::Quote SampleQuote() {
  wire::Quote quote;
  wire::QuoteLine line;
  line.product_id = "coffee";
  line.quantity_milli = 1500;
  line.list_amount = 1200;
  line.discounts.emplace_back();
  line.discounts[0].offer_id = "members";
  line.discounts[0].amount = 120;
  line.paid_by_points = 80;
  line.amount = 1000;
  quote.lines = {line};
  wire::OfferDecision applied;
  applied.offer_id = "members";
  applied.reason = wire::OfferReason::APPLIED;
  applied.discount = 120;
  wire::OfferDecision refused;
  refused.offer_id = "fifty";
  refused.reason = wire::OfferReason::BELOW_MINIMUM;
  refused.text = "38.00 EUR are missing to 50.00 EUR";
  refused.missing = 3800;
  quote.offers = {applied, refused};
  wire::CodeDecision code;
  code.code = "SPRING";
  code.reason = wire::CodeReason::SPENT;
  code.text = "was used on receipt r3";
  quote.codes = {code};
  wire::PointsDecision points;
  points.programme_id = "club";
  points.earned = 10;
  points.available_day = 20'500;
  points.spent = 80;
  points.paid = 80;
  points.available = 1234;
  points.tier_id = "silver";
  points.next_tier_id = "gold";
  points.missing_credit = 4200;
  points.reasons = {"1 point for each 1.00 EUR paid"};
  quote.points = {points};
  quote.list_total = 1200;
  quote.discount_total = 120;
  quote.points_total = 80;
  quote.total = 1000;
  quote.exhaustive = true;
  quote.definitions_version = 3;
  quote.quote_token = "token-1";
  quote.valid_until_us = 1'767'268'800'000'000;
  return quote;
}

class Till final : public wire::LoyaltyNull {
 public:
  void quote(wire::Quote& quote, const wire::QuoteRequest& request) override {
    requests.push_back(request);
    quote = SampleQuote();
  }
  void reserve(wire::Reservation& reservation, const std::string& request_id,
               const std::string& reservation_id,
               const wire::QuoteRequest& request,
               const std::string& quote_token,
               const int32_t hold_seconds) override {
    requests.push_back(request);
    called = request_id + " " + reservation_id + " " + quote_token + " " +
             std::to_string(hold_seconds);
    reservation.reservation_id = reservation_id;
    reservation.quote = SampleQuote();
    reservation.expires_at_us = 1'767'268'800'000'000;
  }
  void commit(wire::CommitReply& reply, const std::string& request_id,
              const std::string& reservation_id, const std::string& receipt_id,
              const int64_t happened_at_us, const std::string&) override {
    called = request_id + " " + reservation_id + " " +
             std::to_string(happened_at_us);
    reply.reservation_id = reservation_id;
    reply.receipt_id = receipt_id;
    wire::PointsChange change;
    change.programme_id = "club";
    change.points = -70;
    change.balance = 1164;
    change.text = "gold until 2027-03-01";
    reply.points = {change};
  }
  void balances(std::vector<wire::Balance>& balances,
                const std::string&) override {
    wire::Balance balance;
    balance.programme_id = "club";
    balance.points_name = "beans";
    balance.available = -30;
    wire::LotView lot;
    lot.points = 1000;
    lot.expiry_day = 20'500;
    balance.lots = {lot};
    balance.tier.tier_id = "silver";
    balance.tier.name = "Silver";
    balance.tier.next_tier_id = "gold";
    balance.tier.missing_credit = 4200;
    balances = {balance};
  }
  void entries(wire::EntriesPage& page, const std::string& customer,
               const int32_t limit, const std::string& cursor) override {
    called = customer + " " + std::to_string(limit) + " " + cursor;
    wire::Entry entry;
    entry.kind = wire::EntryKind::SPEND;
    entry.programme_id = "club";
    entry.points = -80;
    entry.cause = "receipt r9";
    entry.at_us = 1'767'268'800'000'000;
    page.entries = {entry};
    page.next_cursor = "further";
  }
  void adjustPoints(wire::PointsChange& change, const std::string& request_id,
                    const std::string& customer, const std::string& programme,
                    const int64_t points, const std::string& reason) override {
    called = request_id + " " + customer + " " + programme + " " +
             std::to_string(points) + " " + reason;
    change.programme_id = programme;
    change.points = points;
  }
  void mergeCustomers(const std::string&, const std::string& kept,
                      const std::string& absorbed) override {
    called = kept + " <- " + absorbed;
  }

  std::vector<wire::QuoteRequest> requests;
  std::string called;
};

class LoyaltyCommandsTest : public ::testing::Test {
 protected:
  Told Run(std::vector<std::string> words, const std::string& input = "") {
    return Patron(server_.address(), std::move(words), input);
  }

  std::shared_ptr<Till> till_ = std::make_shared<Till>();
  FakeServer server_{std::make_shared<wire::LoyaltyProcessor>(till_)};
};

TEST_F(LoyaltyCommandsTest, OptionsBecomeTheBasketThatIsQuoted) {
  const Told told =
      Run({"quote",      "--customer", "c1",       "--store",      "s1",
           "--currency", "EUR",        "--line",   "a:b:1.5:1200", "--line",
           "tea:2:400",  "--match",    "1:380",    "--code",       "SPRING",
           "--points",   "club:80",    "--points", "stars:max",    "--delivery",
           "490"});
  ASSERT_EQ(told.code, kExitOk) << told.err;
  ASSERT_EQ(till_->requests.size(), 1u);
  const wire::QuoteRequest& request = till_->requests[0];
  EXPECT_EQ(request.customer_id, "c1");
  EXPECT_EQ(request.channel, "store");
  ASSERT_EQ(request.lines.size(), 2u);
  EXPECT_EQ(request.lines[0].product_id, "a:b");
  EXPECT_EQ(request.lines[0].quantity_milli, 1500);
  EXPECT_EQ(request.lines[0].list_amount, 1200);
  EXPECT_FALSE(request.lines[0].__isset.match_amount);
  EXPECT_EQ(request.lines[1].match_amount, 380);
  EXPECT_THAT(request.codes, ElementsAre("SPRING"));
  EXPECT_EQ(request.points[0].points, 80);
  EXPECT_EQ(request.points[1].points, -1);
  EXPECT_EQ(request.delivery, 490);
}

TEST_F(LoyaltyCommandsTest, AQuoteIsShownWithEveryDecision) {
  const std::string out =
      Run({"quote", "--currency", "EUR", "--line", "coffee:1.5:1200"}).out;
  for (const char* part :
       {"coffee        1.5  12.00 EUR  -1.20 EUR  -0.80 EUR  10.00 EUR",
        "members -1.20 EUR", "below_minimum",
        "38.00 EUR are missing to 50.00 EUR", "SPRING  spent",
        "was used on receipt r3", "silver; 4,200 points to gold",
        "to spend from 2026-02-16", "1 point for each 1.00 EUR paid",
        "the best of all that are allowed", "--quote-token token-1"})
    EXPECT_THAT(out, HasSubstr(part)) << out;
}

TEST_F(LoyaltyCommandsTest, BasketsComeAsJsonLinesAndGoAsJsonLines) {
  const std::string line =
      R"({"customer_id":"c1","store_id":"s","currency":"EUR","lines":[)"
      R"({"product_id":"p","quantity":0.5,"list_amount":99,"tax":9,)"
      R"("match_amount":90}],"codes":["A"],"points":{"club":"max"}})";
  const Told told = Run({"quote", "-", "--json"}, line + "\n\n" + line + "\n");
  ASSERT_EQ(told.code, kExitOk) << told.err;
  ASSERT_EQ(till_->requests.size(), 2u);
  EXPECT_EQ(till_->requests[1].lines[0].quantity_milli, 500);
  EXPECT_EQ(till_->requests[1].lines[0].match_amount, 90);
  EXPECT_EQ(till_->requests[1].points[0].points, -1);
  EXPECT_EQ(std::count(told.out.begin(), told.out.end(), '\n'), 2);
  EXPECT_THAT(
      told.out,
      HasSubstr(R"("discounts":[{"offer_id":"members","amount":120}])"));
  EXPECT_THAT(told.out, HasSubstr(R"("reason":"below_minimum")"));
}

TEST_F(LoyaltyCommandsTest, AWrongBasketInJsonNamesLineAndKey) {
  const std::pair<const char*, const char*> kWrong[] = {
      {"{", "stdin:1: basket: \"{\" is not JSON"},
      {R"({"lines":[]})", "stdin:1: lines: is missing or empty"},
      {R"({"line":[]})", "no such key: \"line\""},
      {R"({"lines":[{"amount":1}]})", "lines: no such key: \"amount\""},
      {R"({"lines":[{"list_amount":-1}]})", "list_amount: \"-1\""},
      {R"({"lines":[{"list_amount":1.5}]})", "is not a whole number"},
      {R"({"points":{"club":"all"}})", "points.club"}};
  for (const auto& [input, message] : kWrong) {
    const Told told = Run({"quote", "-"}, input);
    EXPECT_EQ(told.code, kExitFailed) << input;
    EXPECT_THAT(told.err, HasSubstr(message));
  }
  EXPECT_TRUE(till_->requests.empty());
}

TEST_F(LoyaltyCommandsTest, ReserveAndCommitPassIdsAndTimes) {
  const Told reserved =
      Run({"reserve", "--reservation", "b7", "--quote-token", "t", "--hold",
           "60", "--request-id", "q1", "--currency", "EUR", "--line", "p:1:1"});
  EXPECT_EQ(till_->called, "q1 b7 t 60");
  EXPECT_THAT(reserved.out,
              HasSubstr("reservation b7 holds until 2026-01-01T12:00:00Z"));
  EXPECT_THAT(reserved.out, Not(HasSubstr("--quote-token")));
  const Told committed =
      Run({"commit", "--reservation", "b7", "--receipt", "r1", "--at",
           "2026-01-01T12:00:00Z", "--request-id", "q2"});
  EXPECT_EQ(till_->called, "q2 b7 1767268800000000");
  EXPECT_EQ(committed.out,
            "receipt r1 recorded, reservation b7 is spent\n"
            "  club  -70 points, balance 1,164 (gold until 2027-03-01)\n");
}

TEST_F(LoyaltyCommandsTest, AClerkSeesLotsTierAndHistory) {
  const Told balance = Run({"points", "balance", "c1"});
  for (const char* part : {"-30 beans", "1,000  now", "2026-02-16",
                           "Silver (silver)", "gold, 4,200 points missing"})
    EXPECT_THAT(balance.out, HasSubstr(part)) << balance.out;
  const Told history =
      Run({"points", "history", "c1", "--limit", "5", "--cursor", "here"});
  EXPECT_EQ(till_->called, "c1 5 here");
  EXPECT_THAT(history.out, HasSubstr("spend"));
  EXPECT_THAT(history.out, HasSubstr("receipt r9"));
  EXPECT_THAT(history.out, HasSubstr("more: --cursor further"));
}

TEST_F(LoyaltyCommandsTest, PointsMayBeTakenWithANegativeNumber) {
  const Told told = Run({"points", "adjust", "c1", "club", "-50", "--reason",
                         "given twice", "--request-id", "q"});
  EXPECT_EQ(told.code, kExitOk) << told.err;
  EXPECT_EQ(till_->called, "q c1 club -50 given twice");
  EXPECT_EQ(Run({"customer", "merge", "c1", "c2"}).out,
            "everything of c2 is now c1's; both ids answer\n");
  EXPECT_EQ(till_->called, "c1 <- c2");
}

TEST(LoyaltyUsageTest, WrongWordsExitWithTwoBeforeAnyCall) {
  const std::pair<std::vector<std::string>, const char*> kWrong[] = {
      {{"quote"}, "no --line given"},
      {{"quote", "basket.json"}, "is not - (JSON lines on stdin)"},
      {{"quote", "--line", "p:1"}, "is not PRODUCT:QUANTITY:AMOUNT"},
      {{"quote", "--line", "p:x:1"}, "--line: quantity: \"x\""},
      {{"quote", "--line", "p:1:1", "--match", "1:5"}, "--match: line: \"1\""},
      {{"quote", "--line", "p:1:1", "--points", "club"}, "PROGRAMME:max"},
      {{"quote", "--line", "p:1:1", "--points", "club:-2"}, "--points: \"-2\""},
      {{"reserve", "--line", "p:1:1"}, "no --reservation given"},
      {{"reserve", "--reservation", "b", "--hold", "5"}, "--hold: \"5\""},
      {{"commit", "--reservation", "b"}, "no --receipt given"},
      {{"release"}, "no --reservation given"},
      {{"receipt", "claim", "r1"}, "needs RECEIPT CUSTOMER"},
      {{"points", "adjust", "c", "club", "x", "--reason", "r"},
       "points: \"x\""},
      {{"points", "adjust", "c", "club", "5"}, "no --reason given"},
      {{"points", "bonus", "club", "f"}, "no --bonus-id given"},
      {{"customer", "merge", "c1"}, "needs KEPT ABSORBED"},
      {{"apply"}, "needs DIR"},
      {{"apply", "d", "--replay-days", "-1"}, "--replay-days: \"-1\""},
      {{"export", "definitions", "--format", "csv"}, "--format is not for"},
      {{"export", "stock", "--version", "2"}, "--version is not for"},
      {{"offers", "issue", "o", "--customer", "c"}, "no --cause given"},
      {{"offers", "next"}, "no --customer and no --file given"},
      {{"draw", "d", "--winners", "1"}, "no --seed given"},
      {{"draw", "d", "--seed", "s"}, "no --winners given"},
      {{"draw", "repeat", "--seed", "s", "--winners", "1"}, "no --entrants"},
      {{"codes", "make", "0"}, "N: \"0\""},
      {{"codes", "make", "9", "--length", "5"}, "--length: \"5\""},
      {{"codes", "make", "1000000", "--length", "6"}, "is too short"}};
  for (const auto& [words, message] : kWrong) {
    const Told told = Patron("127.0.0.1:1", words);
    EXPECT_EQ(told.code, kExitUsage) << message;
    EXPECT_THAT(told.err, HasSubstr(message));
    EXPECT_EQ(told.out, "");
  }
}

}  // namespace
}  // namespace patron::cli
