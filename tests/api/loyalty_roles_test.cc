// Who may move points, and how many.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "server/api/tokens.h"
#include "tests/api/harness.h"
#include "tests/api/loyalty_shop.h"

namespace patron::api {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class LoyaltyRolesTest : public ::testing::Test {
 protected:
  LoyaltyRolesTest() {
    Client root = As("root");
    wire::ApplyReply reply;
    root.marketing().applyDefinitions(reply, "", ClubFiles());
    wire::Customer customer;
    customer.customer_id = "anna";
    root->putCustomer("", customer);
  }

  static std::string TokenFile(const testing::TempDir& directory) {
    const std::string path = directory.File("tokens");
    std::ofstream out(path);
    out << HashToken("shop") << " shop storefront\n"
        << HashToken("carla") << " carla clerk\n"
        << HashToken("carl") << " carl clerk\n"
        << HashToken("mia") << " mia marketing\n"
        << HashToken("night") << " night jobs\n"
        << HashToken("root") << " root administrator\n";
    return path;
  }
  Client As(const std::string& token) {
    Client client(server_);
    client->authenticate(token);
    return client;
  }
  wire::PatronError Adjust(const std::string& token, int64_t points) {
    Client client = As(token);
    return ErrorOf([&] {
      wire::PointsChange change;
      client.loyalty().adjustPoints(change, "", "anna", "club", points,
                                    "counted again");
    });
  }

  testing::TempDir directory_;
  TestServer server_{[this](ServerOptions& options) {
    options.tokens = TokenFile(directory_);
  }};
};

constexpr auto kDone = static_cast<wire::ErrorCode::type>(0);

TEST_F(LoyaltyRolesTest, EachRoleReachesItsMethodsOnly) {
  const auto basket = Basket("anna", {{"coffee", 1000}});
  const auto codes = [&](const std::string& token) {
    Client client = As(token);
    std::vector<int> codes;
    const auto note = [&](const std::function<void()>& call) {
      codes.push_back(ErrorOf(call).code);
    };
    note([&] { QuoteOf(client, basket); });
    note([&] { AvailableTo(client, "anna"); });
    note([&] {
      wire::EntriesPage page;
      client.loyalty().entries(page, "anna", 1, "");
    });
    note([&] { ProblemsInTheBooks(client); });
    note([&] {
      std::vector<wire::OfferStatus> offers;
      client.marketing().offers(offers);
    });
    note([&] {
      wire::SettleReply reply;
      client.admin().settleAccounts(reply, 0, 1);
    });
    return codes;
  };
  constexpr int kNo = wire::ErrorCode::PERMISSION_DENIED;
  using ::testing::ElementsAre;
  EXPECT_THAT(codes("shop"), ElementsAre(0, 0, kNo, kNo, kNo, kNo));
  EXPECT_THAT(codes("carla"), ElementsAre(0, 0, 0, kNo, kNo, kNo));
  EXPECT_THAT(codes("mia"), ElementsAre(kNo, kNo, kNo, 0, 0, kNo));
  EXPECT_THAT(codes("night"), ElementsAre(kNo, kNo, kNo, 0, kNo, 0));
  EXPECT_THAT(codes("root"), ElementsAre(0, 0, 0, 0, 0, 0));
}

TEST_F(LoyaltyRolesTest, AClerkAdjustsWithinTheProgrammesLimits) {
  EXPECT_EQ(Adjust("shop", 10).code, wire::ErrorCode::PERMISSION_DENIED);
  const auto at_once = Adjust("carla", 501);
  EXPECT_EQ(at_once.code, wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_THAT(at_once.message, AllOf(HasSubstr("500"), HasSubstr("501")));
  EXPECT_EQ(Adjust("carla", 500).code, kDone);
  EXPECT_EQ(Adjust("carla", -200).code, kDone);
  const auto a_day = Adjust("carla", 101);
  EXPECT_EQ(a_day.code, wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_THAT(a_day.message, AllOf(HasSubstr("800"), HasSubstr("700"),
                                   HasSubstr("101"), HasSubstr("carla")));
  EXPECT_EQ(Adjust("carla", 100).code, kDone);
  EXPECT_EQ(Adjust("carl", 500).code, kDone);
  EXPECT_EQ(Adjust("root", 100'000).code, kDone);
  server_.clock().Advance(absl::Hours(24));
  EXPECT_EQ(Adjust("carla", -500).code, kDone);
  Client root = As("root");
  EXPECT_EQ(AvailableTo(root, "anna"), 100'400);
}

TEST_F(LoyaltyRolesTest, AnEntryNamesWhoMadeIt) {
  EXPECT_EQ(Adjust("carla", 5).code, kDone);
  Client root = As("root");
  wire::EntriesPage page;
  root.loyalty().entries(page, "anna", 10, "");
  ASSERT_EQ(page.entries.size(), 1u);
  EXPECT_EQ(page.entries[0].actor, "carla");
  EXPECT_EQ(page.entries[0].cause, "counted again");
}

}  // namespace
}  // namespace patron::api
