// The evaluator measures what the server answers: the same State and artefact
// give the same lists, scores included, in the evaluator's process and over
// Thrift.

#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/api/client/client.h"
#include "server/api/server.h"
#include "server/base/clock.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tools/eval/next_basket.h"
#include "tools/eval/shop.h"

namespace patron {
namespace {

constexpr int kCustomers = 200;
constexpr int kProducts = 300;

// Shoppers with a few favourites each, so that there is something to learn.
eval::NextBasketData Generate(uint64_t seed) {
  std::mt19937_64 random(seed);
  eval::NextBasketData data;
  for (int p = 0; p < kProducts; ++p)
    data.products.push_back(absl::StrCat("p", p));
  for (int c = 0; c < kCustomers; ++c) {
    eval::Shopper shopper;
    shopper.id = absl::StrCat("c", c);
    shopper.role = c % 2 == 0 ? eval::Role::kTest : eval::Role::kTrain;
    const uint64_t taste = random() % 20;
    const uint64_t baskets = 2 + random() % 12;
    for (uint64_t b = 0; b < baskets; ++b) {
      std::vector<uint32_t> basket;
      for (uint64_t i = 0; i < 1 + random() % 8; ++i)
        basket.push_back(static_cast<uint32_t>(
            random() % 3 == 0 ? random() % kProducts
                              : taste * 15 + random() % 15));
      shopper.baskets.push_back(std::move(basket));
    }
    shopper.next = {static_cast<uint32_t>(taste * 15)};
    data.shoppers.push_back(std::move(shopper));
  }
  return data;
}

struct Listed {
  std::string product;
  double score;
  friend bool operator==(const Listed&, const Listed&) = default;
};
void PrintTo(const Listed& item, std::ostream* out) {
  *out << item.product << " " << item.score;
}

TEST(EvaluatorTest, ListsOfTwoHundredCustomersEqualTheThriftReplies) {
  const eval::NextBasketData data = Generate(testing::TestSeed(6));
  const testing::TempDir directory;
  const std::string root = directory.File("data");
  std::map<std::string, std::vector<Listed>> expected;
  {
    ASSERT_OK_AND_ASSIGN(const auto shop, eval::Shop::Build(data, {}, root));
    for (const eval::Shopper& shopper : data.shoppers) {
      ASSERT_OK_AND_ASSIGN(const recommend::Answer answer,
                           shop->Home(shopper.id, 20));
      for (const recommend::RankedItem& item : answer.ranked.items)
        expected[shopper.id].push_back(
            {std::string(shop->state().ordinals.products.IdOf(item.product)),
             item.score});
    }
  }
  // The evaluator's State and artefact, where a server looks for them.
  std::filesystem::rename(root + "/state", root + "/store");

  SimulatedClock clock(eval::PurchaseOptions().asked_at);
  api::ServerOptions options;
  options.data = root;
  options.listen.port = 0;
  options.http.port = 0;
  ASSERT_OK_AND_ASSIGN(const auto server, api::Server::Start(options, clock));
  client::ConnectionOptions address;
  address.address.port = server->port();
  client::Connection connection(address);
  ASSERT_OK(connection.Admin([](wire::AdminClient& admin) {
    wire::IndexVersion version;
    admin.publishIndex(version, "1");
  }));
  for (const auto& [customer, list] : expected) {
    wire::RecommendRequest request;
    request.placement = wire::Placement::HOME;
    request.__set_customer_id(customer);
    request.store_id = "shop";
    request.channel = "store";
    request.k = 20;
    wire::RecommendReply reply;
    ASSERT_OK(connection.Storefront(
        [&](wire::StorefrontClient& shop) { shop.recommend(reply, request); }));
    std::vector<Listed> served;
    for (const wire::RecommendedItem& item : reply.items)
      served.push_back({item.product_id, item.score});
    ASSERT_EQ(served, list) << customer;
  }
  EXPECT_EQ(expected.size(), static_cast<size_t>(kCustomers));
}

}  // namespace
}  // namespace patron
