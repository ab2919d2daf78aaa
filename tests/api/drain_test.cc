#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/api/harness.h"
#include "tests/testing/commands.h"

namespace patron::api {
namespace {

TEST(DrainTest, ACallInHandIsAnsweredAndIdleConnectionsAreClosed) {
  TestServer server;
  wire::RecommendReply answer;
  auto idle = std::make_unique<Client>(server);
  (*idle)->readyAnswer(answer, 1);
  Client busy(server);
  busy->readyAnswer(answer, 1);
  wire::PurchaseReply reply;
  server.clock().HoldNext();
  std::thread held([&] {
    busy->recordPurchase(reply, "", testing::MakePurchase("r1", "c", {{"p"}}));
  });
  server.clock().AwaitHeld();
  std::thread stopping([&] { server->Stop(); });
  EXPECT_TRUE(idle->AwaitClosed());  // the stop is under way
  server.clock().Release();
  held.join();
  stopping.join();
  EXPECT_EQ(reply.receipt_id, "r1");
  EXPECT_TRUE(busy.AwaitClosed());
}

// Calls until the server goes; returns what was acknowledged.
std::vector<std::string> RecordUntilStopped(int port, int caller,
                                            std::atomic<int>& acknowledged) {
  std::vector<std::string> receipts;
  try {
    Client client(port);
    for (int number = 0;; ++number) {
      const std::string receipt = absl::StrCat("r-", caller, "-", number);
      wire::PurchaseReply reply;
      client->recordPurchase(reply, receipt,
                             testing::MakePurchase(receipt, "c", {{"p"}}));
      receipts.push_back(reply.receipt_id);
      ++acknowledged;
    }
  } catch (const apache::thrift::TException&) {
    return receipts;
  }
}

TEST(DrainTest, EveryPurchaseAcknowledgedDuringAStopIsThereAfterwards) {
  constexpr int kCallers = 8;
  TestServer server;
  std::atomic<int> acknowledged{0};
  std::vector<std::vector<std::string>> receipts(kCallers);
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller)
    callers.emplace_back([&, caller, port = server->port()] {
      receipts[caller] = RecordUntilStopped(port, caller, acknowledged);
    });
  while (acknowledged < 200) std::this_thread::yield();
  server->Stop();
  for (std::thread& caller : callers) caller.join();
  server.Restart();
  int missing = 0;
  for (const auto& of_caller : receipts)
    for (const std::string& receipt : of_caller)
      missing += !server->state()
                      .store->Get(store::Family::kReceipts, receipt)
                      ->has_value();
  EXPECT_EQ(missing, 0) << "of " << acknowledged;
}

TEST(DrainTest, ShowingsThatStandInTheQueueAreWritten) {
  TestServer server([](ServerOptions& options) {
    options.showings.batch_wait = absl::Hours(1);
  });
  {
    Client client(server);
    std::vector<wire::ItemOutcome> outcomes;
    client.admin().importProducts(outcomes, {testing::MakeProduct("p1")});
    wire::RecommendRequest request;
    request.placement = wire::Placement::HOME;
    wire::RecommendReply reply;
    client->recommend(reply, request);
    ASSERT_EQ(reply.items.size(), 1u);
  }
  server.Restart();
  int rows = 0;
  ASSERT_TRUE(server->state()
                  .store
                  ->Scan(store::Family::kImpressions, "", "",
                         [&](absl::string_view, absl::string_view) {
                           return ++rows > 0;
                         })
                  .ok());
  EXPECT_EQ(rows, 1);
}

TEST(DrainTest, WhatWasShownToACustomerStandsInHerFacts) {
  TestServer server;
  {
    Client client(server);
    std::vector<wire::ItemOutcome> outcomes;
    client.admin().importProducts(outcomes, {testing::MakeProduct("p1")});
    wire::PurchaseReply bought;
    client->recordPurchase(bought, "",
                           testing::MakePurchase("r", "anna", {{"p2"}}));
    wire::RecommendRequest request;
    request.placement = wire::Placement::HOME;
    request.__set_customer_id("anna");
    wire::RecommendReply reply;
    client->recommend(reply, request);
    ASSERT_EQ(reply.items.size(), 1u);
  }
  server.Restart();
  facts::CustomerFacts facts;
  const auto customer = server->state().ordinals.customers.Find("anna");
  ASSERT_TRUE(customer.has_value());
  server->state().facts.Read(CustomerOrdinal(*customer), facts);
  ASSERT_EQ(facts.shown.size(), 1u);
  EXPECT_EQ(facts.shown[0].times, 1);
}

TEST(DrainTest, AStoppedServerIsNotReachedAnyMore) {
  TestServer server;
  const int port = server->port();
  server.Stop();
  EXPECT_ANY_THROW(Client{port});
}

}  // namespace
}  // namespace patron::api
