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
  absl::StatusOr<BuildIndexReport> Build() {
    const std::string checkpoint =
        dir_.File(absl::StrCat("checkpoint", ++checkpoints_));
    EXPECT_OK(store_.state().store->CreateCheckpoint(checkpoint));
    BuildIndexOptions options;
    options.checkpoint = checkpoint;
    options.artefacts = dir_.path() / "artefacts";
    return BuildIndex(options, clock_, nullptr);
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

TEST_F(BuildIndexTest, AStoreWithoutPurchasesIsRefused) {
  store_.Apply(Body(MakeProduct("pasta")));
  EXPECT_THAT(Build(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                ::testing::HasSubstr("holds no purchase")));
}

}  // namespace
}  // namespace patron::jobs
