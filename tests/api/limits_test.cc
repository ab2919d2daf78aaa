#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "server/api/client/client.h"
#include "server/api/log_limiter.h"
#include "tests/api/harness.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"

namespace patron::api {
namespace {

using ::testing::HasSubstr;

TEST(LimitsTest, ACallTooManyIsAnsweredOverloadedAndMayBeRepeated) {
  TestServer server(
      [](ServerOptions& options) { options.limits.max_calls = 1; });
  Client slow(server), hasty(server);
  wire::PurchaseReply reply;
  server.clock().HoldNext();
  std::thread held([&] {
    slow->recordPurchase(reply, "q1",
                         testing::MakePurchase("r1", "c", {{"p"}}));
  });
  server.clock().AwaitHeld();
  wire::RecommendReply answer;
  const auto error = ErrorOf([&] { hasty->readyAnswer(answer, 1); });
  server.clock().Release();
  held.join();
  EXPECT_EQ(error.code, wire::ErrorCode::OVERLOADED) << error.message;
  EXPECT_TRUE(error.retryable);
  EXPECT_GT(error.retry_after_ms, 0);
  EXPECT_EQ(reply.receipt_id, "r1");
  hasty->readyAnswer(answer, 1);
  EXPECT_EQ(answer.items.size(), 1u);
}

TEST(LimitsTest, AConnectionTooManyIsAnsweredOverloadedAndClosed) {
  TestServer server(
      [](ServerOptions& options) { options.max_connections = 2; });
  wire::RecommendReply answer;
  Client first(server);
  first->readyAnswer(answer, 1);
  {
    Client second(server);
    second->readyAnswer(answer, 1);
    Client third(server);
    const auto error = ErrorOf([&] { third->readyAnswer(answer, 1); });
    EXPECT_EQ(error.code, wire::ErrorCode::OVERLOADED) << error.message;
    EXPECT_TRUE(error.retryable);
    EXPECT_TRUE(third.AwaitClosed());
  }
  // The second is gone: soon there is room again.
  bool admitted = false;
  for (int attempt = 0; attempt < 10'000 && !admitted; ++attempt) {
    Client next(server);
    admitted =
        ErrorOf([&] { next->readyAnswer(answer, 1); }).message == "no error";
  }
  EXPECT_TRUE(admitted);
}

TEST(LimitsTest, AnIdleConnectionIsClosed) {
  TestServer server(
      [](ServerOptions& options) { options.idle_timeout = absl::Seconds(1); });
  Client client(server);
  wire::RecommendReply answer;
  client->readyAnswer(answer, 1);
  EXPECT_TRUE(client.AwaitClosed());
}

TEST(LimitsTest, WhoLetGoOfTheServerConnectsAnewAfterASilence) {
  TestServer server(
      [](ServerOptions& options) { options.idle_timeout = absl::Seconds(1); });
  client::Connection connection(
      {.address = {.port = server->port()}, .token = ""});
  const auto ask = [](wire::AdminClient& admin) {
    wire::Stats stats;
    admin.stats(stats);
  };
  EXPECT_OK(connection.Admin(ask));
  connection.Close();
  // Idle for as long as the server bears.
  EXPECT_TRUE(Client(server).AwaitClosed());
  EXPECT_OK(connection.Admin(ask));
}

TEST(LimitsTest, MoreElementsThanACallMayBringAreRefusedByBothNumbers) {
  TestServer server;
  Client client(server);
  std::vector<wire::ItemOutcome> outcomes;
  const auto error = ErrorOf([&] {
    client.admin().importEvents(outcomes, std::vector<wire::Event>(10'001));
  });
  EXPECT_EQ(error.code, wire::ErrorCode::INVALID_ARGUMENT) << error.message;
  EXPECT_THAT(error.message, HasSubstr("events: 10001"));
  EXPECT_THAT(error.message, HasSubstr("at most 10000"));
}

TEST(LimitsTest, OneLineOfLogASecondTellsHowManyWereKeptBack) {
  LogLimiter limiter;
  const absl::Time now = absl::FromUnixSeconds(1'767'268'800);
  EXPECT_EQ(limiter.Admit(now), 0);
  EXPECT_EQ(limiter.Admit(now), std::nullopt);
  EXPECT_EQ(limiter.Admit(now + absl::Milliseconds(999)), std::nullopt);
  EXPECT_EQ(limiter.Admit(now + absl::Seconds(1)), 2);
  EXPECT_EQ(limiter.Admit(now + absl::Seconds(2)), 0);
}

TEST(LimitsTest, PageSizesOutOfRangeAreRefusedByBothNumbers) {
  TestServer server;
  Client client(server);
  wire::HistoryPage page;
  for (const int limit : {0, -1, 1001}) {
    const auto error =
        ErrorOf([&] { client->getHistory(page, "c", limit, ""); });
    EXPECT_EQ(error.code, wire::ErrorCode::INVALID_ARGUMENT);
    EXPECT_THAT(error.message, HasSubstr(absl::StrCat(limit)));
    EXPECT_THAT(error.message, HasSubstr("limit"));
  }
  wire::EventsPage events;
  EXPECT_THAT(
      ErrorOf([&] { client.admin().exportEvents(events, 10'001, ""); }).message,
      HasSubstr("10001"));
}

}  // namespace
}  // namespace patron::api
