#include "server/api/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "server/api/session.h"
#include "tests/api/harness.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"

namespace patron::api {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

// The example of FIPS 180-4.
TEST(TokensTest, HashesAreThoseOfTheStandard) {
  EXPECT_EQ(
      HashToken("abc"),
      "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f200"
      "15ad");
}

TEST(TokensTest, FindsATokenByItsHash) {
  ASSERT_OK_AND_ASSIGN(
      const TokenTable table,
      TokenTable::Parse(absl::StrCat("# who\n\n", HashToken("secret"),
                                     "\tweb  storefront,clerk # till\n"),
                        "tokens"));
  EXPECT_EQ(table.size(), 1u);
  const auto found = table.Find("secret");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->name, "web");
  EXPECT_EQ(found->roles, kStorefront | kClerk);
  EXPECT_FALSE(table.Find("Secret").has_value());
  EXPECT_FALSE(table.Find("").has_value());
}

TEST(TokensTest, WrongLinesAreRefusedByFileLineAndValue) {
  const struct {
    std::string text;
    const char* wanted;
  } cases[] = {
      {"", "holds no token"},
      {"# nothing\n", "holds no token"},
      {"\nweb storefront\n", "file:2: 2 words"},
      {"hunter2 web storefront\n", "file:1: the first word (7 bytes)"},
      {"sha256:12 web storefront\n", "not sha256: and 64 digits"},
      {absl::StrCat(HashToken("a"), " web boss\n"), "role \"boss\""},
      {absl::StrCat(HashToken("a"), " web clerk,\n"), "role \"\""},
      {absl::StrCat(HashToken("a"), " web clerk\n", HashToken("b"),
                    " web clerk\n"),
       "file:2: name \"web\""},
      {absl::StrCat(HashToken("a"), " web clerk\n", HashToken("a"),
                    " till clerk\n"),
       "further up as \"web\""},
  };
  for (const auto& wrong : cases)
    EXPECT_THAT(
        TokenTable::Parse(wrong.text, "file"),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(wrong.wanted)))
        << wrong.text;
}

TEST(TokensTest, AMisplacedTokenIsNotRepeatedInTheMessage) {
  EXPECT_THAT(
      std::string(
          TokenTable::Parse("hunter2 web clerk", "file").status().message()),
      ::testing::Not(HasSubstr("hunter2")));
}

TEST(TokensTest, AMissingFileIsTold) {
  EXPECT_THAT(
      TokenTable::Load("/nowhere/tokens"),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("/nowhere/tokens")));
}

class TokenServerTest : public ::testing::Test {
 protected:
  static std::string TokenFile(const testing::TempDir& directory) {
    const std::string path = directory.File("tokens");
    std::ofstream(path) << HashToken("shop-token") << " shop storefront\n"
                        << HashToken("root-token") << " root administrator\n";
    return path;
  }

  testing::TempDir directory_;
  TestServer server_{[this](ServerOptions& options) {
    options.tokens = TokenFile(directory_);
  }};
};

TEST_F(TokenServerTest, CallsBeforeATokenAreRefused) {
  Client client(server_);
  wire::Stats stats;
  const auto error = ErrorOf([&] { client.admin().stats(stats); });
  EXPECT_EQ(error.code, wire::ErrorCode::UNAUTHENTICATED);
  EXPECT_THAT(error.message, HasSubstr("authenticate"));
  client->authenticate("root-token");
  client.admin().stats(stats);
}

TEST_F(TokenServerTest, AWrongTokenIsRefusedAndAfterThreeTheConnectionCloses) {
  Client client(server_);
  for (int attempt = 0; attempt < Session::kFailuresAllowed; ++attempt)
    EXPECT_EQ(ErrorOf([&] { client->authenticate("guess"); }).code,
              wire::ErrorCode::UNAUTHENTICATED);
  EXPECT_TRUE(client.AwaitClosed());
  Client good(server_);
  good->authenticate("shop-token");
}

TEST_F(TokenServerTest, AWrongTokenAfterAGoodOneTakesTheRolesAway) {
  Client client(server_);
  client->authenticate("root-token");
  EXPECT_EQ(ErrorOf([&] { client->authenticate("guess"); }).code,
            wire::ErrorCode::UNAUTHENTICATED);
  wire::Stats stats;
  EXPECT_EQ(ErrorOf([&] { client.admin().stats(stats); }).code,
            wire::ErrorCode::UNAUTHENTICATED);
}

TEST_F(TokenServerTest, ARoleThatIsNotAllowedIsRefusedByName) {
  Client client(server_);
  client->authenticate("shop-token");
  std::vector<wire::ItemOutcome> outcomes;
  const std::string before = server_.Checksum();
  const auto error = ErrorOf([&] {
    client.admin().importProducts(outcomes, {testing::MakeProduct("p1")});
  });
  EXPECT_EQ(error.code, wire::ErrorCode::PERMISSION_DENIED);
  EXPECT_THAT(error.message, HasSubstr("token shop has storefront"));
  EXPECT_THAT(error.message, HasSubstr("jobs, administrator"));
  EXPECT_EQ(server_.Checksum(), before);
}

TEST_F(TokenServerTest, TheNameOfTheTokenIsTheActorOfThePurchase) {
  Client client(server_);
  client->authenticate("shop-token");
  wire::PurchaseReply reply;
  client->recordPurchase(reply, "",
                         testing::MakePurchase("r1", "c1", {{"p1"}}));
  int rows = 0;
  ASSERT_OK(server_->state().store->Scan(
      store::Family::kPurchases, "", "",
      [&](absl::string_view, absl::string_view value) {
        EXPECT_THAT(std::string(value), HasSubstr("shop"));
        return ++rows > 0;
      }));
  EXPECT_EQ(rows, 1);
}

TEST_F(TokenServerTest, ALargeFrameBeforeATokenIsRefused) {
  Client client(server_);
  EXPECT_ANY_THROW(client->authenticate(std::string(100'000, 'x')));
  Client good(server_);
  good->authenticate("shop-token");
  EXPECT_EQ(
      ErrorOf([&] { good->authenticate(std::string(100'000, 'x')); }).code,
      wire::ErrorCode::UNAUTHENTICATED);
}

}  // namespace
}  // namespace patron::api
