// What was shown to a customer stands in her facts until she buys it or looks
// at it.
#include <string>
#include <vector>

#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::customers {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::Body;
using ::patron::testing::kNoonUs;
using ::patron::testing::MakeEvent;
using ::patron::testing::MakeProduct;
using ::patron::testing::MakePurchase;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ShownTest : public ::testing::Test {
 protected:
  ShownTest() {
    for (const char* id : {"milk", "soap", "tea", "rice"})
      store_.Apply(Body(MakeProduct(id)));
    store_.Apply(Body(MakePurchase("r0", "ann", {{"rice"}})));
  }

  void Show(const std::string& customer, const std::vector<int32_t>& products) {
    wire::Impression shown;
    shown.customer_id = customer;
    shown.products = products;
    wire::CommandBody body;
    body.record_impressions.impressions = {shown};
    body.__isset.record_impressions = true;
    store_.Apply(std::move(body));
  }
  // "product×times", latest first; the same after a restart.
  std::vector<std::string> Shown(const std::string& customer) {
    std::vector<std::string> out;
    for (const facts::Showing& one : store_.FactsOf(customer).shown)
      out.push_back(std::to_string(one.product.value()) + "x" +
                    std::to_string(one.times));
    const auto before = store_.FactsOf(customer).shown;
    store_.Reopen();
    EXPECT_EQ(store_.FactsOf(customer).shown, before);
    return out;
  }

  testing::TempDir dir_;
  AppliedStore store_{dir_.File("store")};
};

TEST_F(ShownTest, AnswersAreCountedBestFirst) {
  Show("ann", {0, 1, 2});
  Show("ann", {2, 0});
  EXPECT_THAT(Shown("ann"), ElementsAre("2x2", "0x2", "1x1"));
}

TEST_F(ShownTest, APurchaseAndAClickTakeTheirProductAway) {
  Show("ann", {0, 1, 2});
  store_.Apply(Body(MakePurchase("r1", "ann", {{"milk"}})));
  EXPECT_THAT(Shown("ann"), ElementsAre("1x1", "2x1"));
  store_.Apply(
      Body(MakeEvent(wire::EventKind::CLICK, "ann", "tea", kNoonUs + 1)));
  EXPECT_THAT(Shown("ann"), ElementsAre("1x1"));
}

TEST_F(ShownTest, WhatStandsFarDownWasNotSeen) {
  std::vector<int32_t> products;
  for (int32_t i = 0; i < 500; ++i) products.push_back(i);
  Show("ann", products);
  EXPECT_THAT(Shown("ann"), SizeIs(facts::kPlacesSeen));
}

TEST_F(ShownTest, AShowingToNobodyOrSomebodyUnknownMakesNoCustomer) {
  const uint32_t customers = store_.state().ordinals.customers.size();
  Show("", {0});
  Show("zoe", {0});
  EXPECT_EQ(store_.state().ordinals.customers.size(), customers);
}

TEST_F(ShownTest, AMergeKeepsWhatBothWereShown) {
  store_.Apply(Body(MakePurchase("r2", "bea", {{"rice"}})));
  Show("ann", {0});
  Show("bea", {0, 1});
  wire::CommandBody body;
  body.merge_customers.kept_id = "ann";
  body.merge_customers.absorbed_id = "bea";
  body.__isset.merge_customers = true;
  store_.Apply(std::move(body));
  EXPECT_THAT(Shown("ann"), ElementsAre("0x2", "1x1"));
}

TEST_F(ShownTest, AStoreWithoutShowingsReadsAsNothingShown) {
  EXPECT_THAT(Shown("ann"), IsEmpty());
}

}  // namespace
}  // namespace patron::customers
