// Whatever is asked of Loyalty and Marketing: a typed error that names the
// field, nothing changed, and the server goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/api/harness.h"
#include "tests/api/loyalty_shop.h"

namespace patron::api {
namespace {

using ::testing::HasSubstr;

constexpr auto kInvalid = wire::ErrorCode::INVALID_ARGUMENT;
constexpr auto kNotFound = wire::ErrorCode::NOT_FOUND;
constexpr auto kWrongState = wire::ErrorCode::FAILED_PRECONDITION;
constexpr int64_t kHuge = 1'000'000'000'001;

struct Case {
  const char* what;
  std::function<void()> call;
  wire::ErrorCode::type code;
  const char* wanted;
};

class LoyaltyBadInputTest : public ::testing::Test {
 protected:
  LoyaltyBadInputTest() {
    OpenClub(server_);
    Sell(client_, Basket("anna", {{"jam", 1000}}), "r1");
  }
  void TearDown() override {
    EXPECT_EQ(QuoteOf(client_, Basket("anna", {{"coffee", 1000}})).total, 900);
    EXPECT_EQ(AvailableTo(client_, "anna"), 10);
    EXPECT_EQ(server_->state().holdings.open_reservations(), 0);
    EXPECT_THAT(ProblemsInTheBooks(client_), ::testing::IsEmpty());
  }

  void Expect(const std::vector<Case>& cases) {
    for (const Case& wrong : cases) {
      const auto error = ErrorOf(wrong.call);
      EXPECT_EQ(error.code, wrong.code) << wrong.what << ": " << error.message;
      EXPECT_THAT(error.message, HasSubstr(wrong.wanted)) << wrong.what;
      EXPECT_LT(error.message.size(), 1000u) << wrong.what;
    }
  }

