#include "server/commit/engine.h"

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/clock.h"
#include "server/customers/people.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::commit {
namespace {

using ::patron::testing::Body;
using ::patron::testing::kNoonUs;
using ::patron::testing::MakeProduct;
using ::patron::testing::MakePurchase;
using ::patron::testing::MakeReturn;
using ::patron::testing::StatusIs;
using ::patron::testing::TempDir;
using ::testing::HasSubstr;

class CountingObserver : public CommitObserver {
 public:
  void OnBatch(size_t commands, absl::Duration, absl::Duration) override {
    ++batches;
    this->commands += commands;
  }
  std::atomic<int64_t> batches{0};
  std::atomic<int64_t> commands{0};
};

class EngineTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    engine_.reset();
    state_.reset();
    ASSERT_OK_AND_ASSIGN(state_, State::Open(dir_.File("store")));
    EngineOptions options;
    ASSERT_TRUE(absl::LoadTimeZone("Europe/Vienna", &options.time_zone));
    ASSERT_OK_AND_ASSIGN(engine_,
                         Engine::Open(*state_, clock_, options, &observer_));
  }
  facts::CustomerFacts FactsOf(const std::string& customer) {
    facts::CustomerFacts facts;
    if (const auto ordinal = state_->ordinals.customers.Find(customer))
      state_->facts.Read(CustomerOrdinal(*ordinal), facts);
    return facts;
  }

  TempDir dir_;
  SimulatedClock clock_{absl::FromUnixMicros(kNoonUs)};
  CountingObserver observer_;
  std::unique_ptr<State> state_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineTest, ACallerReadsItsOwnWrite) {
  ASSERT_OK(engine_->Execute(Body(MakePurchase("r1", "ann", {{"milk"}})),
                             {"q1", "till"}));
  EXPECT_EQ(FactsOf("ann").items.size(), 1u);
  EXPECT_EQ(state_->totals.Now().purchases, 1);
}

TEST_F(EngineTest, ARepeatReturnsTheFirstReplyAlsoAfterARestart) {
  const auto body = [] { return Body(MakePurchase("r1", "ann", {{"milk"}})); };
  ASSERT_OK_AND_ASSIGN(const auto first,
                       engine_->Execute(body(), {"q1", "till"}));
  clock_.Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const auto again,
                       engine_->Execute(body(), {"q1", "till"}));
  EXPECT_EQ(again, first);
  EXPECT_FALSE(again.purchase.duplicate) << "the first reply, not a new one";
  Reopen();
  ASSERT_OK_AND_ASSIGN(const auto later,
                       engine_->Execute(body(), {"q1", "till"}));
  EXPECT_EQ(later, first);
}

TEST_F(EngineTest, ARepeatWithoutATimeOfItsOwnIsStillARepeat) {
  wire::Purchase purchase =
      MakePurchase("r1", "ann", {{"milk"}}, /*happened_at_us=*/0);
  ASSERT_OK_AND_ASSIGN(const auto first,
                       engine_->Execute(Body(purchase), {"q1", "till"}));
  clock_.Advance(absl::Hours(30));
  ASSERT_OK_AND_ASSIGN(const auto again,
                       engine_->Execute(Body(purchase), {"q1", "till"}));
  EXPECT_EQ(again, first);
}

TEST_F(EngineTest, TheSameRequestIdWithAnotherBodyIsRefused) {
  ASSERT_OK(engine_->Execute(Body(MakePurchase("r1", "ann", {{"milk"}})),
                             {"q1", "till"}));
  EXPECT_THAT(
      engine_->Execute(Body(MakePurchase("r2", "ann", {{"milk"}})),
                       {"q1", "till"}),
      StatusIs(absl::StatusCode::kAlreadyExists,
               HasSubstr("request_id: \"q1\" was used at log position 1")));
  EXPECT_EQ(FactsOf("ann").summary.purchases, 1);
}

