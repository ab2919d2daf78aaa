// 64 clients at once on the last of something: exactly as many succeed as may,
// and every other one is told why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <barrier>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/api/harness.h"
#include "tests/api/loyalty_shop.h"

namespace patron::api {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kClients = 64;

class RaceTest : public ::testing::Test {
 protected:
  RaceTest() { OpenClub(server_); }

  // Each client quotes; when all have, each reserves what it was promised and
  // commits it. What each was told: code 0 = it has its receipt.
  std::vector<wire::PatronError> Race(
      const std::function<wire::QuoteRequest(int)>& basket) {
    std::vector<wire::PatronError> errors(kClients);
    std::barrier everybody_has_quoted(kClients);
    std::vector<std::thread> threads;
    for (int at = 0; at < kClients; ++at)
      threads.emplace_back([&, at] {
        Client client(server_);
        const wire::QuoteRequest request = basket(at);
        const wire::Quote quote = QuoteOf(client, request);
        everybody_has_quoted.arrive_and_wait();
        errors[at] = ErrorOf([&] {
          const std::string id = absl::StrCat("b", at);
          wire::Reservation reservation;
          client.loyalty().reserve(reservation, "", id, request,
                                   quote.quote_token, 300);
          wire::CommitReply reply;
          client.loyalty().commit(reply, "", id, absl::StrCat("r", at), 0, "");
        });
      });
    for (std::thread& thread : threads) thread.join();
    return errors;
  }

  static void ExpectWinners(const std::vector<wire::PatronError>& errors,
                            int winners, const char* reason) {
    int won = 0;
    for (const wire::PatronError& error : errors) {
      if (static_cast<int>(error.code) == 0 && error.message == "no error") {
        ++won;
        continue;
      }
      EXPECT_EQ(error.code, wire::ErrorCode::FAILED_PRECONDITION)
          << error.message;
      EXPECT_THAT(error.message, HasSubstr(reason));
    }
    EXPECT_EQ(won, winners);
  }

  void ExpectBooksBalance() {
    EXPECT_EQ(server_->state().holdings.open_reservations(), 0);
    EXPECT_THAT(ProblemsInTheBooks(client_), IsEmpty());
  }
  wire::OfferStatus StatusOf(const std::string& offer_id) {
    std::vector<wire::OfferStatus> all;
    client_.marketing().offers(all);
    for (const wire::OfferStatus& one : all)
      if (one.offer.id == offer_id) return one;
    return {};
  }

  TestServer server_;
  Client client_{server_};
};

TEST_F(RaceTest, AUniqueCodeIsUsedOnce) {
  client_.marketing().putCodes("", "flyers", {"ONLY-ONE"});
  const auto errors = Race([](int) {
    return WithCode(Basket("", {{"tea", 1000}}), "ONLY-ONE");
  });
  ExpectWinners(errors, 1, "ONLY-ONE");
  EXPECT_EQ(StatusOf("flyer").uses, 1);
  EXPECT_EQ(StatusOf("flyer").discount, 200);
  EXPECT_EQ(StatusOf("flyer").codes_used, 1);
  ExpectBooksBalance();
}

TEST_F(RaceTest, TheLastUsesOfAnOfferAreNotOverspent) {
  const auto errors = Race([](int) { return Basket("", {{"cake", 500}}); });
  ExpectWinners(errors, 7, "\"cake\"");
  EXPECT_EQ(StatusOf("cake").uses, 7);
  EXPECT_EQ(StatusOf("cake").uses_reserved, 0);
  EXPECT_EQ(StatusOf("cake").discount, 700);
  EXPECT_EQ(StatusOf("cake").uses_left, 0);
  ExpectBooksBalance();
}

TEST_F(RaceTest, TheLastPointsOfABalanceAreSpentOnce) {
  wire::Bonus bonus;
  bonus.customer_id = "anna";
  bonus.points = 550;
  client_.marketing().giveBonus("", "club", "a present", {bonus});
  // Paid with points alone: nothing is earned that could be spent.
  const auto errors = Race([](int) {
    return WithPoints(Basket("anna", {{"jam", 100}}), 100);
  });
  ExpectWinners(errors, 5, "points");
  EXPECT_EQ(AvailableTo(client_, "anna"), 50);
  ExpectBooksBalance();
}

}  // namespace
}  // namespace patron::api
