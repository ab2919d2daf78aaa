#include "server/rules/suggest.h"

#include <gtest/gtest.h>

#include <string>

namespace patron::rules {
namespace {

TEST(SuggestTest, DistanceCountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(EditDistance("", ""), 0u);
  EXPECT_EQ(EditDistance("", "abc"), 3u);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3u);
  EXPECT_EQ(EditDistance("sitting", "kitten"), 3u);
  EXPECT_EQ(EditDistance("flaw", "lawn"), 2u);
  EXPECT_EQ(EditDistance("teir", "tier"), 1u);
}

TEST(SuggestTest, TheNearestIsSuggested) {
  EXPECT_EQ(Suggestion("purchase", {"purchased", "purchases_", "city"}),
            "; did you mean \"purchased\"?");
  EXPECT_EQ(Suggestion("spend", {"spent", "spends"}),
            "; did you mean \"spent\"?");
}

TEST(SuggestTest, NothingNearMeansNoSuggestion) {
  EXPECT_EQ(Suggestion("altitude", {"city", "spent"}), "");
  EXPECT_EQ(Suggestion("ab", {"xy"}), "");
  EXPECT_EQ(Suggestion("a", {}), "");
  EXPECT_EQ(Suggestion(std::string(10'000, 'a'), {"aaaa"}), "");
}

}  // namespace
}  // namespace patron::rules