  TestServer server_;
  Client client_{server_};
  wire::LoyaltyClient& loyalty_ = client_.loyalty();
  wire::MarketingClient& marketing_ = client_.marketing();
  const std::string long_ = std::string(1 << 20, 'x');
};

struct BasketCase {
  const char* what;
  std::function<void(wire::QuoteRequest&)> change;
  const char* wanted;
};

TEST_F(LoyaltyBadInputTest, WrongBasketsAreRefusedByTheFieldAndTheValue) {
  const std::vector<BasketCase> cases = {
      {"too many lines", [](auto& r) { r.lines.resize(1001, r.lines[0]); },
       "lines"},
      {"no product", [](auto& r) { r.lines[0].product_id = ""; }, "product_id"},
      {"long product", [&](auto& r) { r.lines[0].product_id = long_; },
       "product_id"},
      {"negative quantity", [](auto& r) { r.lines[0].quantity_milli = -1; },
       "quantity_milli"},
      {"negative amount", [](auto& r) { r.lines[0].list_amount = -1; },
       "list_amount"},
      {"huge amount", [](auto& r) { r.lines[0].list_amount = kHuge; },
       "list_amount"},
      {"largest amount",
       [](auto& r) {
         r.lines[0].list_amount = std::numeric_limits<int64_t>::max();
       },
       "list_amount"},
      {"smallest amount",
       [](auto& r) {
         r.lines[0].list_amount = std::numeric_limits<int64_t>::min();
       },
       "list_amount"},
      {"negative tax", [](auto& r) { r.lines[0].tax = -1; }, "tax"},
      {"negative match", [](auto& r) { r.lines[0].__set_match_amount(-1); },
       "match_amount"},
      {"empty customer", [](auto& r) { r.__set_customer_id(""); },
       "customer_id"},
      {"long store", [&](auto& r) { r.store_id = long_; }, "store_id"},
      {"long channel", [](auto& r) { r.channel = std::string(2000, 'x'); },
       "channel"},
      {"currency", [](auto& r) { r.currency = "euro"; }, "currency"},
      {"no currency", [](auto& r) { r.currency = ""; }, "currency"},
      {"long code", [&](auto& r) { r.codes = {long_}; }, "codes"},
      {"many codes", [](auto& r) { r.codes.resize(10'000, "A"); }, "codes"},
      {"negative points", [](auto& r) { r = WithPoints(r, -2); }, "points"},
      {"no programme",
       [](auto& r) {
         r = WithPoints(r, 1);
         r.points[0].programme_id = "";
       },
       "programme_id"},
      {"negative delivery", [](auto& r) { r.delivery = -1; }, "delivery"},
      {"huge delivery", [](auto& r) { r.delivery = kHuge; }, "delivery"},
  };
  for (const BasketCase& wrong : cases) {
    wire::QuoteRequest request = Basket("anna", {{"coffee", 1000}});
    wrong.change(request);
    wire::Reservation reservation;
    for (const auto& error :
         {ErrorOf([&] { QuoteOf(client_, request); }), ErrorOf([&] {
            loyalty_.reserve(reservation, "", "b1", request, "", 60);
          })}) {
      EXPECT_EQ(error.code, kInvalid) << wrong.what << ": " << error.message;
      EXPECT_THAT(error.message, HasSubstr(wrong.wanted)) << wrong.what;
      EXPECT_LT(error.message.size(), 1000u) << wrong.what;
    }
  }
}

TEST_F(LoyaltyBadInputTest, AnEmptyBasketIsQuotedAndNotReserved) {
  EXPECT_EQ(QuoteOf(client_, Basket("anna", {})).total, 0);
  wire::Reservation reservation;
  Expect({{"no lines",
           [&] {
             loyalty_.reserve(reservation, "", "b1", Basket("anna", {}), "",
                              60);
           },
           kInvalid, "lines"}});
}

TEST_F(LoyaltyBadInputTest, AmountsAtTheLimitAreQuoted) {
  const wire::Quote quote =
      QuoteOf(client_, Basket("anna", {{"coffee", kHuge - 1}, {"jam", 0}}));
  EXPECT_EQ(quote.total, 900'000'000'000);
  EXPECT_EQ(quote.points.at(0).earned, 9'000'000'000);
}

TEST_F(LoyaltyBadInputTest, PointsThatAreNotThereAreRefused) {
  const auto basket = Basket("anna", {{"jam", 1000}});
  wire::Reservation reservation;
  Expect({
      {"more than she has",
       [&] {
         loyalty_.reserve(reservation, "", "b1", WithPoints(basket, 11), "",
                          60);
       },
       kWrongState, "11"},
      {"an unknown programme",
       [&] {
         auto request = WithPoints(basket, 1);
         request.points[0].programme_id = "other";
         QuoteOf(client_, request);
       },
       kInvalid, "other"},
      {"of nobody",
       [&] {
         QuoteOf(client_, WithPoints(Basket("", {{"jam", 100}}), 1));
       },
       kWrongState, "customer"},
  });
}

TEST_F(LoyaltyBadInputTest, ReservationsNeedTheirIdAndTime) {
  const auto basket = Basket("anna", {{"jam", 1000}});
  wire::Reservation reservation;
  wire::CommitReply reply;
  const auto reserve = [&](const std::string& id, int32_t seconds) {
    return [this, id, seconds, basket] {
      wire::Reservation out;
      loyalty_.reserve(out, "", id, basket, "", seconds);
    };
  };
  Expect({
      {"no id", reserve("", 60), kInvalid, "reservation_id"},
      {"long id", reserve(long_, 60), kInvalid, "reservation_id"},
      {"too short", reserve("b1", 9), kInvalid, "hold_seconds: 9"},
      {"too long", reserve("b1", 86'401), kInvalid, "86401"},
      {"negative", reserve("b1", -60), kInvalid, "-60"},
      {"long request id",
       [&] { loyalty_.reserve(reservation, long_, "b1", basket, "", 60); },
       kInvalid, "request_id"},
      {"long token",
       [&] { loyalty_.reserve(reservation, "", "b1", basket, long_, 60); },
       kInvalid, "quote_token"},
      {"commit nothing", [&] { loyalty_.commit(reply, "", "", "r2", 0, ""); },
       kInvalid, "reservation_id"},
      {"commit an unknown one",
       [&] { loyalty_.commit(reply, "", "b9", "r2", 0, ""); }, kNotFound, "b9"},
      {"commit without receipt",
       [&] { loyalty_.commit(reply, "", "b9", "", 0, ""); }, kInvalid,
       "receipt_id"},
      {"commit in 1970", [&] { loyalty_.commit(reply, "", "b9", "r2", 5, ""); },
       kInvalid, "happened_at_us"},
      {"long impression token",
       [&] { loyalty_.commit(reply, "", "b9", "r2", 0, long_); }, kInvalid,
       "impression_token"},
      {"release nothing", [&] { loyalty_.release("", ""); }, kInvalid,
       "reservation_id"},
      {"release an unknown one", [&] { loyalty_.release("", "b9"); }, kNotFound,
       "b9"},
  });
}

TEST_F(LoyaltyBadInputTest, AReceiptIsCommittedOnceAndForOneReservation) {
  wire::Reservation reservation;
  wire::CommitReply reply;
  loyalty_.reserve(reservation, "", "b1", Basket("", {{"jam", 5}}), "", 60);
  Expect({
      {"a receipt that is taken",
       [&] { loyalty_.commit(reply, "", "b1", "r1", 0, ""); },
       wire::ErrorCode::ALREADY_EXISTS, "r1"},
      {"another basket",
       [&] {
         loyalty_.reserve(reservation, "", "b1", Basket("", {{"jam", 6}}), "",
                          60);
       },
       wire::ErrorCode::ALREADY_EXISTS, "b1"},
  });
  loyalty_.release("", "b1");
  Expect({{"released", [&] { loyalty_.commit(reply, "", "b1", "r2", 0, ""); },
           kWrongState, "released"}});
}

TEST_F(LoyaltyBadInputTest, ClerksAreToldWhatIsWrong) {
  std::vector<wire::Balance> balances;
  wire::EntriesPage page;
  wire::LoyaltyPicture picture;
  std::vector<std::string> lines;
  wire::CommitReply reply;
  wire::PointsChange change;
  const auto adjust = [&](const std::string& programme, int64_t points,
                          const std::string& reason) {
    return [&, programme, points, reason] {
      loyalty_.adjustPoints(change, "", "anna", programme, points, reason);
    };
  };
  Expect({
      {"no customer", [&] { loyalty_.balances(balances, ""); }, kInvalid,
       "customer_id"},
      {"long customer", [&] { loyalty_.balances(balances, long_); }, kInvalid,
       "customer_id"},
      {"unknown customer", [&] { loyalty_.balances(balances, "zoe"); },
       kNotFound, "zoe"},
      {"unknown picture", [&] { loyalty_.loyaltyPicture(picture, "zoe"); },
       kNotFound, "zoe"},
      {"no entries", [&] { loyalty_.entries(page, "anna", 0, ""); }, kInvalid,
       "limit: 0"},
      {"too many entries", [&] { loyalty_.entries(page, "anna", 1001, ""); },
       kInvalid, "1001"},
      {"a wrong cursor", [&] { loyalty_.entries(page, "anna", 5, "home"); },
       kInvalid, "home"},
      {"entries of nobody", [&] { loyalty_.entries(page, "zoe", 5, ""); },
       kNotFound, "zoe"},
      {"no receipt", [&] { loyalty_.explainReceipt(lines, ""); }, kInvalid,
       "receipt_id"},
      {"unknown receipt", [&] { loyalty_.explainReceipt(lines, "r9"); },
       kNotFound, "r9"},
      {"claim nothing", [&] { loyalty_.claimReceipt(reply, "", "", "anna"); },
       kInvalid, "receipt_id"},
      {"claim an unknown one",
       [&] { loyalty_.claimReceipt(reply, "", "r9", "anna"); }, kNotFound,
       "r9"},
      {"claim for nobody", [&] { loyalty_.claimReceipt(reply, "", "r1", ""); },
       kInvalid, "customer_id"},
      {"claim another's",
       [&] { loyalty_.claimReceipt(reply, "", "r1", "ben"); }, kWrongState,
       "r1"},
      {"adjust by nothing", adjust("club", 0, "why"), kInvalid, "points"},
      {"adjust by too much", adjust("club", kHuge, "why"), kInvalid, "points"},
      {"adjust by the largest",
       adjust("club", std::numeric_limits<int64_t>::max(), "why"), kInvalid,
       "points"},
      {"adjust by the smallest",
       adjust("club", std::numeric_limits<int64_t>::min(), "why"), kInvalid,
       "points"},
      {"adjust below nothing", adjust("club", -11, "why"), kWrongState, "11"},
      {"adjust without reason", adjust("club", 5, ""), kInvalid, "reason"},
      {"adjust with a long reason", adjust("club", 5, long_), kInvalid,
       "reason"},
      {"adjust in no programme", adjust("", 5, "why"), kInvalid,
       "programme_id"},
      {"adjust in an unknown one", adjust("other", 5, "why"), kNotFound,
       "other"},
      {"link nothing", [&] { loyalty_.linkId("", "anna", ""); }, kInvalid,
       "external_id"},
      {"link to nobody", [&] { loyalty_.linkId("", "zoe", "card"); }, kNotFound,
       "zoe"},
      {"link another customer", [&] { loyalty_.linkId("", "anna", "ben"); },
       wire::ErrorCode::ALREADY_EXISTS, "ben"},
      {"merge with herself",
       [&] { loyalty_.mergeCustomers("", "anna", "anna"); }, kInvalid, "anna"},
      {"merge nobody", [&] { loyalty_.mergeCustomers("", "anna", "zoe"); },
       kNotFound, "zoe"},
      {"merge nothing", [&] { loyalty_.mergeCustomers("", "", "anna"); },
       kInvalid, "kept_id"},
      {"refer nothing", [&] { loyalty_.refer("", "anna", ""); }, kInvalid,
       "friend_id"},
      {"referred by nobody", [&] { loyalty_.refer("", "zoe", "ben"); },
       kNotFound, "zoe"},
  });
}

TEST_F(LoyaltyBadInputTest, MarketersAreToldWhatIsWrong) {
  std::vector<wire::DefinitionsVersion> history;
  wire::DefinitionsFiles files;
  wire::ApplyReply applied;
  wire::Draw draw;
  const auto apply = [&](const std::function<void(wire::ApplyRequest&)>& edit) {
    return [&, edit] {
      wire::ApplyRequest request = ClubFiles();
      request.base_version = 1;
      edit(request);
      marketing_.applyDefinitions(applied, "", request);
    };
  };
  const auto bonus = [&](const std::string& customer, int64_t points) {
    return [&, customer, points] {
      wire::Bonus one;
      one.customer_id = customer;
      one.points = points;
      marketing_.giveBonus("", "club", "a present", {one});
    };
  };
  const auto draw_of = [&](const std::string& id, const std::string& seed,
                           const std::string& rule, int32_t winners,
                           const std::string& offer) {
    return [&, id, seed, rule, winners, offer] {
      marketing_.drawPrize(draw, "", id, seed, rule, winners, offer);
    };
  };
  Expect({
      {"not TOML", apply([](auto& r) { r.files["x.toml"] = "[[offers"; }),
       kInvalid, "x.toml"},
      {"an unknown key", apply([](auto& r) {
         r.files["shop.toml"] = "[shop]\ncurency = \"EUR\"\n";
       }),
       kInvalid, "curency"},
      {"a wrong rule", apply([](auto& r) {
         r.files["x.toml"] =
             "[[offers]]\nid = \"x\"\nname = \"x\"\nbenefit = \"percent\"\n"
             "percent = \"10%\"\neligible = 'purchases >'\n";
       }),
       kInvalid, "eligible"},
      {"replay too far back", apply([](auto& r) {
         r.dry_run = true;
         r.replay_days = 367;
       }),
       kInvalid, "367"},
      {"replay the future", apply([](auto& r) {
         r.dry_run = true;
         r.replay_days = -1;
       }),
       kInvalid, "replay_days"},
      {"an unknown version", [&] { marketing_.exportDefinitions(files, 77); },
       kNotFound, "77"},
      {"a negative version", [&] { marketing_.exportDefinitions(files, -1); },
       kInvalid, "-1"},
      {"no history", [&] { marketing_.definitionsHistory(history, 0); },
       kInvalid, "limit: 0"},
      {"a state that is none",
       [&] {
         marketing_.setOfferState("", "cake",
                                  static_cast<wire::OfferState::type>(9));
       },
       kInvalid, "state: 9"},
      {"an unknown offer",
       [&] { marketing_.setOfferState("", "bread", wire::OfferState::PAUSED); },
       kNotFound, "bread"},
      {"no offer",
       [&] { marketing_.setOfferState("", "", wire::OfferState::PAUSED); },
       kInvalid, "offer_id"},
      {"an unknown batch", [&] { marketing_.putCodes("", "other", {"A"}); },
       kNotFound, "other"},
      {"an empty code", [&] { marketing_.putCodes("", "flyers", {""}); },
       kInvalid, "codes"},
      {"a code twice",
       [&] {
         marketing_.putCodes("", "flyers", {"A", "A"});
       },
       kInvalid, "twice"},
      {"too many codes",
       [&] {
         marketing_.putCodes("", "flyers",
                             std::vector<std::string>(10'001, "A"));
       },
       kInvalid, "10001"},
      {"issue to nobody",
       [&] {
         marketing_.issueOffer("", "sorry", {"anna", "zoe"}, 0, "why");
       },
       kNotFound, "zoe"},
      {"issue an unknown offer",
       [&] { marketing_.issueOffer("", "bread", {"anna"}, 0, "why"); },
       kNotFound, "bread"},
      {"issue what is for all",
       [&] { marketing_.issueOffer("", "cake", {"anna"}, 0, "why"); },
       kWrongState, "cake"},
      {"issue until 1970",
       [&] { marketing_.issueOffer("", "sorry", {"anna"}, 5, "why"); },
       kInvalid, "expires_at_us"},
      {"a bonus of nothing", bonus("anna", 0), kInvalid, "points"},
      {"a bonus that takes", bonus("anna", -5), kInvalid, "-5"},
      {"a huge bonus", bonus("anna", kHuge), kInvalid, "points"},
      {"a bonus for nobody", bonus("zoe", 5), kNotFound, "zoe"},
      {"a bonus for no id", bonus("", 5), kInvalid, "customer_id"},
      {"too many bonuses",
       [&] {
         marketing_.giveBonus("", "club", "a present",
                              std::vector<wire::Bonus>(1001));
       },
       kInvalid, "1001"},
      {"a bonus without reason",
       [&] { marketing_.giveBonus("", "club", "", {}); }, kInvalid, "reason"},
      {"a draw without id", draw_of("", "s", "", 1, ""), kInvalid, "draw_id"},
      {"a draw without seed", draw_of("d", "", "", 1, ""), kInvalid, "seed"},
      {"a draw without winners", draw_of("d", "s", "", 0, ""), kInvalid,
       "winners: 0"},
      {"a draw with too many", draw_of("d", "s", "", 10'001, ""), kInvalid,
       "10001"},
      {"a draw by a wrong rule", draw_of("d", "s", "purchases >", 1, ""),
       kInvalid, "eligible"},
      {"a draw of an unknown offer", draw_of("d", "s", "", 1, "bread"),
       kNotFound, "bread"},
  });
}

TEST_F(LoyaltyBadInputTest, EmptyListsChangeNothing) {
  marketing_.issueOffer("", "sorry", {}, 0, "why");
  marketing_.giveBonus("", "club", "a present", {});
  EXPECT_EQ(marketing_.putCodes("", "flyers", {}), 0);
}

TEST_F(LoyaltyBadInputTest, SettlingIsBounded) {
  wire::SettleReply reply;
  Expect({
      {"before the first",
       [&] { client_.admin().settleAccounts(reply, -1, 10); }, kInvalid,
       "first_customer"},
      {"nobody", [&] { client_.admin().settleAccounts(reply, 0, 0); }, kInvalid,
       "customers: 0"},
      {"too many", [&] { client_.admin().settleAccounts(reply, 0, 10'001); },
       kInvalid, "10001"},
  });
}

}  // namespace
}  // namespace patron::api
