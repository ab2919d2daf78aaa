#include "server/customers/purchases.h"

#include <string>

#include "server/customers/history.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::Body;
using ::patron::testing::MakeEvent;
using ::patron::testing::MakePurchase;
using ::patron::testing::MakeReturn;
using ::patron::testing::StatusIs;
using ::patron::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PurchasesTest : public ::testing::Test {
 protected:
  TempDir dir_;
  AppliedStore store_{dir_.File("store")};
};

TEST_F(PurchasesTest, AReceiptCountsOnceForEver) {
  const wire::Purchase purchase =
      MakePurchase("r1", "ann", {{"milk", 2000, 250}});
  EXPECT_FALSE(store_.Apply(Body(purchase)).purchase.duplicate);
  store_.Reopen();
  const wire::CommandReply again = store_.Apply(Body(purchase));
  EXPECT_TRUE(again.purchase.duplicate);
  EXPECT_EQ(again.purchase.log_position, 1);
  EXPECT_EQ(store_.FactsOf("ann").summary.purchases, 1);
  EXPECT_EQ(store_.state().totals.Now().lines, 1);
}

TEST_F(PurchasesTest, AnotherContentUnderAKnownReceiptIsRefusedWithBoth) {
  store_.Apply(Body(MakePurchase("r1", "ann", {{"milk", 1000, 250}})));
  const std::string before = store_.Checksum();
  for (const wire::Purchase& other :
       {MakePurchase("r1", "ann", {{"milk", 1000, 251}}),
        MakePurchase("r1", "bob", {{"milk", 1000, 250}}),
        MakePurchase("r1", "", {{"milk", 1000, 250}}),
        MakePurchase("r1", "ann", {{"oats", 1000, 250}}),
        MakePurchase("r1", "ann", {{"milk", 1000, 250}, {"oats"}})}) {
    const wire::CommandReply reply = store_.Apply(Body(other));
    ASSERT_TRUE(reply.__isset.refusal);
    EXPECT_EQ(reply.refusal.code, wire::ErrorCode::ALREADY_EXISTS);
    EXPECT_THAT(reply.refusal.message, HasSubstr("1 lines, 250 EUR; now"));
  }
  // Nothing but the position of the log has moved.
  EXPECT_EQ(store_.FactsOf("ann").summary.purchases, 1);
  EXPECT_EQ(store_.state().ordinals.customers.size(), 1u);
  EXPECT_EQ(store_.state().ordinals.products.size(), 1u);
  EXPECT_NE(before, "");
}

TEST_F(PurchasesTest, DiscountsInAnotherOrderAreTheSameReceipt) {
  wire::Purchase purchase = MakePurchase("r1", "ann", {{"milk"}});
  wire::Discount loyalty, coupon;
  loyalty.cause = "loyalty";
  loyalty.amount = 5;
  coupon.cause = "coupon";
  coupon.amount = 7;
  purchase.lines[0].discounts = {loyalty, coupon};
  store_.Apply(Body(purchase));
  std::swap(purchase.lines[0].discounts[0], purchase.lines[0].discounts[1]);
  EXPECT_TRUE(store_.Apply(Body(purchase)).purchase.duplicate);
  purchase.lines[0].discounts[0].amount = 8;
  EXPECT_EQ(store_.Apply(Body(purchase)).refusal.code,
            wire::ErrorCode::ALREADY_EXISTS);
}

TEST_F(PurchasesTest, RefundsOfPartsAddUpToTheAmountToTheCent) {
  store_.Apply(Body(MakePurchase("r1", "ann", {{"wine", 3000, 1000}})));
  int64_t refunded = 0;
  for (const char* id : {"a", "b", "c"})
    refunded += store_.Apply(Body(MakeReturn(id, "r1", {{0, 1000}})))
                    .purchase_return.refund;
  EXPECT_EQ(refunded, 1000);
  const facts::CustomerFacts facts = store_.FactsOf("ann");
  EXPECT_TRUE(facts.items.empty());
  EXPECT_TRUE(facts.summary.spend.empty());
  EXPECT_EQ(facts.summary.purchases, 0);
  EXPECT_EQ(facts.summary.returns, 3);
  EXPECT_EQ(facts.summary.last_day, 0);
}

TEST_F(PurchasesTest, AReturnTakesBackWhatTheLineGaveAndNoMore) {
  const int64_t kWeek = 7 * testing::kDayUs;
  store_.Apply(Body(MakePurchase("r1", "ann", {{"milk"}, {"oats"}},
                                 testing::kNoonUs - kWeek)));
  store_.Apply(Body(MakePurchase("r2", "ann", {{"milk"}, {"wine"}})));
  store_.Apply(Body(MakeReturn("x", "r2", {{0, 1000}})));
  const facts::CustomerFacts facts = store_.FactsOf("ann");
  ASSERT_EQ(facts.items.size(), 3u);
  EXPECT_EQ(facts.items[0].times, 1);
  EXPECT_EQ(facts.items[0].last_day(), facts.items[1].last_day())
      << "milk back to r1's day";
  EXPECT_EQ(facts.summary.lines, 3);
  EXPECT_EQ(facts.summary.spend[0].second, 300);
}

