#include "server/columns/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/columns/convert.h"
#include "server/subjects/fields.h"
#include "server/subjects/subjects.h"
#include "tests/columns/small_shop.h"
#include "tests/testing/seed.h"

namespace patron::columns {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TableTest : public ::testing::Test {
 protected:
  std::shared_ptr<const Snapshot> Now() { return shop_.table().Now(); }
  std::shared_ptr<const Snapshot> NowAfterPublish() {
    shop_.Publish();
    return Now();
  }
  static wire::StoredLine Line(uint32_t product, int64_t amount) {
    return SmallShop::MakeLine(product, amount);
  }

  SmallShop shop_;
};

// ---- what stands in a row

TEST_F(TableTest, KnowsNobodyAtFirst) {
  const auto now = Now();
  EXPECT_EQ(now->position, LogPosition(0));
  EXPECT_EQ(now->ordinals, 0u);
  EXPECT_EQ(now->Find(CustomerOrdinal(0)), nullptr);
  EXPECT_EQ(now->Find(kAnonymous), nullptr);
}

TEST_F(TableTest, ALineHasAllThatTheReceiptSays) {
  shop_.Buy(3, {Line(5, 250)});
  const auto now = NowAfterPublish();
  ASSERT_EQ(LinesOf(*now, 3).size(), 1u);
  const columns::Line line = LinesOf(*now, 3)[0];
  EXPECT_EQ(line.product, 5u);
  EXPECT_EQ(line.store, 7u);
  EXPECT_EQ(line.day, 100);
  EXPECT_EQ(shop_.table().TextOf(line.channel), "web");
  EXPECT_EQ(shop_.table().TextOf(line.currency), "EUR");
  EXPECT_EQ(line.amount, 250);
  EXPECT_EQ(line.quantity_milli, 1000);
}

TEST_F(TableTest, OrdinalsBelowAKnownOneAreCustomersToo) {
  shop_.Buy(600, {Line(1, 1)});
  const auto now = NowAfterPublish();
  EXPECT_EQ(now->ordinals, 601u);
  EXPECT_EQ(now->customers, 601u);
  ASSERT_EQ(now->blocks.size(), 2u);
  ASSERT_NE(now->Find(CustomerOrdinal(599)), nullptr);
  EXPECT_TRUE(now->Find(CustomerOrdinal(599))->is_customer);
  EXPECT_EQ(now->Find(CustomerOrdinal(599))->summary, nullptr);
  EXPECT_EQ(now->Find(CustomerOrdinal(601)), nullptr);
  EXPECT_FALSE(now->blocks[1]->rows[89].is_customer);
}

TEST_F(TableTest, AnAnonymousReceiptIsNobodys) {
  shop_.Buy(0, {Line(1, 1)});
  shop_.feed().AddPurchase(kAnonymous, SmallShop::MakePurchase({Line(1, 2)}));
  wire::EventRow visitors;
  shop_.feed().AddEvent(kAnonymous, visitors);
  const auto now = NowAfterPublish();
  EXPECT_EQ(now->ordinals, 1u);
  EXPECT_EQ(now->blocks[0]->lines.tail->size(), 1u);
  EXPECT_EQ(now->blocks[0]->events.tail->size(), 0u);
}

TEST_F(TableTest, FactsTraitsAndAccountsAreThoseOfTheirTables) {
  shop_.Summary(0).purchases = 4;
  wire::Customer profile;
  profile.customer_id = "ann";
  shop_.facts().SetTraits(CustomerOrdinal(0), facts::MakeTraits(profile));
  shop_.accounts().Mutable(CustomerOrdinal(0)).referrer = 9;
  const Row row = *NowAfterPublish()->Find(CustomerOrdinal(0));
  EXPECT_EQ(row.summary->purchases, 4);
  EXPECT_EQ(row.traits->customer_id, "ann");
  EXPECT_EQ(row.account->referrer, 9);

  shop_.facts().Clear(CustomerOrdinal(0));
  const Row cleared = *NowAfterPublish()->Find(CustomerOrdinal(0));
  EXPECT_EQ(cleared.summary->purchases, 0);
  EXPECT_EQ(cleared.traits, nullptr);
  EXPECT_EQ(cleared.account, row.account) << "not changed: the very same";
}

TEST_F(TableTest, AnAbsorbedOrdinalIsNoCustomerAndHasNothing) {
  shop_.Buy(0, {Line(1, 1)});
  shop_.View(0, 1);
  shop_.Buy(1, {Line(2, 2)});
  EXPECT_EQ(NowAfterPublish()->customers, 2u);
  shop_.feed().Absorbed(CustomerOrdinal(0));
  shop_.Replace(1, {Line(1, 1), Line(2, 2)});
  const auto now = NowAfterPublish();
  EXPECT_EQ(now->customers, 1u);
  EXPECT_EQ(now->ordinals, 2u);
  EXPECT_FALSE(now->Find(CustomerOrdinal(0))->is_customer);
  EXPECT_THAT(LinesOf(*now, 0), IsEmpty());
  EXPECT_THAT(EventsOf(*now, 0), IsEmpty());
  EXPECT_THAT(AmountsOf(*now, 1), ElementsAre(1, 2));
}

// ---- positions

TEST_F(TableTest, NothingNewGivesTheSameSnapshot) {
  shop_.Buy(0, {Line(1, 1)});
  const auto now = NowAfterPublish();
  EXPECT_EQ(Now(), now);
}

TEST_F(TableTest, ABatchThatChangesNobodyMovesThePosition) {
  shop_.Buy(0, {Line(1, 1)});
  const auto before = NowAfterPublish();
  const auto after = NowAfterPublish();
  EXPECT_EQ(shop_.table().published(), LogPosition(2));
  EXPECT_EQ(after->position, LogPosition(2));
  EXPECT_EQ(before->position, LogPosition(1));
  EXPECT_EQ(after->blocks[0], before->blocks[0]);
}

TEST_F(TableTest, ChangedTellsTheBatchThatTouchedARow) {
  shop_.Buy(0, {Line(1, 1)});
  shop_.Buy(700, {Line(1, 1)});
  NowAfterPublish();
  shop_.Buy(1, {Line(1, 1)});
  shop_.Publish();
  shop_.View(2, 1);
  shop_.Publish();
  shop_.Buy(800, {Line(1, 1)});  // new at the position that knows of her
  const auto now = NowAfterPublish();
  EXPECT_EQ(now->Find(CustomerOrdinal(0))->changed, 1u);
  EXPECT_EQ(now->Find(CustomerOrdinal(1))->changed, 2u);
  EXPECT_EQ(now->Find(CustomerOrdinal(2))->changed, 3u);
  EXPECT_EQ(now->blocks[0]->changed, 3u);
  EXPECT_EQ(now->Find(CustomerOrdinal(700))->changed, 1u);
  EXPECT_EQ(now->Find(CustomerOrdinal(750))->changed, 4u);
  EXPECT_EQ(now->blocks[1]->changed, 4u);
}

// ---- copy on write

TEST_F(TableTest, AnOldSnapshotStaysAsItWas) {
  shop_.Buy(0, {Line(1, 10)});
  shop_.Buy(600, {Line(1, 60)});
  const auto first = NowAfterPublish();
  shop_.Buy(0, {Line(1, 11)});
  const auto second = NowAfterPublish();
  shop_.Replace(0, {Line(1, 12)});
  shop_.feed().Absorbed(CustomerOrdinal(600));
  const auto third = NowAfterPublish();

  EXPECT_THAT(AmountsOf(*first, 0), ElementsAre(10));
  EXPECT_THAT(AmountsOf(*second, 0), ElementsAre(10, 11));
  EXPECT_THAT(AmountsOf(*third, 0), ElementsAre(12));
  EXPECT_EQ(first->Find(CustomerOrdinal(0))->summary->purchases, 1);
  EXPECT_EQ(second->Find(CustomerOrdinal(0))->summary->purchases, 2);
  EXPECT_TRUE(second->Find(CustomerOrdinal(600))->is_customer);
  EXPECT_FALSE(third->Find(CustomerOrdinal(600))->is_customer);
  EXPECT_EQ(second->customers, 601u);
  EXPECT_EQ(third->customers, 600u);
  EXPECT_EQ(first->blocks[1], second->blocks[1]) << "not touched: shared";
}

TEST_F(TableTest, WhatNobodyHoldsIsChangedInPlace) {
  shop_.Buy(0, {Line(1, 1)});
  auto held = NowAfterPublish();
  const Block* const before = held->blocks[0].get();
  shop_.Buy(1, {Line(1, 1)});
  EXPECT_NE(NowAfterPublish()->blocks[0].get(), before) << "somebody holds it";

  held = nullptr;
  const Block* const copied = Now()->blocks[0].get();
  const Snapshot* const snapshot = Now().get();
  shop_.Buy(2, {Line(1, 1)});
  const auto after = NowAfterPublish();
  EXPECT_EQ(after->blocks[0].get(), copied);
  EXPECT_EQ(after.get(), snapshot);
}

// ---- tails

TEST_F(TableTest, ATailThatGrowsIsMergedAndLosesNothing) {
  std::vector<int64_t> bought;
  bool merged = false;
  for (int64_t i = 0; i < 700; ++i) {
    shop_.Buy(static_cast<uint32_t>(i % 3 * 100), {Line(1, i)});
    if (i % 3 == 0) bought.push_back(i);
    const auto now = NowAfterPublish();
    const Rows<LineColumns>& lines = now->blocks[0]->lines;
    ASSERT_LE(lines.tail->size(), kMostTail);
    ASSERT_EQ(lines.base->size() + lines.tail->size(),
              static_cast<size_t>(i + 1));
    ASSERT_EQ(AmountsOf(*now, 0), bought);
    merged = merged || lines.base->size() > 0;
  }
  EXPECT_TRUE(merged);
}

TEST_F(TableTest, OfALargeBaseTheTailMayBeALargePart) {
  for (int i = 0; i < 10'000; ++i) shop_.Buy(0, {Line(1, i)});
  EXPECT_EQ(NowAfterPublish()->blocks[0]->lines.base->size(), 10'000u);
  for (int i = 0; i < 625; ++i) shop_.Buy(0, {Line(1, i)});
  EXPECT_EQ(NowAfterPublish()->blocks[0]->lines.tail->size(), 625u);
  shop_.Buy(0, {Line(1, 1)});
  EXPECT_EQ(NowAfterPublish()->blocks[0]->lines.base->size(), 10'626u);
}

TEST_F(TableTest, ReplacedLinesAreTheLastOnesWhateverCameBefore) {
  shop_.Buy(0, {Line(1, 1)});
  shop_.Buy(1, {Line(1, 100)});
  shop_.Publish();
  shop_.Buy(0, {Line(1, 2)});  // waits beside what voids it
  shop_.Publish();
  shop_.Buy(0, {Line(1, 3)});
  shop_.Replace(0, {Line(1, 4)});
  shop_.Replace(0, {Line(1, 5), Line(1, 6)});
  shop_.Buy(0, {Line(1, 7)});
  shop_.Publish();
  shop_.Buy(0, {Line(1, 8)});
  const auto now = NowAfterPublish();
  EXPECT_THAT(AmountsOf(*now, 0), ElementsAre(5, 6, 7, 8));
  EXPECT_THAT(AmountsOf(*now, 1), ElementsAre(100));
}

TEST_F(TableTest, ReplacedLinesOfABaseComeBackInTheNextMerge) {
  for (int i = 0; i < 300; ++i) shop_.Buy(0, {Line(1, i)});
  shop_.Buy(1, {Line(1, 1)});
  ASSERT_EQ(NowAfterPublish()->blocks[0]->lines.base->size(), 301u);
  shop_.Replace(0, {Line(1, 5)});
  const auto replaced = NowAfterPublish();
  EXPECT_TRUE(replaced->blocks[0]->lines.replaced[0]);
  EXPECT_FALSE(replaced->blocks[0]->lines.replaced[1]);
  EXPECT_THAT(AmountsOf(*replaced, 0), ElementsAre(5));

  for (int i = 0; i < 256; ++i) shop_.Buy(2, {Line(1, i)});
  const auto merged = NowAfterPublish();
  EXPECT_TRUE(merged->blocks[0]->lines.replaced.none());
  EXPECT_EQ(merged->blocks[0]->lines.base->size(), 258u);
  EXPECT_THAT(AmountsOf(*merged, 0), ElementsAre(5));
}

TEST_F(TableTest, EventsStandBesideLines) {
  wire::EventRow plain;
  plain.kind = 3;
  plain.product = -1;
  plain.store = -1;
  plain.local_day = 50;
  wire::EventRow measured = plain;
  measured.__set_value(-7);
  measured.__set_dwell_ms(int64_t{1} << 40);
  measured.kind = wire::EventKind::SURVEY;
  measured.__set_measure(wire::Measure::CSI);
  measured.channel = "app";
  shop_.View(0, 4);
  shop_.feed().AddEvent(CustomerOrdinal(0), plain);
  shop_.feed().AddEvent(CustomerOrdinal(0), measured);
  const auto events = EventsOf(*NowAfterPublish(), 0);
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].product, 4u);
  EXPECT_EQ(events[1].product, kNoProduct.value());
  EXPECT_EQ(events[1].what, 3);
  EXPECT_FALSE(events[1].has_value);
  EXPECT_FALSE(events[1].has_dwell);
  EXPECT_EQ(events[1].channel, 0);
  EXPECT_EQ(events[2].value, -7);
  EXPECT_TRUE(events[2].has_value);
  EXPECT_EQ(events[2].dwell_ms, int64_t{1} << 40);
  EXPECT_EQ(shop_.table().TextOf(events[2].channel), "app");

  shop_.feed().BeginEvents(CustomerOrdinal(0));
  shop_.feed().AddEvent(CustomerOrdinal(0), plain);
  EXPECT_EQ(EventsOf(*NowAfterPublish(), 0).size(), 1u);
}

// ---- numbers

TEST(NumbersTest, OneWideNumberWidensAllAndNarrowOnesStayNarrow) {
  Numbers numbers;
  numbers.Add(-5);
  numbers.Add(2'147'483'647);
  EXPECT_EQ(numbers.narrow().size(), 2u);
  numbers.Add(2'147'483'648);
  EXPECT_TRUE(numbers.narrow().empty());
  EXPECT_EQ(numbers.size(), 3u);
  EXPECT_EQ(numbers[0], -5);
  EXPECT_EQ(numbers[2], 2'147'483'648);

  Numbers part;
  part.Add(numbers, 0, 2);
  EXPECT_TRUE(part.wide().empty()) << "the wide one was left out";
  EXPECT_EQ(part[1], 2'147'483'647);
  part.Add(numbers, 2, 3);
  EXPECT_EQ(part[2], 2'147'483'648);
  EXPECT_EQ(part[0], -5);
}

TEST_F(TableTest, AWideAmountStandsBesideNarrowOnesAndLeavesThemNarrow) {
  shop_.Buy(0, {Line(1, 7), Line(2, int64_t{1} << 50), Line(3, 8)});
  const auto now = NowAfterPublish();
  EXPECT_THAT(AmountsOf(*now, 0), ElementsAre(7, 8, int64_t{1} << 50));
  EXPECT_EQ(now->blocks[0]->lines.tail->amount.wide().size(), 3u);
  EXPECT_EQ(now->blocks[0]->lines.tail->quantity_milli.narrow().size(), 3u);
  shop_.Replace(0, {Line(1, 7)});
  EXPECT_TRUE(NowAfterPublish()->blocks[0]->lines.tail->amount.wide().empty());
}

struct OneReceipt final : subjects::History {
  wire::PurchaseRow row;
  void Purchases(absl::FunctionRef<bool(int64_t, const wire::PurchaseRow&)>
                     visit) const override {
    visit(int64_t{200} * 86'400'000'000, row);
  }
  void Events(
      absl::FunctionRef<bool(int64_t, const wire::EventRow&)>) const override {}
};

// A line of which any part came back, refunded as a return would.
wire::StoredLine RandomLine(std::mt19937_64& random) {
  wire::StoredLine line = SmallShop::MakeLine(
      static_cast<uint32_t>(random() % 100),
      static_cast<int64_t>(random() % (random() % 9 == 0 ? 1 << 30 : 5000)));
  line.quantity_milli = static_cast<int64_t>(random() % 5000);
  line.list_amount = line.amount + static_cast<int64_t>(random() % 700);
  if (line.quantity_milli == 0 || random() % 2 == 0) return line;
  line.returned_milli = static_cast<int64_t>(random()) & 0x7fffffff;
  line.returned_milli %= line.quantity_milli + 1;
  line.refunded = line.amount * line.returned_milli / line.quantity_milli;
  return line;
}

TEST(ConvertTest, NumbersAreThoseThatRulesSee) {
  std::mt19937_64 random(testing::TestSeed(7));
  Codes codes;
  CodeCache cache(codes);
  for (int round = 0; round < 500; ++round) {
    OneReceipt history;
    history.row = SmallShop::MakePurchase({});
    for (uint64_t i = random() % 8; i > 0; --i)
      history.row.lines.push_back(RandomLine(random));
    subjects::CustomerParts parts;
    parts.history = &history;
    std::vector<std::vector<int64_t>> expected, found;
    subjects::CustomerSubject(parts).ForEach(
        subjects::kLines, 0, [&](const rules::Row& row) {
          auto& numbers = expected.emplace_back();
          for (const int field :
               {subjects::kAmount, subjects::kListAmount, subjects::kQuantity,
                subjects::kReturnedQuantity, subjects::kDay})
            numbers.push_back(std::get<int64_t>(row.Get(field, "")));
          return true;
        });
    ForEachLine(history.row, cache, [&](const Line& line) {
      found.push_back({line.amount, line.list_amount, line.quantity_milli,
                       line.returned_milli, line.day});
    });
    ASSERT_EQ(found, expected) << "round " << round;
  }
}

// ---- codes

TEST(CodesTest, ATextKeepsItsCodeAndNoTextIsZero) {
  Codes codes;
  EXPECT_EQ(codes.Find("web"), 0);
  EXPECT_EQ(codes.Make(""), 0);
  const Code web = codes.Make("web");
  EXPECT_NE(web, 0);
  EXPECT_NE(codes.Make("app"), web);
  EXPECT_EQ(codes.Make("web"), web);
  EXPECT_EQ(codes.Find("web"), web);
  EXPECT_EQ(codes.TextOf(web), "web");
  EXPECT_EQ(codes.TextOf(0), "");
  EXPECT_EQ(codes.TextOf(99), "");
}

TEST(CodesTest, TextsBeyondTheLastCodeCountAsNone) {
  Codes codes;
  CodeCache cache(codes);
  for (size_t i = 0; i < kMostCodes; ++i)
    ASSERT_NE(cache.Of(absl::StrCat("made up ", i)), 0);
  EXPECT_EQ(cache.Of("one more"), 0);
  EXPECT_EQ(codes.Find("one more"), 0);
  EXPECT_EQ(codes.TextOf(kMostCodes), absl::StrCat("made up ", kMostCodes - 1));
}

// ---- the queue

TEST_F(TableTest, TooMuchThatWaitsIsTakenByWhoeverRelieves) {
  const std::vector<wire::StoredLine> lines(1000, Line(1, 1));
  shop_.Buy(0, lines);
  shop_.Publish();
  shop_.table().Relieve();
  EXPECT_EQ(shop_.table().feed().waiting(), 1001u) << "not too much yet";
  size_t bought = 1;
  for (; shop_.table().feed().waiting() <= Table::kMostWaiting; ++bought) {
    shop_.Buy(0, lines);
    shop_.Publish();
  }
  shop_.table().Relieve();
  EXPECT_EQ(shop_.table().feed().waiting(), 0u);
  EXPECT_EQ(LinesOf(*Now(), 0).size(), bought * 1000);
}

}  // namespace
}  // namespace patron::columns
