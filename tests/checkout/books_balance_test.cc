// The books of a whole store after long random histories: every command kind,
// refusals and repeats among them, restarts on the way.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "server/loyalty/accounts.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::checkout {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::CommandGenerator;
using ::testing::IsEmpty;

std::string KindOf(const wire::Command& command) {
  const wire::CommandBody& body = command.body;
  if (body.__isset.reserve) return "reserve";
  if (body.__isset.commit_reservation) return "commit";
  if (body.__isset.release_reservation) return "release";
  if (body.__isset.record_purchase) return "purchase";
  if (body.__isset.record_return) return "return";
  if (body.__isset.claim_receipt) return "claim";
  if (body.__isset.adjust_points) return "adjust";
  if (body.__isset.give_bonus) return "bonus";
  if (body.__isset.issue_offer) return "issue";
  if (body.__isset.link_id) return "link";
  if (body.__isset.merge_customers) return "merge";
  if (body.__isset.refer) return "refer";
  if (body.__isset.put_definitions) return "definitions";
  if (body.__isset.put_codes) return "codes";
  return "other";
}

void ExpectBalancedBooks(const commit::State& state) {
  std::vector<std::string> programmes;
  for (uint32_t at = 0; at < state.ordinals.programmes.size(); ++at)
    programmes.emplace_back(state.ordinals.programmes.IdOf(at));
  ASSERT_OK_AND_ASSIGN(const wire::BooksReport report,
                       loyalty::CheckBooks(*state.store, programmes));
  EXPECT_THAT(report.problems, IsEmpty());
}

// What the limits count must equal what open reservations hold and purchases
// used, and never pass the limit.
void ExpectLimitsKept(const commit::State& state) {
  const auto definitions = state.holdings.definitions();
  for (const offers::CompiledOffer& offer : definitions->offers) {
    const wire::OfferCountRow count = state.holdings.Count(offer.ordinal);
    EXPECT_GE(count.uses, 0) << offer.offer.id;
    EXPECT_GE(count.reserved_uses, 0) << offer.offer.id;
    EXPECT_GE(count.discount, 0) << offer.offer.id;
    EXPECT_GE(count.reserved_discount, 0) << offer.offer.id;
    const wire::Limits& limits = offer.offer.limits;
    if (limits.uses > 0) EXPECT_LE(count.period_uses, limits.uses);
    if (limits.budget > 0) EXPECT_LE(count.period_discount, limits.budget);
  }
}

class BooksBalanceTest : public ::testing::TestWithParam<int> {};

TEST_P(BooksBalanceTest, AfterEveryHundredCommandsOfAnyKind) {
  const uint64_t seed = testing::TestSeed(static_cast<uint64_t>(GetParam()));
  testing::TempDir dir;
  AppliedStore store(dir.File("store"));
  CommandGenerator generator(seed);
  std::map<std::string, int> done;
  for (int batch = 0; batch < 60; ++batch) {
    std::vector<wire::Command> commands;
    for (int i = 0; i < 100; ++i) commands.push_back(generator.Next());
    const auto replies = store.Apply(commands);
    for (size_t at = 0; at < replies.size(); ++at)
      if (!replies[at].__isset.refusal) ++done[KindOf(commands[at])];
    if (batch % 7 == 6) store.Reopen();
    ExpectBalancedBooks(store.state());
    ExpectLimitsKept(store.state());
    if (HasFailure()) FAIL() << "after batch " << batch << " of seed " << seed;
  }
  // A generator that is refused everything would prove nothing.
  EXPECT_GT(done["reserve"], 200);
  EXPECT_GT(done["commit"], 100);
  EXPECT_GT(done["return"], 50);
  EXPECT_GT(done["adjust"], 30);
  for (const char* kind : {"release", "claim", "bonus", "issue", "link",
                           "merge", "refer", "definitions", "codes"})
    EXPECT_GT(done[kind], 0) << kind;
  for (const auto& [kind, count] : done) RecordProperty(kind, count);
}

INSTANTIATE_TEST_SUITE_P(Seeds, BooksBalanceTest, ::testing::Range(1, 5));

}  // namespace
}  // namespace patron::checkout
