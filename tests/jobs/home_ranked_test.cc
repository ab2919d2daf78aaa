// The home page of a shop whose order was learned by the nightly job's
// training.
#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "jobs/purchase_log.h"
#include "jobs/train_ranker.h"
#include "server/recommend/recommender.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::jobs {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::Body;
using ::patron::testing::kDayUs;
using ::patron::testing::kNoonUs;
using ::patron::testing::MakeEvent;
using ::patron::testing::MakeProduct;
using ::patron::testing::MakePurchase;
using wire::ReasonCode;

// 200 customers buy three of 24 products a week for nine weeks, the last some
// days ago: two of their own, which are due each week, and one that changes.
class HomeRankedTest : public ::testing::Test {
 protected:
  static constexpr int kCustomers = 200;

  HomeRankedTest() {
    for (int p = 0; p < 24; ++p)
      store_.Apply(Body(
          MakeProduct(absl::StrCat("p", p), {absl::StrCat("shelf", p % 4)})));
    int receipt = 0;
    for (int customer = 0; customer < kCustomers; ++customer)
      for (int week = 0; week < 9; ++week)
        store_.Apply(Body(MakePurchase(
            absl::StrCat("r", ++receipt), absl::StrCat("c", customer),
            {{absl::StrCat("p", customer % 8)},
             {absl::StrCat("p", 8 + customer % 8)},
             {absl::StrCat("p", 16 + (customer + week) % 8)}},
            kNoonUs - (7 * week + 1 + customer % 7) * kDayUs)));
    Learn();
  }

  void Learn() {
    const Day today = DayOf(clock_.Now(), absl::UTCTimeZone());
    const auto log = ReadPurchaseLog(*store_.state().store, today);
    ASSERT_OK(log);
    index::LearnOptions learn;
    learn.dimensions = 8;
    auto knowledge = index::Learn(*log, learn, nullptr);
    ASSERT_OK(knowledge);
    TrainRankerOptions options;
    options.learn = learn;
    options.windows = 1;
    options.held_out_one_in = 4;
    options.objectives = {"binary:logistic"};
    options.depth = 3;
    options.trees = {20};
    options.unknown_store = log->stores - 1;
    const auto ranker = TrainRanker(*log, options, nullptr);
    ASSERT_OK(ranker);
    knowledge->ranker = ranker->json;
    index::ArtefactOrigin origin;
    origin.version = "learned";
    origin.created_at = clock_.Now();
    origin.store_uuid = store_.state().store->uuid();
    auto artefact =
        index::Artefact::FromKnowledge(origin, *std::move(knowledge));
    ASSERT_OK(artefact);
    index_.Swap(*std::move(artefact));
  }

  recommend::RankedAnswer Home(const std::string& customer, int k = 8) {
    return Ask(wire::Placement::HOME, customer, k);
  }
  recommend::RankedAnswer Ask(wire::Placement::type placement,
                              const std::string& customer, int k = 8) {
    const commit::State& state = store_.state();
    const recommend::Recommender recommender(state.ordinals, state.catalog,
                                             state.facts, index_, clock_, {});
    wire::RecommendRequest request;
    request.placement = placement;
    request.__set_customer_id(customer);
    request.k = k;
    auto answer = recommender.Rank(request);
    EXPECT_OK(answer);
    return *std::move(answer);
  }

  uint32_t Product(int p) {
    return *store_.state().ordinals.products.Find(absl::StrCat("p", p));
  }

  testing::TempDir dir_;
  AppliedStore store_{dir_.File("store")};
  SimulatedClock clock_{absl::FromUnixMicros(kNoonUs)};
  recommend::IndexHolder index_;
};

TEST_F(HomeRankedTest, WhatSheBuysEachWeekStandsFirstAndSaysSo) {
  int first = 0;
  for (int customer = 0; customer < 20; ++customer) {
    const auto answer = Home(absl::StrCat("c", customer));
    ASSERT_EQ(answer.items.size(), 8u);
    const std::set<uint32_t> top = {answer.items[0].product,
                                    answer.items[1].product};
    first += top.contains(Product(customer % 8)) +
             top.contains(Product(8 + customer % 8));
    for (const auto& item : answer.items) {
      if (item.product != Product(customer % 8)) continue;
      EXPECT_TRUE(item.reason == ReasonCode::DUE_AGAIN ||
                  item.reason == ReasonCode::BOUGHT_BEFORE);
    }
  }
  EXPECT_GE(first, 36) << "of 40";
}

TEST_F(HomeRankedTest, ScoresNeverGrowAndNothingStandsTwice) {
  const auto answer = Home("c3", 24);
  EXPECT_EQ(answer.items.size(), 24u);
  std::set<uint32_t> seen;
  for (size_t i = 0; i < answer.items.size(); ++i) {
    EXPECT_TRUE(seen.insert(answer.items[i].product).second);
    EXPECT_GT(answer.items[i].score, 0);
    if (i == 0) continue;
    EXPECT_LE(answer.items[i].score, answer.items[i - 1].score) << i;
  }
}

TEST_F(HomeRankedTest, BuyAgainStandsByTheChanceThatItIsBoughtNow) {
  int first = 0;
  for (int customer = 0; customer < 20; ++customer) {
    const auto answer =
        Ask(wire::Placement::BUY_AGAIN, absl::StrCat("c", customer), 4);
    ASSERT_GE(answer.items.size(), 2u);
    const std::set<uint32_t> top = {answer.items[0].product,
                                    answer.items[1].product};
    first += top.contains(Product(customer % 8)) +
             top.contains(Product(8 + customer % 8));
    for (const auto& item : answer.items) {
      EXPECT_EQ(item.reason, ReasonCode::DUE_AGAIN);
      EXPECT_GT(item.score, 0);
      EXPECT_LT(item.score, 1);
    }
  }
  EXPECT_GE(first, 38) << "of 40";
}

TEST_F(HomeRankedTest, ALookChangesTheNextAnswer) {
  const auto before = Home("c3");
  store_.Apply(Body(MakeEvent(wire::EventKind::VIEW, "c3", "p6", kNoonUs)));
  const auto after = Home("c3");
  EXPECT_NE(before.Products(), after.Products());
}

TEST_F(HomeRankedTest, AStrangerGetsAFullPage) {
  EXPECT_EQ(Home("nobody").items.size(), 8u);
}

TEST_F(HomeRankedTest, TheSameQuestionGivesTheSameAnswer) {
  EXPECT_EQ(Home("c5").Products(), Home("c5").Products());
}

}  // namespace
}  // namespace patron::jobs
