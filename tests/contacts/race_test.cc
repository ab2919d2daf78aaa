// Ten campaigns planned at once over the same audience, with purchases beside
// them: whatever the order, no cap, no budget and no holdout is broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/clock.h"
#include "server/commit/engine.h"
#include "tests/contacts/contacts_check.h"
#include "tests/contacts/some_runs.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::testing {
namespace {

constexpr int kCampaigns = 10;
constexpr int kCustomers = 400;
constexpr int kChunk = 15;

store::StoreOptions Unsynced() {
  store::StoreOptions options;
  options.sync = false;
  return options;
}

class RaceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(state_,
                         commit::State::Open(dir_.File("store"), Unsynced()));
    ASSERT_OK_AND_ASSIGN(engine_, commit::Engine::Open(*state_, clock_, {}));
    ASSERT_OK(engine_->Execute(Put(CappedDefinitions(2, 10, 1500)), {"", "t"}));
    for (int i = 0; i < kCustomers; ++i)
      ASSERT_OK(
          engine_->Execute(Asked(absl::StrCat("c", i), i % 9 != 0), {"", "t"}));
  }

  wire::Campaign CampaignOf(int number) const {
    wire::Campaign campaign =
        MakeCampaign(absl::StrCat("k", number), number % 4);
    if (number % 3 == 0) campaign.budget = 4000;
    return campaign;
  }

  wire::PlannedContact AnyContact(int32_t customer,
                                  std::mt19937_64& random) const {
    if (random() % 20 == 0) return HeldOut(customer);
    const auto day = kToday + static_cast<int32_t>(random() % 14);
    wire::PlannedContact contact =
        Contact(customer, day, static_cast<int64_t>(random() % 40));
    if (random() % 3 != 0) return contact;
    return WithOffer(contact, random() % 2 == 0 ? "coupon" : "amount",
                     static_cast<int64_t>(random() % 200));
  }

  // Opens and plans a run of everybody.
  void PlanOne(int wave, int number, uint64_t seed) {
    std::mt19937_64 random(seed + static_cast<uint64_t>(number));
    const std::string run = absl::StrCat("run ", wave, " ", number);
    std::vector<uint32_t> everybody;
    for (uint32_t c = 0; c < kCustomers; ++c) everybody.push_back(c);
    ASSERT_OK(engine_->Execute(OpenRun(run, CampaignOf(number), everybody),
                               {run, "t"}));
    for (int32_t from = 0; from < kCustomers; from += kChunk) {
      std::vector<wire::PlannedContact> chunk;
      const int32_t end = std::min(kCustomers, from + kChunk);
      for (int32_t c = from; c < end; ++c)
        chunk.push_back(AnyContact(c, random));
      ASSERT_OK(engine_->Execute(
          Plan(run, from, end == kCustomers ? -1 : end, chunk), {"", "t"}));
    }
    const auto state =
        number % 3 == 1 ? wire::RunState::RELEASED : wire::RunState::FROZEN;
    if (number % 3 == 2) return;
    ASSERT_OK(engine_->Execute(SetState(run, state), {"", "t"}));
  }

  void PlanAtOnce(int wave, uint64_t seed) {
    std::vector<std::thread> threads;
    for (int number = 0; number < kCampaigns; ++number)
      threads.emplace_back([=, this] { PlanOne(wave, number, seed); });
    threads.emplace_back([=, this] {
      for (int i = 0; i < 300; ++i)
        ASSERT_OK(
            engine_->Execute(Body(MakePurchase(absl::StrCat("r", wave, " ", i),
                                               absl::StrCat("c", i), {{"p1"}})),
                             {"", "till"}));
    });
    for (std::thread& thread : threads) thread.join();
  }

  TempDir dir_;
  SimulatedClock clock_{absl::FromUnixMicros(kNoonUs)};
  std::unique_ptr<commit::State> state_;
  std::unique_ptr<commit::Engine> engine_;
};

TEST_F(RaceTest, TenCampaignsPlannedAtOnceBreakNoCapNoBudgetAndNoHoldout) {
  const uint64_t seed = TestSeed(11);
  for (int wave = 0; wave < 4; ++wave) {
    PlanAtOnce(wave, seed + 100 * static_cast<uint64_t>(wave));
    EXPECT_THAT(ContactProblems(*state_), ::testing::IsEmpty());
    clock_.Advance(absl::Hours(60));
  }
  std::map<int32_t, int64_t> reasons;
  for (const contacts::RunPtr& run : state_->runs.All())
    for (const auto& [reason, customers] : run->left_out)
      reasons[reason] += customers;
  for (const auto reason :
       {wire::LeftOut::CONSENT, wire::LeftOut::CAP, wire::LeftOut::HOLDOUT,
        wire::LeftOut::BUDGET, wire::LeftOut::DISPLACED})
    EXPECT_GT(reasons[reason], 0) << reason;
}

}  // namespace
}  // namespace patron::testing