wire::Discount Taken(const std::string& cause, int64_t amount,
                     bool third_party = false) {
  wire::Discount discount;
  discount.cause = cause;
  discount.amount = amount;
  discount.third_party = third_party;
  return discount;
}

TEST_F(PurchasesTest, DiscountsAndCouponsAreCountedNetOfReturns) {
  wire::Purchase purchase = MakePurchase(
      "r1", "ann", {{"milk"}, {"oats"}, {"wine"}, {"soap"}, {"gift", 1000, 0}});
  purchase.lines[1].discounts = {Taken("loyalty", 10)};    // 9 %
  purchase.lines[2].discounts = {Taken("coupon:7", 100)};  // 50 %
  purchase.lines[3].discounts = {Taken("maker", 80, /*third_party=*/true)};
  purchase.lines[4].discounts = {Taken("offer:gift", 100)};
  store_.Apply(Body(purchase));
  purchase = MakePurchase("r2", "ann", {{"milk"}},
                          testing::kNoonUs + 3 * testing::kDayUs);
  purchase.lines[0].discounts = {Taken("coupon", 50)};  // 33 %
  store_.Apply(Body(purchase));
  const Day day = testing::kNoonUs / testing::kDayUs;
  const facts::Summary all = store_.FactsOf("ann").summary;
  EXPECT_THAT(all.discount_bands, ElementsAre(2, 1, 1, 1, 1));
  EXPECT_EQ(all.coupon_lines, 4);
  EXPECT_EQ(all.coupon_purchases, 2);
  EXPECT_THAT(all.coupon_days, ElementsAre(day + 3, day, 0, 0));

  store_.Apply(Body(MakeReturn("x", "r2", {{0, 500}})));
  EXPECT_EQ(store_.FactsOf("ann").summary.coupon_lines, 4) << "part is kept";
  store_.Apply(Body(MakeReturn("y", "r2", {{0, 500}})));
  store_.Apply(Body(MakeReturn("z", "r1", {{4, 1000}})));
  store_.Reopen();
  const facts::Summary kept = store_.FactsOf("ann").summary;
  EXPECT_THAT(kept.discount_bands, ElementsAre(2, 1, 0, 1, 0));
  EXPECT_EQ(kept.coupon_lines, 2);
  EXPECT_EQ(kept.coupon_purchases, 1);
  EXPECT_EQ(kept.last_coupon_day(), day);
}

TEST_F(PurchasesTest, AReturnIdCountsOnceAReceipt) {
  store_.Apply(Body(MakePurchase("r1", "ann", {{"wine", 3000, 1000}})));
  const auto first = store_.Apply(Body(MakeReturn("x", "r1", {{0, 1000}})));
  const auto again = store_.Apply(Body(MakeReturn("x", "r1", {{0, 1000}})));
  EXPECT_FALSE(first.purchase_return.duplicate);
  EXPECT_TRUE(again.purchase_return.duplicate);
  EXPECT_EQ(again.purchase_return.refund, first.purchase_return.refund);
  const auto other = store_.Apply(Body(MakeReturn("x", "r1", {{0, 2000}})));
  EXPECT_EQ(other.refusal.code, wire::ErrorCode::ALREADY_EXISTS);
  EXPECT_EQ(store_.FactsOf("ann").summary.returns, 1);
}

TEST_F(PurchasesTest, ReturnsThatCannotBeAreRefusedWithBothValues) {
  store_.Apply(
      Body(MakePurchase("r1", "ann", {{"wine", 1500, 1000}, {"gift", 0, 0}})));
  struct Case {
    wire::PurchaseReturn asked;
    wire::ErrorCode::type code;
    const char* message;
  };
  for (const Case& c : {
           Case{MakeReturn("x", "r9", {{0, 1}}), wire::ErrorCode::NOT_FOUND,
                "\"r9\""},
           Case{MakeReturn("x", "r1", {{2, 1}}),
                wire::ErrorCode::INVALID_ARGUMENT, "lines 0 to 1"},
           Case{MakeReturn("x", "r1", {{-1, 1}}),
                wire::ErrorCode::INVALID_ARGUMENT, "line: -1"},
           Case{MakeReturn("x", "r1", {{0, 1501}}),
                wire::ErrorCode::FAILED_PRECONDITION,
                "1500 left to return, wanted 1501"},
           Case{MakeReturn("x", "r1", {{1, 1}}),
                wire::ErrorCode::FAILED_PRECONDITION,
                "0 left to return, wanted 1"},
       }) {
    const wire::CommandReply reply = store_.Apply(Body(c.asked));
    ASSERT_TRUE(reply.__isset.refusal) << c.message;
    EXPECT_EQ(reply.refusal.code, c.code) << c.message;
    EXPECT_THAT(reply.refusal.message, HasSubstr(c.message));
  }
  EXPECT_EQ(store_.FactsOf("ann").summary.returns, 0);
}

