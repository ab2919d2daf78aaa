// Readers beside the applying thread: every snapshot is one moment.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/clock.h"
#include "server/commit/engine.h"
#include "tests/columns/plain_customers.h"
#include "tests/columns/small_shop.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::columns {
namespace {

using ::patron::testing::Body;
using ::patron::testing::kNoonUs;
using ::patron::testing::MakePurchase;
using ::patron::testing::MakeReturn;
using ::patron::testing::TempDir;

constexpr int kWriters = 2;
constexpr int kReaders = 2;
constexpr int kCustomers = 700;  // more than a block
constexpr int kReceipts = 600;   // a writer
constexpr int64_t kPrice = 10;

class ThreadsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store::StoreOptions options;
    options.sync = false;
    ASSERT_OK_AND_ASSIGN(state_,
                         commit::State::Open(dir_.File("store"), options));
    ASSERT_OK_AND_ASSIGN(engine_, commit::Engine::Open(*state_, clock_, {}));
  }

  // Receipts of three lines; each fifth comes back whole.
  void Write(int writer) {
    for (int i = 0; i < kReceipts; ++i) {
      const std::string receipt = absl::StrCat("r", writer, "-", i);
      const std::string customer =
          absl::StrCat("c", (i * 37 + writer) % kCustomers);
      EXPECT_OK(engine_->Execute(
          Body(MakePurchase(
              receipt, customer,
              {{"a", 1000, kPrice}, {"b", 1000, kPrice}, {"c", 1000, kPrice}})),
          {"", "till"}));
      if (i % 5 != 0) continue;
      EXPECT_OK(engine_->Execute(
          Body(MakeReturn(absl::StrCat("back ", receipt), receipt,
                          {{0, 1000}, {1, 1000}, {2, 1000}})),
          {"", "till"}));
    }
  }

  static int64_t SpendOf(const Row& row) {
    if (row.summary == nullptr) return 0;
    int64_t spend = 0;
    for (const auto& [currency, amount] : row.summary->spend) spend += amount;
    return spend;
  }

  // Lines, facts and totals of one snapshot tell of the same receipts.
  static void Check(const Snapshot& snapshot) {
    uint32_t customers = 0;
    for (uint32_t at = 0; at < snapshot.ordinals; ++at) {
      const Row& row = *snapshot.Find(CustomerOrdinal(at));
      const std::vector<int64_t> amounts = AmountsOf(snapshot, at);
      const size_t kept = row.summary == nullptr ? 0 : row.summary->purchases;
      ASSERT_EQ(amounts.size(), 3 * kept) << "customer " << at;
      ASSERT_EQ(static_cast<int64_t>(amounts.size()) * kPrice, SpendOf(row));
      ASSERT_LE(row.changed, snapshot.position.value());
      customers += row.is_customer ? 1 : 0;
    }
    ASSERT_EQ(customers, snapshot.customers);
  }

  void Read() {
    std::shared_ptr<const Snapshot> before = state_->columns.Now();
    while (!done_.load()) {
      const auto now = state_->columns.Now();
      ASSERT_GE(now->position, before->position);
      ASSERT_GE(now->ordinals, before->ordinals);
      ASSERT_NO_FATAL_FAILURE(Check(*now));
      ASSERT_NO_FATAL_FAILURE(Check(*before)) << "held for a round";
      before = now;
    }
  }

  TempDir dir_;
  SimulatedClock clock_{absl::FromUnixMicros(kNoonUs)};
  std::unique_ptr<commit::State> state_;
  std::unique_ptr<commit::Engine> engine_;
  std::atomic<bool> done_{false};
};

TEST_F(ThreadsTest, EverySnapshotHoldsWholeReceiptsAndTheFactsOfThem) {
  std::vector<std::thread> readers, writers;
  for (int i = 0; i < kReaders; ++i) readers.emplace_back([this] { Read(); });
  for (int i = 0; i < kWriters; ++i)
    writers.emplace_back([this, i] { Write(i); });
  for (std::thread& writer : writers) writer.join();
  done_ = true;
  for (std::thread& reader : readers) reader.join();

  const auto now = state_->columns.Now();
  Check(*now);
  Table fresh;
  ASSERT_OK(fresh.Load(*state_->store, state_->ordinals, state_->facts,
                       state_->accounts, now->position));
  EXPECT_EQ(Plain(*now, &state_->columns), Plain(*fresh.Now(), &fresh));
  size_t lines = 0;
  for (uint32_t at = 0; at < now->ordinals; ++at)
    lines += LinesOf(*now, at).size();
  EXPECT_EQ(lines, size_t{3 * kWriters} * (kReceipts - kReceipts / 5));
}

TEST_F(ThreadsTest, ACallerFindsItsOwnWriteInTheColumns) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_OK_AND_ASSIGN(
        const auto reply,
        engine_->Execute(Body(MakePurchase(absl::StrCat("r", i), "ann",
                                           {{"milk", 1000, kPrice}})),
                         {"", "till"}));
    const auto now = state_->columns.Now();
    ASSERT_GE(now->position.value(),
              static_cast<uint64_t>(reply.purchase.log_position));
    ASSERT_EQ(LinesOf(*now, 0).size(), static_cast<size_t>(i + 1));
  }
}

}  // namespace
}  // namespace patron::columns
