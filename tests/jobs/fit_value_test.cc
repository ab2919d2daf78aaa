#include "jobs/fit_value.h"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/definitions/definitions.h"
#include "server/prediction/prediction.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::jobs {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::Body;
using ::patron::testing::kDayUs;
using ::patron::testing::kNoonUs;
using ::patron::testing::MakePurchase;
using ::patron::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

class FitValueTest : public ::testing::Test {
 protected:
  FitValueTest() : random_(testing::TestSeed(61'000)) {
    wire::CommandBody body;
    body.__isset.put_definitions = true;
    body.put_definitions.definitions.currency = "EUR";
    store_.Apply(body);
  }

  double Gamma(double shape, double rate) {
    return std::gamma_distribution<double>(shape, 1 / rate)(random_);
  }
  double Wait(double rate) {
    return std::exponential_distribution<double>(rate)(random_);
  }

  void Buy(const std::string& customer, int64_t days_ago, int64_t amount) {
    wire::Purchase purchase =
        MakePurchase(absl::StrCat("r", ++receipts_), customer,
                     {{"soap", 1000, std::max<int64_t>(amount, 1)}},
                     kNoonUs - days_ago * kDayUs);
    purchase.currency = "EUR";
    wire::Command command;
    command.logged_at_us = kNoonUs + receipts_;
    command.local_day = command.logged_day =
        static_cast<int32_t>(purchase.happened_at_us / kDayUs);
    command.body = Body(purchase);
    batch_.push_back(std::move(command));
  }

  // Comes back once every three weeks or so, and leaves after any of those
  // purchases with a chance of 1 in 5.
  void Live(int number) {
    const std::string id = absl::StrCat("c", number);
    const int64_t age = 120 + number % 300;
    const double rate = Gamma(2, 40);
    const double scale = Gamma(4, 1500);
    const auto amount = [&] {
      return static_cast<int64_t>(std::llround(Gamma(6, scale)));
    };
    Buy(id, age, amount());
    for (double at = Wait(rate); at < static_cast<double>(age);
         at += Wait(rate)) {
      Buy(id, age - static_cast<int64_t>(at), amount());
      if (Gamma(1, 1) < 0.2231) break;  // 1 in 5
    }
  }

  absl::StatusOr<FitValueReport> Fit(FitValueOptions options = {}) {
    if (!batch_.empty()) store_.Apply(batch_);
    batch_.clear();
    options.checkpoint = dir_.File(absl::StrCat("checkpoint-", ++checkpoints_));
    EXPECT_OK(store_.state().store->CreateCheckpoint(options.checkpoint));
    options.file = dir_.path() / "shop" / "prediction.toml";
    return FitValue(options, clock_);
  }

  absl::StatusOr<wire::Definitions> ReadBack() {
    std::ifstream in(dir_.path() / "shop" / "prediction.toml");
    const std::string text(std::istreambuf_iterator<char>(in), {});
    return definitions::ReadFiles({{"prediction.toml", text}},
                                  absl::UTCTimeZone());
  }

  std::mt19937_64 random_;
  testing::TempDir dir_;
  AppliedStore store_{dir_.File("store")};
  const SimulatedClock clock_{absl::FromUnixMicros(kNoonUs)};
  std::vector<wire::Command> batch_;
  int receipts_ = 0;
  int checkpoints_ = 0;
};

TEST_F(FitValueTest, WhatIsLearnedStandsInAFileOfDefinitions) {
  for (int i = 0; i < 1500; ++i) Live(i);
  ASSERT_OK_AND_ASSIGN(const auto report, Fit());
  EXPECT_EQ(report.customers, 1500);
  EXPECT_GT(report.repeaters, 800);
  ASSERT_OK_AND_ASSIGN(const wire::Definitions read, ReadBack());
  ASSERT_TRUE(read.__isset.prediction);
  EXPECT_EQ(read.prediction, report.prediction);
  EXPECT_OK(definitions::Validate(read));
  EXPECT_EQ(read.prediction.day, kNoonUs / kDayUs);
  EXPECT_EQ(read.prediction.customers, 1500);
  const prediction::Model model = prediction::FromWire(read.prediction);
  // A purchase in 20 days on average, 1 in 5 of which is the last.
  EXPECT_NEAR(model.purchases.alpha / model.purchases.r, 20, 6);
  EXPECT_NEAR(model.purchases.a / (model.purchases.a + model.purchases.b), 0.2,
              0.05);
  ASSERT_TRUE(model.amounts.has_value());
  EXPECT_EQ(model.currency, "EUR");
  EXPECT_NEAR(model.amounts->p * model.amounts->v / (model.amounts->q - 1),
              6 * 1500 / 3.0, 300);
}

TEST_F(FitValueTest, ASampleIsTakenEvenlyAndTheSameOneGivesTheSame) {
  for (int i = 0; i < 900; ++i) Live(i);
  FitValueOptions options;
  options.sample = 450;
  ASSERT_OK_AND_ASSIGN(const auto first, Fit(options));
  ASSERT_OK_AND_ASSIGN(const auto second, Fit(options));
  EXPECT_LE(first.customers, 450);
  EXPECT_GT(first.customers, 400);
  EXPECT_EQ(first.prediction, second.prediction);
}

TEST_F(FitValueTest, TooFewCustomersAreTold) {
  for (int i = 0; i < 30; ++i) Live(i);
  EXPECT_THAT(Fit(), StatusIs(absl::StatusCode::kFailedPrecondition,
                              AllOf(HasSubstr("customers: 30 bought"),
                                    HasSubstr("learning needs 200 and 50"))));
}

TEST_F(FitValueTest, WithoutACurrencyOnlyVisitsAreLearned) {
  wire::CommandBody body;
  body.__isset.put_definitions = true;
  body.put_definitions.overwrite = true;
  store_.Apply(body);
  for (int i = 0; i < 400; ++i) Live(i);
  ASSERT_OK_AND_ASSIGN(const auto report, Fit());
  EXPECT_GT(report.prediction.r, 0);
  EXPECT_EQ(report.prediction.p, 0);
  EXPECT_TRUE(report.prediction.currency.empty());
}

}  // namespace
}  // namespace patron::jobs