TEST_F(EngineTest, ARefusalLeavesNothingButItsRememberedReply) {
  const auto rows = [this] {
    std::map<std::string, std::string> all;
    for (int f = 0; f < store::kFamilyCount; ++f)
      EXPECT_OK(state_->store->Scan(
          static_cast<store::Family>(f), "", "",
          [&](absl::string_view key, absl::string_view value) {
            if (key != "applied")
              all[absl::StrCat(f, "/", key)] = std::string(value);
            return true;
          }));
    return all;
  };
  ASSERT_OK(engine_->Execute(Body(MakePurchase("r1", "ann", {{"milk"}})),
                             {"", "till"}));
  auto before = rows();
  EXPECT_THAT(engine_->Execute(Body(MakeReturn("x", "r1", {{0, 5000}})),
                               {"q2", "till"}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  auto after = rows();
  ASSERT_EQ(after.size(), before.size() + 1);
  std::erase_if(after,
                [&](const auto& row) { return before.contains(row.first); });
  EXPECT_THAT(after.begin()->first,
              ::testing::StartsWith(absl::StrCat(
                  static_cast<int>(store::Family::kReplies), "/")));
  // And the refusal is what a repeat hears, though by now it could be granted.
  EXPECT_THAT(engine_->Execute(Body(MakeReturn("x", "r1", {{0, 5000}})),
                               {"q2", "till"}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("1000 left to return, wanted 5000")));
}

TEST_F(EngineTest, RepliesAreForgottenAfterTheirRetentionAndReceiptsNever) {
  const auto body = [](const char* receipt) {
    return Body(MakePurchase(receipt, "ann", {{"milk"}}));
  };
  ASSERT_OK(engine_->Execute(body("old"), {"q-old", "till"}));
  clock_.Advance(absl::Hours(20));
  ASSERT_OK(engine_->Execute(body("young"), {"q-young", "till"}));
  clock_.Advance(absl::Hours(10));
  ASSERT_OK(engine_->ForgetRepliesOlderThan(absl::Hours(24)));
  // Forgotten: the id may carry another body, and the receipt is known as such.
  ASSERT_OK_AND_ASSIGN(const auto reply,
                       engine_->Execute(body("old"), {"q-old", "till"}));
  EXPECT_TRUE(reply.purchase.duplicate);
  EXPECT_THAT(engine_->Execute(body("other"), {"q-young", "till"}),
              StatusIs(absl::StatusCode::kAlreadyExists));
  Reopen();
  EXPECT_THAT(engine_->Execute(body("other"), {"q-young", "till"}),
              StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(EngineTest, ManyCallersShareBatchesAndNoneIsLost) {
  constexpr int kThreads = 16, kEach = 100;
  std::vector<std::thread> callers;
  for (int t = 0; t < kThreads; ++t)
    callers.emplace_back([this, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string receipt = absl::StrCat("r", t, "-", i);
        ASSERT_OK(engine_->Execute(
            Body(MakePurchase(receipt, absl::StrCat("c", i % 7), {{"milk"}})),
            {receipt, "till"}));
      }
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(state_->totals.Now().purchases, kThreads * kEach);
  EXPECT_EQ(observer_.commands, kThreads * kEach);
  EXPECT_LT(observer_.batches, kThreads * kEach)
      << "no two callers ever shared a sync";
  int64_t counted = 0;
  for (int c = 0; c < 7; ++c)
    counted += FactsOf(absl::StrCat("c", c)).summary.purchases;
  EXPECT_EQ(counted, kThreads * kEach);
}

TEST_F(EngineTest, ABatchAnswersElementByElement) {
  std::vector<wire::CommandBody> bodies = {
      Body(MakePurchase("r1", "ann", {{"milk"}})),
      Body(MakePurchase("", "ann", {{"milk"}})),
      Body(MakePurchase("r1", "ann", {{"milk"}})),
      Body(MakePurchase("r1", "bob", {{"milk"}}))};
  const auto replies = engine_->ExecuteAll(std::move(bodies), "job");
  ASSERT_EQ(replies.size(), 4u);
  ASSERT_OK(replies[0]);
  EXPECT_FALSE(replies[0]->purchase.duplicate);
  EXPECT_THAT(replies[1], StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_OK(replies[2]);
  EXPECT_TRUE(replies[2]->purchase.duplicate);
  EXPECT_THAT(replies[3], StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(EngineTest, PurchasesCountToTheShopsOwnDay) {
  // 23:30 UTC on 31 December is the first of January in Vienna.
  const int64_t late = kNoonUs - 12 * 3'600'000'000 - 1'800'000'000;
  ASSERT_OK(engine_->Execute(Body(MakePurchase("r1", "ann", {{"milk"}}, late)),
                             {"", "till"}));
  EXPECT_EQ(FormatDay(FactsOf("ann").summary.last_day), "2026-01-01");
}

TEST_F(EngineTest, ALogThatGoesBackInTimeIsNotWritten) {
  ASSERT_OK(engine_->Execute(Body(MakeProduct("a")), {"", "job"}));
  clock_.Advance(-absl::Hours(5));
  Reopen();
  ASSERT_OK(engine_->Execute(Body(MakeProduct("b")), {"", "job"}));
  ASSERT_OK_AND_ASSIGN(const Applied applied, ReadApplied(*state_->store));
  EXPECT_EQ(applied.logged_at, absl::FromUnixMicros(kNoonUs));
  EXPECT_EQ(applied.position, LogPosition(2));
}

TEST_F(EngineTest, AfterStopCommandsAreRefusedAsUnavailable) {
  engine_->Stop();
  EXPECT_THAT(engine_->Execute(Body(MakeProduct("a")), {"", "job"}),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(EngineTest, StockOfAnUnknownProductIsRefusedAndAnOlderReportDoesNotWin) {
  wire::StockLevel level;
  level.product_id = "milk";
  level.store_id = "s1";
  level.__set_quantity_milli(5000);
  level.as_of_us = kNoonUs;
  EXPECT_THAT(engine_->Execute(Body(level), {"", "feed"}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("milk")));
  ASSERT_OK(engine_->Execute(Body(MakeProduct("milk")), {"", "feed"}));
  ASSERT_OK(engine_->Execute(Body(level), {"", "feed"}));
  level.__set_quantity_milli(1000);
  level.as_of_us = kNoonUs - 1;
  ASSERT_OK_AND_ASSIGN(const auto reply,
                       engine_->Execute(Body(level), {"", "feed"}));
  EXPECT_TRUE(reply.done.duplicate);
  const catalog::Catalog::Reader reader(state_->catalog);
  EXPECT_EQ(reader.Get(0).Level(StoreOrdinal(0))->quantity_milli, 5000);
}

}  // namespace
}  // namespace patron::commit