TEST_F(PurchasesTest,
       HistoryShowsPurchasesReturnsAndEventsNewestFirstPageByPage) {
  for (int i = 0; i < 5; ++i) {
    store_.Apply(
        Body(MakePurchase(std::string(1, static_cast<char>('a' + i)), "ann",
                          {{"milk"}}, testing::kNoonUs + 2 * i)));
    store_.Apply(Body(MakeEvent(wire::EventKind::VIEW, "ann", "milk",
                                testing::kNoonUs + 2 * i + 1)));
  }
  store_.Apply(Body(MakeReturn("x", "e", {{0, 1000}})));
  std::vector<std::string> receipts;
  int events = 0, pages = 0;
  std::string cursor;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        customers::ReadHistory(*store_.state().store, store_.state().ordinals,
                               CustomerOrdinal(0), 3, cursor));
    EXPECT_LE(page.purchases.size() + page.events.size(), 3u);
    for (const auto& purchase : page.purchases)
      receipts.push_back(purchase.purchase.receipt_id);
    if (pages == 0) {
      EXPECT_EQ(page.purchases[0].returns.size(), 1u);
    }
    events += static_cast<int>(page.events.size());
    cursor = page.next_cursor;
    ++pages;
  } while (!cursor.empty());
  EXPECT_THAT(receipts, ElementsAre("e", "d", "c", "b", "a"));
  EXPECT_EQ(events, 5);
  EXPECT_EQ(pages, 4);
  EXPECT_THAT(
      customers::ReadHistory(*store_.state().store, store_.state().ordinals,
                             CustomerOrdinal(0), 3, "xyz"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("cursor")));
}

TEST_F(PurchasesTest, AnEventToldTwiceCountsOnce) {
  wire::Event event = MakeEvent(wire::EventKind::CLICK, "ann", "milk");
  EXPECT_FALSE(store_.Apply(Body(event)).done.duplicate);
  EXPECT_TRUE(store_.Apply(Body(event)).done.duplicate);
  event.__set_dwell_ms(7);
  EXPECT_FALSE(store_.Apply(Body(event)).done.duplicate)
      << "another content without an id";
  event.__set_event_id("e1");
  EXPECT_FALSE(store_.Apply(Body(event)).done.duplicate);
  event.__set_dwell_ms(8);
  EXPECT_TRUE(store_.Apply(Body(event)).done.duplicate)
      << "the id is its identity";
  EXPECT_EQ(store_.FactsOf("ann").summary.events, 3);
}

TEST(PurchaseValidationTest, BadFieldsAreNamedWithTheirValues) {
  const auto with = [](auto change) {
    wire::Purchase purchase = MakePurchase("r1", "ann", {{"milk"}, {"oats"}});
    change(purchase);
    return customers::Validate(purchase);
  };
  EXPECT_OK(with([](auto&) {}));
  struct Case {
    absl::Status status;
    const char* message;
  };
  for (const Case& c : {
           Case{with([](auto& p) { p.receipt_id = ""; }),
                "receipt_id: is empty"},
           Case{with([](auto& p) { p.receipt_id = std::string(1 << 20, 'x'); }),
                "longer than 128 bytes"},
           Case{with([](auto& p) { p.__set_customer_id("\xff"); }),
                "customer_id: \"\\xff\""},
           Case{with([](auto& p) { p.currency = "euro"; }),
                "currency: \"euro\""},
           Case{with([](auto& p) { p.lines.clear(); }), "lines: "},
           Case{with([](auto& p) { p.lines[1].quantity_milli = -5; }),
                "lines[1].quantity_milli: -5"},
           Case{with([](auto& p) { p.lines[1].amount = -1; }),
                "lines[1].amount: -1"},
           Case{with([](auto& p) { p.lines[0].product_id = ""; }),
                "lines[0].product_id"},
           Case{with([](auto& p) { p.lines[0].__set_list_amount(99); }),
                "lines[0].list_amount: 99 is not amount and the shop's "
                "discounts together, 100"},
           Case{with([](auto& p) { p.lines[0].tax = 101; }),
                "lines[0].tax: 101"},
           Case{with([](auto& p) { p.happened_at_us = -5; }),
                "happened_at_us: -5"},
       })
    EXPECT_THAT(c.status, StatusIs(absl::StatusCode::kInvalidArgument,
                                   HasSubstr(c.message)));
}

}  // namespace
}  // namespace patron
