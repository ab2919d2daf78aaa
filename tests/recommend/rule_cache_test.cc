#include "server/recommend/rule_cache.h"

#include <string>
#include <thread>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace patron::recommend {
namespace {

using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

wire::Filter WithRule(const std::string& rule) {
  wire::Filter filter;
  filter.rule = rule;
  return filter;
}

TEST(RuleCacheTest, NoRuleNeedsNoRoom) {
  RuleCache cache;
  ASSERT_OK_AND_ASSIGN(const rules::Program program, cache.Get({}));
  EXPECT_TRUE(program.empty());
  EXPECT_EQ(cache.size(), 0u);
}

TEST(RuleCacheTest, ATextIsKeptOnceAndTheRoomIsBounded) {
  RuleCache cache(2);
  for (const char* rule : {"price > 1", "price > 1", "price > 2", "price > 3"})
    ASSERT_OK(cache.Get(WithRule(rule)));
  EXPECT_EQ(cache.size(), 2u);
  ASSERT_OK_AND_ASSIGN(const auto again, cache.Get(WithRule("price > 1")));
  EXPECT_FALSE(again.empty());
}

TEST(RuleCacheTest, AWrongTextIsRefusedEachTimeAndNotKept) {
  RuleCache cache;
  for (int i = 0; i < 2; ++i)
    EXPECT_THAT(cache.Get(WithRule("pricey > 1")),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("filter.rule: line 1, column 1")));
  EXPECT_EQ(cache.size(), 0u);
}

TEST(RuleCacheTest, ManyThreadsAskAtOnce) {
  RuleCache cache(3);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&cache, t] {
      for (int i = 0; i < 200; ++i)
        EXPECT_OK(cache.Get(
            WithRule("price > " + std::to_string((i * (t + 1)) % 7))));
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(cache.size(), 3u);
}

}  // namespace
}  // namespace patron::recommend
