#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "server/api/data_directory.h"
#include "server/api/server.h"
#include "server/api/tokens.h"
#include "tests/api/harness.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"

namespace patron::api {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;
constexpr auto kRefused = absl::StatusCode::kFailedPrecondition;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

ServerOptions OptionsFor(const testing::TempDir& directory) {
  ServerOptions options;
  options.data = directory.File("data");
  options.listen.port = 0;
  options.http.port = 0;
  return options;
}

TEST(StartTest, WithoutTokensOnlyTheLoopbackIsServed) {
  const testing::TempDir directory;
  const RealClock clock;
  ServerOptions options = OptionsFor(directory);
  options.listen.host = "0.0.0.0";
  EXPECT_THAT(Server::Start(options, clock),
              StatusIs(kRefused, HasSubstr("--tokens")));
  options.listen.host = "localhost";
  EXPECT_OK(Server::Start(options, clock));
}

TEST(StartTest, WithTokensAnyAddressIsServed) {
  const testing::TempDir directory;
  const RealClock clock;
  ServerOptions options = OptionsFor(directory);
  options.tokens = directory.File("tokens");
  std::ofstream(options.tokens) << HashToken("t") << " shop storefront\n";
  options.listen.host = "0.0.0.0";
  EXPECT_OK(Server::Start(options, clock));
}

TEST(StartTest, ADataDirectoryInUseIsRefused) {
  TestServer server;
  const RealClock clock;
  ServerOptions options = OptionsFor(server.directory());
  EXPECT_THAT(Server::Start(options, clock),
              StatusIs(kRefused, HasSubstr("data")));
}

TEST(StartTest, AForeignDirectoryIsRefusedAndLeftAsItIs) {
  const testing::TempDir directory;
  const RealClock clock;
  ServerOptions options = OptionsFor(directory);
  options.data = directory.path();
  std::ofstream(directory.File("letters")) << "dear Ada";
  EXPECT_THAT(Server::Start(options, clock),
              StatusIs(kRefused, HasSubstr("no Patron store")));
  EXPECT_FALSE(std::filesystem::exists(directory.File("store")));
}

TEST(StartTest, APortInUseIsRefusedByName) {
  TestServer server;
  const testing::TempDir directory;
  const RealClock clock;
  ServerOptions options = OptionsFor(directory);
  options.listen.port = server->port();
  EXPECT_THAT(Server::Start(options, clock),
              StatusIs(kRefused, HasSubstr(options.listen.ToString())));
  options.listen.port = 0;
  options.http.port = server->http_port();
  EXPECT_THAT(Server::Start(options, clock),
              StatusIs(kRefused, HasSubstr(options.http.ToString())));
}

TEST(StartTest, OptionsOutOfRangeAreRefusedByName) {
  ServerOptions good;
  good.data = "somewhere";
  EXPECT_OK(Validate(good));
  const struct {
    const char* name;
    void (*change)(ServerOptions&);
  } cases[] = {
      {"data", [](ServerOptions& o) { o.data = ""; }},
      {"max_connections", [](ServerOptions& o) { o.max_connections = 0; }},
      {"max_calls", [](ServerOptions& o) { o.limits.max_calls = -1; }},
      {"max_frame_bytes",
       [](ServerOptions& o) { o.limits.max_frame_bytes = 1; }},
      {"idle_timeout",
       [](ServerOptions& o) { o.idle_timeout = absl::ZeroDuration(); }},
      {"reply_retention",
       [](ServerOptions& o) { o.reply_retention = absl::Seconds(1); }},
      {"block_cache_bytes",
       [](ServerOptions& o) { o.store.block_cache_bytes = 0; }},
  };
  for (const auto& wrong : cases) {
    ServerOptions options = good;
    wrong.change(options);
    EXPECT_THAT(Validate(options), StatusIs(kInvalid, HasSubstr(wrong.name)));
  }
}

TEST(StartTest, AddressesThatAreNoneAreRefusedByValue) {
  for (const char* wrong :
       {"", ":7450", "localhost", "localhost:", "h:70000", "h:-1", "h:12x"})
    EXPECT_THAT(ParseAddress("--listen", wrong),
                StatusIs(kInvalid, HasSubstr("--listen")));
  ASSERT_OK_AND_ASSIGN(const Address v6,
                       ParseAddress("--listen", "[::1]:7450"));
  EXPECT_EQ(v6.host, "::1");
  EXPECT_EQ(v6.ToString(), "[::1]:7450");
}

TEST(StartTest, TheKeyOfTokensIsMadeOnceForTheOwnerAlone) {
  TestServer server;
  const DataDirectory data{server.data()};
  struct stat status {};
  ASSERT_EQ(stat(data.impression_key().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  ASSERT_OK_AND_ASSIGN(const std::string key, ReadOrMakeKey(data));
  server.Restart();
  ASSERT_OK_AND_ASSIGN(const std::string again, ReadOrMakeKey(data));
  EXPECT_EQ(key, again);
}

TEST(StartTest, ATokenOfBeforeARestartIsStillExplained) {
  TestServer server;
  std::string token;
  {
    Client client(server);
    std::vector<wire::ItemOutcome> outcomes;
    client.admin().importProducts(outcomes, {testing::MakeProduct("p1")});
    wire::RecommendRequest request;
    request.placement = wire::Placement::TRENDING;
    wire::RecommendReply reply;
    client->recommend(reply, request);
    token = reply.impression_token;
  }
  server.Restart();
  Client client(server);
  wire::ImpressionContent content;
  client->explainImpression(content, token);
  EXPECT_EQ(content.placement, wire::Placement::TRENDING);
}

}  // namespace
}  // namespace patron::api
