// Every method once, over the wire, in both protocols.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thrift/protocol/TMultiplexedProtocol.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/api/harness.h"
#include "tests/testing/commands.h"

namespace patron::api {
namespace {

using apache::thrift::protocol::TMultiplexedProtocol;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

wire::Product Milk() {
  wire::Product product = testing::MakeProduct("milk", {"food", "dairy"});
  product.name = "Milk";
  product.__set_price(120);
  product.__set_currency("EUR");
  return product;
}

class WireTest : public ::testing::TestWithParam<Protocol> {
 protected:
  TestServer server_;
  Client client_{server_, GetParam()};
  wire::AdminClient& admin_ = client_.admin();

  void ImportMilk() {
    std::vector<wire::ItemOutcome> outcomes;
    admin_.importProducts(outcomes, {Milk(), testing::MakeProduct("bread")});
    EXPECT_THAT(outcomes, SizeIs(2));
  }
  wire::PurchaseReply Buy(const std::string& receipt,
                          const std::string& request_id = "") {
    wire::PurchaseReply reply;
    client_->recordPurchase(
        reply, request_id,
        testing::MakePurchase(receipt, "anna", {{"milk", 2000, 240}}));
    return reply;
  }
};

INSTANTIATE_TEST_SUITE_P(Protocols, WireTest,
                         ::testing::Values(Protocol::kBinary,
                                           Protocol::kCompact),
                         [](const auto& info) {
                           return info.param == Protocol::kBinary ? "Binary"
                                                                  : "Compact";
                         });

TEST_P(WireTest, PurchasesAreRecordedOnceAndReturnedByLine) {
  const auto first = Buy("r1", "q1");
  EXPECT_FALSE(first.duplicate);
  EXPECT_EQ(Buy("r1", "q1"), first);  // the first reply again
  EXPECT_TRUE(Buy("r1").duplicate);
  wire::ReturnReply returned;
  client_->recordReturn(returned, "q2",
                        testing::MakeReturn("t1", "r1", {{0, 1000}}));
  EXPECT_EQ(returned.refund, 120);
  EXPECT_THAT(returned.line_refunds, ElementsAre(120));
  std::vector<wire::PurchaseOutcome> outcomes;
  client_->recordPurchases(
      outcomes, {testing::MakePurchase("r2", "anna", {{"milk"}}), {}});
  ASSERT_THAT(outcomes, SizeIs(2));
  EXPECT_EQ(outcomes[0].reply.receipt_id, "r2");
  EXPECT_EQ(outcomes[1].error.code, wire::ErrorCode::INVALID_ARGUMENT);
  EXPECT_EQ(ErrorOf([&] {
              client_->recordReturn(returned, "",
                                    testing::MakeReturn("t", "none", {{0, 1}}));
            }).code,
            wire::ErrorCode::NOT_FOUND);
}

TEST_P(WireTest, ARequestIdWithAnotherBodyIsRefused) {
  Buy("r1", "q1");
  EXPECT_EQ(ErrorOf([&] { Buy("r2", "q1"); }).code,
            wire::ErrorCode::ALREADY_EXISTS);
}

TEST_P(WireTest, EventsAreRecordedOnce) {
  wire::EventReply reply;
  const auto view = testing::MakeEvent(wire::EventKind::VIEW, "anna", "milk");
  client_->recordEvent(reply, "", view);
  EXPECT_FALSE(reply.duplicate);
  client_->recordEvent(reply, "", view);
  EXPECT_TRUE(reply.duplicate);
}

TEST_P(WireTest, CustomersAreReadBackAsTheyWerePut) {
  wire::Customer anna;
  anna.customer_id = "anna";
  anna.__set_name("Änne Müller");
  anna.contacts = {{"email", "anna@example.org"}};
  anna.priorities = {"dairy"};
  client_->putCustomer("q1", anna);
  wire::Customer read;
  client_->getCustomer(read, "anna");
  EXPECT_EQ(read, anna);
}

TEST_P(WireTest, HistoryIsNewestFirstPageByPage) {
  for (int day = 0; day < 3; ++day) {
    wire::PurchaseReply reply;
    client_->recordPurchase(
        reply, "",
        testing::MakePurchase("r" + std::to_string(day), "anna", {{"milk"}},
                              testing::kNoonUs + day * testing::kDayUs));
  }
  wire::HistoryPage page;
  client_->getHistory(page, "anna", 2, "");
  ASSERT_THAT(page.purchases, SizeIs(2));
  EXPECT_EQ(page.purchases[0].purchase.receipt_id, "r2");
  client_->getHistory(page, "anna", 2, std::string(page.next_cursor));
  ASSERT_THAT(page.purchases, SizeIs(1));
  EXPECT_EQ(page.purchases[0].purchase.receipt_id, "r0");
  EXPECT_EQ(page.next_cursor, "");
}

TEST_P(WireTest, ContextTellsAllOfACustomerAtOnce) {
  ImportMilk();
  Buy("r1");
  wire::EventReply reply;
  client_->recordEvent(
      reply, "", testing::MakeEvent(wire::EventKind::VIEW, "anna", "bread"));
  wire::CustomerContext context;
  client_->getContext(context, "anna", "");
  EXPECT_EQ(context.customer.customer_id, "anna");
  EXPECT_EQ(context.facts.purchases, 1);
  EXPECT_EQ(context.facts.events, 1);
  ASSERT_THAT(context.favourites, SizeIs(1));
  EXPECT_EQ(context.favourites[0].name, "Milk");
  EXPECT_THAT(context.last_purchases, SizeIs(1));
  EXPECT_THAT(context.last_events, SizeIs(1));
  EXPECT_THAT(context.next_best, ::testing::Not(::testing::IsEmpty()));
}

TEST_P(WireTest, AnAnswerCarriesATokenThatExplainsIt) {
  ImportMilk();
  wire::RecommendRequest request;
  request.placement = wire::Placement::HOME;
  request.__set_customer_id("anna");
  wire::RecommendReply reply;
  client_->recommend(reply, request);
  ASSERT_THAT(reply.items, SizeIs(2));
  wire::ImpressionContent content;
  client_->explainImpression(content, reply.impression_token);
  EXPECT_EQ(content.placement, wire::Placement::HOME);
  EXPECT_EQ(content.customer_id, "anna");
  EXPECT_THAT(content.product_ids, ElementsAre(reply.items[0].product_id,
                                               reply.items[1].product_id));
}

TEST_P(WireTest, PrioritiesOfTheProfileReachTheHomePage) {
  std::vector<wire::ItemOutcome> outcomes;
  admin_.importProducts(outcomes, {testing::MakeProduct("tea", {"tea"}),
                                   testing::MakeProduct("milk", {"dairy"}),
                                   testing::MakeProduct("soap", {"home"})});
  wire::Customer anna;
  anna.customer_id = "anna";
  anna.priorities = {"dairy"};
  client_->putCustomer("", anna);
  wire::RecommendRequest request;
  request.placement = wire::Placement::HOME;
  request.__set_customer_id("anna");
  wire::RecommendReply reply;
  client_->recommend(reply, request);
  ASSERT_FALSE(reply.items.empty());
  EXPECT_EQ(reply.items[0].product_id, "milk");
  EXPECT_EQ(reply.items[0].reason, wire::ReasonCode::PRIORITY_CATEGORY);
}

TEST_P(WireTest, ReadyAnswerHasTheItemsAskedFor) {
  wire::RecommendReply reply;
  for (const int items : {0, 10, 500}) {
    client_->readyAnswer(reply, items);
    EXPECT_THAT(reply.items, SizeIs(items));
  }
}

TEST_P(WireTest, FeedsComeOutAsTheyWentIn) {
  std::vector<wire::ItemOutcome> outcomes;
  wire::Customer anna;
  anna.customer_id = "anna";
  admin_.importCustomers(outcomes, {anna});
  ImportMilk();
  wire::StockLevel level;
  level.product_id = "milk";
  level.store_id = "north";
  level.__set_quantity_milli(5000);
  level.as_of_us = testing::kNoonUs;
  admin_.importStock(outcomes, {level, level});
  EXPECT_TRUE(outcomes[1].duplicate);
  admin_.importPurchases(outcomes,
                         {testing::MakePurchase("r1", "anna", {{"milk"}})});
  admin_.importReturns(outcomes,
                       {testing::MakeReturn("t1", "r1", {{0, 1000}})});
  EXPECT_FALSE(outcomes[0].__isset.error) << outcomes[0].error.message;
  admin_.importEvents(
      outcomes, {testing::MakeEvent(wire::EventKind::VIEW, "anna", "milk")});

  wire::CustomersPage customers;
  admin_.exportCustomers(customers, 10, "");
  EXPECT_THAT(customers.customers, ElementsAre(anna));
  wire::ProductsPage products;
  admin_.exportProducts(products, 1, "");
  EXPECT_THAT(products.products, ElementsAre(Milk()));
  admin_.exportProducts(products, 1, std::string(products.next_cursor));
  EXPECT_EQ(products.products[0].product_id, "bread");
  wire::StockPage stock;
  admin_.exportStock(stock, 10, "");
  EXPECT_THAT(stock.levels, ElementsAre(level));
  wire::PurchasesPage purchases;
  admin_.exportPurchases(purchases, 10, "");
  ASSERT_THAT(purchases.purchases, SizeIs(1));
  EXPECT_THAT(purchases.purchases[0].returns, SizeIs(1));
  wire::EventsPage events;
  admin_.exportEvents(events, 10, "");
  EXPECT_THAT(events.events, SizeIs(1));
}

TEST_P(WireTest, StatsCountWhatIsThere) {
  ImportMilk();
  Buy("r1");
  wire::Stats stats;
  admin_.stats(stats);
  EXPECT_EQ(stats.products, 2);
  EXPECT_EQ(stats.customers, 1);
  EXPECT_EQ(stats.purchases, 1);
  EXPECT_EQ(stats.purchase_lines, 1);
  ASSERT_THAT(stats.amounts, SizeIs(1));
  EXPECT_EQ(stats.amounts[0].amount, 240);
  EXPECT_GT(stats.log_position, 0);
  EXPECT_GT(stats.resident_bytes, 1 << 20);
  EXPECT_EQ(stats.artefacts_path, server_.data() + "/artefacts");
}

TEST_P(WireTest, ACheckpointIsMadeOpenedAndDropped) {
  Buy("r1");
  wire::CheckpointInfo info, again;
  admin_.createCheckpoint(info);
  admin_.createCheckpoint(again);
  EXPECT_NE(info.path, again.path);
  EXPECT_EQ(info.store_uuid, server_->state().store->uuid());
  {
    const auto store = store::Store::OpenReadOnly(info.path);
    ASSERT_TRUE(store.ok()) << store.status();
    EXPECT_EQ((*store)->Checksum()->ToHex(), server_.Checksum());
  }
  admin_.dropCheckpoint(info.path);
  EXPECT_FALSE(std::filesystem::exists(info.path));
  EXPECT_EQ(ErrorOf([&] { admin_.dropCheckpoint(info.path); }).code,
            wire::ErrorCode::NOT_FOUND);
}

TEST_P(WireTest, IndexesAreListedPublishedAndRolledBack) {
  server_.WriteArtefact("v1");
  server_.WriteArtefact("v2");
  wire::IndexVersion version;
  admin_.publishIndex(version, "v1");
  admin_.publishIndex(version, "v2");
  admin_.rollbackIndex(version);
  EXPECT_EQ(version.version, "v1");
  std::vector<wire::IndexVersion> versions;
  admin_.listIndexes(versions);
  EXPECT_THAT(versions,
              UnorderedElementsAre(Field(&wire::IndexVersion::serving, true),
                                   Field(&wire::IndexVersion::serving, false)));
}

TEST_P(WireTest, AuthenticateIsNoErrorWhereNoTokensAreKnown) {
  client_->authenticate("whatever");
  EXPECT_EQ(Buy("r1").receipt_id, "r1");
}

TEST_P(WireTest, MultiplexedClientsReachBothServices) {
  wire::AdminClient admin(
      std::make_shared<TMultiplexedProtocol>(client_.protocol(), "Admin"));
  wire::StorefrontClient storefront(
      std::make_shared<TMultiplexedProtocol>(client_.protocol(), "Storefront"));
  wire::Stats stats;
  admin.stats(stats);
  wire::RecommendReply reply;
  storefront.readyAnswer(reply, 1);
  EXPECT_THAT(reply.items, SizeIs(1));
  EXPECT_ANY_THROW(wire::AdminClient(std::make_shared<TMultiplexedProtocol>(
                                         client_.protocol(), "Storefront"))
                       .stats(stats));
}

TEST(WireProtocolsTest, BinaryAndCompactGiveEqualAnswers) {
  TestServer server;
  Client binary(server, Protocol::kBinary), compact(server, Protocol::kCompact);
  std::vector<wire::ItemOutcome> outcomes;
  binary.admin().importProducts(outcomes, {Milk(), testing::MakeProduct("b")});
  wire::PurchaseReply reply;
  compact->recordPurchase(reply, "",
                          testing::MakePurchase("r1", "anna", {{"milk"}}));
  wire::RecommendRequest request;
  request.placement = wire::Placement::HOME;
  request.__set_customer_id("anna");
  wire::RecommendReply one, two;
  binary->recommend(one, request);
  compact->recommend(two, request);
  EXPECT_EQ(one.items, two.items);
  wire::CustomerContext first, second;
  binary->getContext(first, "anna", "");
  compact->getContext(second, "anna", "");
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace patron::api
