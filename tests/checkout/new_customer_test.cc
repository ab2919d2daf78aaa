// A customer's very first purchase by reserve and commit.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/checkout/source.h"
#include "server/loyalty/account.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/temp_dir.h"

namespace patron::checkout {
namespace {

using ::patron::testing::AppliedStore;

wire::CommandBody Definitions() {
  wire::CommandBody body;
  body.put_definitions.definitions = testing::SmallDefinitions();
  body.put_definitions.overwrite = true;
  body.__isset.put_definitions = true;
  return body;
}

wire::CommandBody Reserve(const std::string& customer) {
  wire::CommandBody body;
  body.reserve.reservation_id = "b1";
  body.reserve.hold_us = 60'000'000;
  wire::QuoteRequest& request = body.reserve.request;
  if (!customer.empty()) request.__set_customer_id(customer);
  request.currency = "EUR";
  request.codes = {"SHARED"};
  request.lines.resize(1);
  request.lines[0].product_id = "p1";
  request.lines[0].list_amount = 400;
  body.__isset.reserve = true;
  return body;
}

wire::CommandBody Commit() {
  wire::CommandBody body;
  body.commit_reservation.reservation_id = "b1";
  body.commit_reservation.receipt_id = "r1";
  body.__isset.commit_reservation = true;
  return body;
}

TEST(NewCustomerTest, TheFirstBasketOfAStrangerEarnsLikeAnyOther) {
  testing::TempDir dir;
  AppliedStore store(dir.File("store"));
  ASSERT_FALSE(store.Apply(Definitions()).__isset.refusal);
  ASSERT_FALSE(store.Apply(Reserve("stranger")).__isset.refusal);
  const wire::CommandReply committed = store.Apply(Commit());
  ASSERT_FALSE(committed.__isset.refusal) << committed.refusal.message;
  ASSERT_FALSE(committed.committed.points.empty());
  EXPECT_EQ(committed.committed.points[0].programme_id, "club");
  EXPECT_EQ(committed.committed.points[0].balance, 4 + 50);  // and the offer's
}

TEST(NewCustomerTest, ABasketOfNobodyEarnsNothing) {
  testing::TempDir dir;
  AppliedStore store(dir.File("store"));
  ASSERT_FALSE(store.Apply(Definitions()).__isset.refusal);
  ASSERT_FALSE(store.Apply(Reserve("")).__isset.refusal);
  EXPECT_TRUE(store.Apply(Commit()).committed.points.empty());
  EXPECT_EQ(store.state().accounts.size(), 0);
}

}  // namespace
}  // namespace patron::checkout
