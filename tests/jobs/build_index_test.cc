#include "jobs/build_index.h"

#include <string>

#include "absl/strings/str_cat.h"
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
using ::patron::testing::MakeProduct;
using ::patron::testing::MakePurchase;
using ::patron::testing::StatusIs;

class BuildIndexTest : public ::testing::Test {
 protected:
  absl::StatusOr<BuildIndexReport> Build(BuildIndexOptions options = {}) {
    const std::string checkpoint =
        dir_.File(absl::StrCat("checkpoint", ++checkpoints_));
    EXPECT_OK(store_.state().store->CreateCheckpoint(checkpoint));
    options.checkpoint = checkpoint;
    options.artefacts = dir_.path() / "artefacts";
    return BuildIndex(options, clock_, nullptr);
  }

  // 120 customers buy three of twelve products each week, for eight weeks.
  void BuyForWeeks() {
    for (int p = 0; p < 12; ++p)
      store_.Apply(Body(MakeProduct(absl::StrCat("p", p), {"food"})));
    int receipt = 0;
    for (int customer = 0; customer < 120; ++customer)
      for (int week = 0; week < 8; ++week)
        store_.Apply(Body(MakePurchase(
            absl::StrCat("r", ++receipt), absl::StrCat("c", customer),
            {{absl::StrCat("p", customer % 6)},
             {absl::StrCat("p", 6 + customer % 4)},
             {absl::StrCat("p", 10 + (customer + week) % 2)}},
            kNoonUs - (7 * week + customer % 7) * kDayUs)));
  }

  // An order that is learned in a moment.
  static BuildIndexOptions Quick() {
    BuildIndexOptions options;
    options.ranker.windows = 1;
    options.ranker.held_out_one_in = 4;
    options.ranker.objectives = {"binary:logistic"};
    options.ranker.trees = {5};
    return options;
  }

  testing::TempDir dir_;
  AppliedStore store_{dir_.File("store")};
  SimulatedClock clock_{absl::FromUnixMicros(kNoonUs)};
  int checkpoints_ = 0;
};

TEST_F(BuildIndexTest, WhatWasBoughtTogetherIsFoundInTheArtefact) {
  for (const char* id : {"pasta", "sauce", "soap", "milk", "bread", "tea"})
    store_.Apply(Body(MakeProduct(id, {"food"})));
  for (int i = 0; i < 120; ++i) {
    const std::string customer = absl::StrCat("c", i % 30);
    const int64_t at = kNoonUs - (i % 60) * kDayUs;
    store_.Apply(Body(i % 2 == 0
                          ? MakePurchase(absl::StrCat("r", i), customer,
                                         {{"pasta"}, {"sauce"}}, at)
                          : MakePurchase(absl::StrCat("r", i), customer,
                                         {{i % 3 == 0 ? "soap" : "milk"},
                                          {i % 5 == 0 ? "tea" : "bread"}},
                                         at)));
  }
  ASSERT_OK_AND_ASSIGN(const BuildIndexReport report, Build());
  EXPECT_EQ(report.manifest.version, "20260101T120000Z");
  EXPECT_EQ(report.manifest.log_position, 126u);
  EXPECT_EQ(report.manifest.lines, 240u);
  ASSERT_OK_AND_ASSIGN(
      const auto artefact,
      index::Artefact::Open(dir_.path() / "artefacts" / report.manifest.version,
                            store_.state().store->uuid()));
  ASSERT_FALSE(artefact->GoesWith(0).empty());
  EXPECT_EQ(artefact->GoesWith(0)[0].product, 1u) << "pasta goes with sauce";
  EXPECT_THAT(Build(), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(BuildIndexTest, TheOrderIsLearnedAndStandsInTheArtefact) {
  BuyForWeeks();
  ASSERT_OK_AND_ASSIGN(const BuildIndexReport report, Build(Quick()));
  EXPECT_EQ(report.no_ranker, "");
  EXPECT_EQ(report.ranker.trees, 5);
  EXPECT_TRUE(report.publishable);
  EXPECT_EQ(report.manifest.parameters.at("ranker_trees"), 5);
  ASSERT_OK_AND_ASSIGN(
      const auto artefact,
      index::Artefact::Open(dir_.path() / "artefacts" / report.manifest.version,
                            store_.state().store->uuid()));
  ASSERT_NE(artefact->ranker(), nullptr);
  EXPECT_EQ(artefact->ranker()->trees(), 5u);
}

TEST_F(BuildIndexTest, AnOrderWorseThanTheServingOneIsNotPublished) {
  BuyForWeeks();
  ASSERT_OK_AND_ASSIGN(const BuildIndexReport first, Build(Quick()));
  BuildIndexOptions options = Quick();
  options.running_version = first.manifest.version;
  options.version = "second";
  options.margin = 0;
  ASSERT_OK_AND_ASSIGN(const BuildIndexReport second, Build(options));
  EXPECT_GT(second.ranker.running.customers, 0u);
  EXPECT_TRUE(second.publishable) << "the same log, the same order";
  options.version = "third";
  options.margin = -0.01;  // it would have to be better
  ASSERT_OK_AND_ASSIGN(const BuildIndexReport third, Build(options));
  EXPECT_FALSE(third.publishable);
}

TEST_F(BuildIndexTest, TooFewPurchasesGiveAnArtefactWithoutAnOrder) {
  store_.Apply(Body(MakeProduct("pasta")));
  store_.Apply(Body(MakePurchase("r1", "c1", {{"pasta"}}, kNoonUs)));
  ASSERT_OK_AND_ASSIGN(const BuildIndexReport report, Build());
  EXPECT_EQ(report.ranker.trees, 0);
  EXPECT_THAT(report.no_ranker, ::testing::HasSubstr("customers"));
  EXPECT_TRUE(report.publishable);
}

TEST_F(BuildIndexTest, AStoreWithoutPurchasesIsRefused) {
  store_.Apply(Body(MakeProduct("pasta")));
  EXPECT_THAT(Build(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                ::testing::HasSubstr("holds no purchase")));
}

}  // namespace
}  // namespace patron::jobs
