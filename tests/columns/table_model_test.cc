// Random commands of every kind through the real Applier, beside a table that
// is read from the store anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "server/columns/table.h"
#include "tests/columns/plain_customers.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::columns {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::CommandGenerator;
using ::patron::testing::TempDir;

// The field of the union that is set.
std::string KindOf(const wire::CommandBody& body) {
  std::ostringstream text;
  body.printTo(text);
  for (const std::string& kind : CommandGenerator::Kinds())
    if (absl::StrContains(text.str(), kind + "=") &&
        !absl::StrContains(text.str(), kind + "=<null>"))
      return kind;
  return "";
}

class TableModelTest : public ::testing::Test {
 protected:
  struct Held {
    std::shared_ptr<const Snapshot> snapshot;
    std::vector<PlainCustomer> then;
  };

  static store::StoreOptions Unsynced() {
    store::StoreOptions options;
    options.sync = false;
    return options;
  }

  void Apply(size_t count) {
    std::vector<wire::Command> commands;
    for (size_t i = 0; i < count; ++i) commands.push_back(generator_.Next());
    store_.Apply(commands);
    applied_ += count;
  }

  // The columns as they are kept up, and as they are read from the store.
  void Compare() {
    commit::State& state = store_.state();
    Table fresh;
    ASSERT_OK(fresh.Load(*state.store, state.ordinals, state.facts,
                         state.accounts, LogPosition(applied_)));
    const auto expected = fresh.Now();
    const auto now = state.columns.Now();
    ASSERT_EQ(now->position, LogPosition(applied_));
    ASSERT_EQ(now->ordinals, expected->ordinals);
    ASSERT_EQ(now->customers, expected->customers);
    auto customers = Plain(*now, &state.columns);
    ASSERT_EQ(customers, Plain(*expected, &fresh));
    CheckChanged(*now, customers);
    last_ = std::move(customers);
    last_position_ = now->position;
  }

  // Whoever kept something up to the last comparison would hear of every
  // customer that is not as she was.
  void CheckChanged(const Snapshot& now,
                    const std::vector<PlainCustomer>& customers) {
    for (uint32_t at = 0; at < customers.size(); ++at) {
      const uint64_t changed = now.Find(CustomerOrdinal(at))->changed;
      ASSERT_LE(changed, now.blocks[at / kBlockRows]->changed);
      ASSERT_LE(changed, now.position.value());
      if (at < last_.size() && customers[at] == last_[at]) continue;
      ASSERT_GT(changed, last_position_.value()) << "customer " << at;
      ++changes_;
    }
  }

  void Hold() {
    const auto now = store_.state().columns.Now();
    held_.push_back({now, Plain(*now, nullptr)});
  }

  void CheckHeld() const {
    for (const Held& held : held_)
      ASSERT_EQ(Plain(*held.snapshot, nullptr), held.then)
          << "at " << held.snapshot->position.value();
  }

  const uint64_t seed_ = testing::TestSeed(11);
  std::mt19937_64 random_{seed_};
  CommandGenerator generator_{seed_};
  TempDir dir_;
  AppliedStore store_{dir_.File("store"), Unsynced()};
  uint64_t applied_ = 0;
  std::vector<PlainCustomer> last_;
  LogPosition last_position_;
  int changes_ = 0;
  std::vector<Held> held_;
};

// Compared after each command, so that none can hide behind another one that
// touches the same customer; until each kind that can change one has.
TEST_F(TableModelTest, NoKindOfCommandForgetsWhomItChanged) {
  std::set<std::string> unseen = {"put_customer",
                                  "record_purchase",
                                  "record_return",
                                  "record_event",
                                  "reserve",
                                  "commit_reservation",
                                  "release_reservation",
                                  "claim_receipt",
                                  "adjust_points",
                                  "give_bonus",
                                  "issue_offer",
                                  "merge_customers",
                                  "refer",
                                  "settle_accounts"};
  std::set<std::string> tried;
  for (int step = 0; step < 2000 || (step < 20'000 && !unseen.empty());
       ++step) {
    const wire::Command command = generator_.Next();
    const std::string kind = KindOf(command.body);
    store_.Apply({command});
    ++applied_;
    const int before = changes_;
    ASSERT_NO_FATAL_FAILURE(Compare()) << "command " << step << ", " << kind;
    if (changes_ > before) unseen.erase(kind);
    tried.insert(kind);
  }
  EXPECT_THAT(unseen, ::testing::IsEmpty()) << "they changed nobody";
  for (const std::string& kind : CommandGenerator::Kinds())
    EXPECT_TRUE(tried.contains(kind)) << kind;
}

TEST_F(TableModelTest, BatchesHeldSnapshotsAndRestartsDoNotShow) {
  while (applied_ < 12'000) {
    Apply(1 + random_() % 40);
    if (random_() % 4 == 0) {
      ASSERT_NO_FATAL_FAILURE(Compare()) << "command " << applied_;
    }
    if (random_() % 8 == 0) Hold();
    if (held_.size() > 20) held_.erase(held_.begin() + random_() % 20);
    if (random_() % 100 == 0) {
      store_.Reopen();
      last_position_ = LogPosition(applied_ - 1);
      ASSERT_NO_FATAL_FAILURE(Compare()) << "restarted at " << applied_;
    }
  }
  CheckHeld();
}

}  // namespace
}  // namespace patron::columns
