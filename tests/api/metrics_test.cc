#include "server/api/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/api/harness.h"
#include "tests/testing/commands.h"

namespace patron::api {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(MetricsTest, WhatWasCalledIsCounted) {
  // Showings wait: their commands would be counted too.
  TestServer server([](ServerOptions& options) {
    options.showings.batch_wait = absl::Hours(1);
  });
  Client client(server);
  wire::RecommendReply answer;
  for (int call = 0; call < 3; ++call) client->readyAnswer(answer, 1);
  wire::Customer customer;
  ErrorOf([&] { client->getCustomer(customer, "nobody"); });
  wire::PurchaseReply reply;
  client->recordPurchase(reply, "", testing::MakePurchase("r", "c", {{"p"}}));
  wire::RecommendRequest request;
  request.placement = wire::Placement::HOME;
  for (int call = 0; call < 2; ++call) client->recommend(answer, request);
  const std::string page = HttpGet(server->http_port(), "/metrics");
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200"));
  for (const char* line :
       {"patron_calls_total{method=\"readyAnswer\",outcome=\"ok\"} 3\n",
        "patron_calls_total{method=\"getCustomer\",outcome=\"NOT_FOUND\"} 1\n",
        "patron_call_seconds_count{method=\"recordPurchase\"} 1\n",
        "patron_recommend_stage_seconds_count{stage=\"candidates\"} 2\n",
        "patron_recommend_stage_seconds_count{stage=\"ranking\"} 2\n",
        "patron_recommend_stage_seconds_count{stage=\"rendering\"} 2\n",
        "patron_commit_batch_commands_count 1\n", "patron_connections 1\n",
        "patron_customers 1\n", "patron_malformed_frames_total 0\n",
        "# HELP patron_call_seconds "})
    EXPECT_TRUE(absl::StrContains(page, line)) << line;
}

TEST(MetricsTest, EveryMetricOfTheTableIsServedWithItsHelpAndNoOther) {
  TestServer server;
  server.WriteArtefact("v1");
  Client client(server);
  wire::IndexVersion version;
  client.admin().publishIndex(version, "v1");
  const std::string page = HttpGet(server->http_port(), "/metrics");
  size_t families = 0;
  for (size_t at = page.find("# HELP"); at != std::string::npos;
       at = page.find("# HELP", at + 1))
    ++families;
  EXPECT_EQ(families, MetricTable().size());
  for (const MetricLine& line : MetricTable()) {
    EXPECT_TRUE(absl::StrContains(
        page, absl::StrCat("# HELP ", line.name, " ", line.help, "\n")))
        << line.name;
    EXPECT_TRUE(absl::StrContains(
        page, absl::StrCat("# TYPE ", line.name, " ", line.type, "\n")))
        << line.name;
  }
}

TEST(MetricsTest, BucketsResolveFiftyMicrosecondsToAHundredMilliseconds) {
  TestServer server;
  const std::string page = HttpGet(server->http_port(), "/metrics");
  for (const char* bound : {"5e-05", "0.0001", "0.001", "0.01", "0.1"})
    EXPECT_TRUE(absl::StrContains(
        page, absl::StrCat("method=\"recommend\",le=\"", bound, "\"")))
        << bound;
}

TEST(MetricsTest, ServingIndexIsNamedWithItsRecall) {
  TestServer server;
  server.WriteArtefact("v1");
  server.WriteArtefact("v2");
  Client client(server);
  wire::IndexVersion version;
  client.admin().publishIndex(version, "v1");
  EXPECT_THAT(HttpGet(server->http_port(), "/metrics"),
              AllOf(HasSubstr("patron_index_info{version=\"v1\"} 1\n"),
                    HasSubstr("patron_index_recall_ratio 1\n")));
  client.admin().publishIndex(version, "v2");
  EXPECT_THAT(HttpGet(server->http_port(), "/metrics"),
              AllOf(HasSubstr("patron_index_info{version=\"v2\"} 1\n"),
                    ::testing::Not(HasSubstr("\"v1\""))));
}

TEST(MetricsTest, ShowingsThatFindTheQueueFullAreDroppedAndCounted) {
  TestServer server(
      [](ServerOptions& options) { options.showings.queue_showings = 0; });
  Client client(server);
  std::vector<wire::ItemOutcome> outcomes;
  client.admin().importProducts(outcomes, {testing::MakeProduct("p1")});
  wire::RecommendRequest request;
  request.placement = wire::Placement::HOME;
  wire::RecommendReply reply;
  client->recommend(reply, request);
  EXPECT_FALSE(reply.items.empty());
  EXPECT_TRUE(absl::StrContains(HttpGet(server->http_port(), "/metrics"),
                                "\npatron_showings_dropped_total 1\n"));
}

TEST(MetricsTest, HealthAndReadinessAreTold) {
  TestServer server;
  EXPECT_THAT(HttpGet(server->http_port(), "/healthz"),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("ok")));
  EXPECT_THAT(HttpGet(server->http_port(), "/readyz"),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("ready")));
  EXPECT_THAT(HttpGet(server->http_port(), "/"), StartsWith("HTTP/1.1 404"));
}

TEST(MetricsTest, AServerThatStopsIsNotReady) {
  TestServer server;
  Client client(server);
  wire::RecommendReply answer;
  server.clock().HoldNext();
  std::thread held([&] { client->readyAnswer(answer, 1); });
  server.clock().AwaitHeld();
  Client idle(server);
  std::thread stopping([&] { server->Stop(); });
  EXPECT_TRUE(idle.AwaitClosed());  // the stop is under way
  const std::string page = HttpGet(server->http_port(), "/readyz");
  server.clock().Release();
  held.join();
  stopping.join();
  EXPECT_THAT(page, StartsWith("HTTP/1.1 503"));
}

}  // namespace
}  // namespace patron::api
