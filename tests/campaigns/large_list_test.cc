// A list with products by a learned index and offers, while other commands come
// in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/artefact.h"
#include "index/learn.h"
#include "server/base/check.h"
#include "tests/campaigns/campaign_shop.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::campaigns {
namespace {

using Stopwatch = std::chrono::steady_clock;

constexpr int kCustomers = 4000;
constexpr int kProducts = 400;
constexpr int kPurchases = 6;  // of a customer

double SecondsSince(Stopwatch::time_point begin) {
  return std::chrono::duration<double>(Stopwatch::now() - begin).count();
}

// Customers who buy from one of twenty categories each, a third of it on sale,
// and an index learned from that.
class LargeListTest : public ::testing::Test {
 protected:
  LargeListTest() {
    shop_.StopRunner();
    for (int p = 0; p < kProducts; ++p)
      shop_.Product(absl::StrCat("p", p), absl::StrCat("cat", p % 20),
                    200 + p % 300);
    FillWithPurchases();
    Learn();
    wire::Offer tenth = MakeOffer("tenth"), fifth = MakeOffer("fifth");
    fifth.percent_bp = 2000;
    shop_.definitions().offers = {tenth, fifth};
    shop_.definitions().margin_bp = 6000;
    wire::Campaign campaign = MakeCampaign("spring");
    campaign.products = 3;
    campaign.offer_ids = {"tenth", "fifth"};
    shop_.Define({campaign});
    shop_.StartRunner();
  }

  void FillWithPurchases() {
    std::mt19937_64 random(testing::TestSeed(20260302));
    log_.customers = kCustomers;
    log_.stores = 1;
    log_.attributes.resize(kProducts);
    log_.today = DayOf(shop_.clock().Now(), absl::UTCTimeZone());
    for (uint32_t c = 0; c < kCustomers; ++c) {
      shop_.Customer(Id(c));
      const uint64_t taste = random() % 20;
      for (int i = kPurchases; i > 0; --i) {
        const auto product =
            static_cast<uint32_t>(taste + 20 * (random() % (kProducts / 20)));
        const int days_ago = 20 * i;
        shop_.Buy(Id(c), absl::StrCat("p", product), 400,
                  absl::Hours(24 * days_ago), i % 3 == 0 ? 500 : 0);
        Note(c, product, log_.today - days_ago);
      }
    }
  }

  void Note(uint32_t customer, uint32_t product, Day day) {
    log_.customer.push_back(customer);
    log_.product.push_back(product);
    log_.store.push_back(0);
    log_.receipt.push_back(log_.receipts++);
    log_.day.push_back(day);
  }

  void Learn() {
    index::LearnOptions options;
    options.threads = 1;
    options.dimensions = 8;
    options.holdout_one_in = 0;
    auto learned = index::Learn(log_, options, nullptr);
    PATRON_CHECK_OK(learned.status());
    index::ArtefactOrigin origin;
    origin.version = "v1";
    origin.created_at = shop_.clock().Now();
    auto artefact = index::Artefact::FromKnowledge(origin, *std::move(learned));
    PATRON_CHECK_OK(artefact.status());
    shop_.knowledge().indexes["v1"] = *artefact;
    shop_.knowledge().serving = "v1";
  }

  void CountVisitors(int count) {
    wire::Event event;
    event.kind = wire::EventKind::VISITORS;
    event.store_id = "north";
    event.channel = "store";
    event.__set_value(count);
    event.happened_at_us = absl::ToUnixMicros(shop_.clock().Now()) + count;
    wire::CommandBody body;
    body.__set_record_event(event);
    shop_.Execute(std::move(body));
  }

  static std::string Id(uint32_t customer) {
    return absl::StrCat("c", customer);
  }
  bool IsBeingPlanned(const std::string& run_id) {
    return shop_.state().runs.Find(run_id)->state == wire::RunState::PLANNING;
  }

  CampaignShop shop_;
  index::TrainingLog log_;
};

TEST_F(LargeListTest, OtherCommandsGoOnAndTheListIsTheSameWithAndWithoutThem) {
  const auto begin = Stopwatch::now();
  ASSERT_OK(shop_.Open("spring", "r1"));
  while (IsBeingPlanned("r1")) std::this_thread::yield();
  const double alone = SecondsSince(begin);
  const std::string list = shop_.ExportAll("r1", "jsonl", 500);
  shop_.Set("r1", wire::RunState::RELEASED);

  // The door counts visitors all the while: commands that change nothing that a
  // list looks at.
  int during = 0;
  double slowest = 0;
  ASSERT_OK(shop_.Open("spring", "r2"));
  while (IsBeingPlanned("r2")) {
    const auto asked = Stopwatch::now();
    CountVisitors(during);
    slowest = std::max(slowest, SecondsSince(asked));
    ++during;
  }
  EXPECT_GT(during, 50) << "other commands waited for the list";
  RecordProperty("customers_a_second", static_cast<int>(kCustomers / alone));
  RecordProperty("slowest_command_us", static_cast<int>(slowest * 1e6));
  const wire::CampaignRun run = shop_.Run("r1");
  EXPECT_EQ(run.index_version, "v1");
  EXPECT_GT(run.planned, kCustomers * 9 / 10);
  EXPECT_EQ(shop_.ExportAll("r2", "jsonl", 500), list);
}

}  // namespace
}  // namespace patron::campaigns
