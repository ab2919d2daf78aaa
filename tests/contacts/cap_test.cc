#include "server/contacts/cap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/testing/seed.h"

namespace patron::contacts {
namespace {

using Answer = CapAnswer;

struct Case {
  std::string name;
  int cap, cap_days;
  std::vector<Standing> standing;  // run, day, priority, frozen
  Day day;
  int32_t priority;
  CapAnswer answer;
  std::vector<uint32_t> displaced = {};
};

// clang-format off
const Case kCases[] = {
  {"NothingStands",            1, 30, {},                                              100, 0, Answer::kFree},
  {"ACapOfNone",               0, 30, {},                                              100, 9, Answer::kFull},
  {"TheSameDay",               1, 30, {{1, 100, 0, true}},                             100, 0, Answer::kFull},
  {"TheLastDayOfTheRow",       1, 30, {{1,  71, 0, true}},                             100, 0, Answer::kFull},
  {"ADayBeforeTheRow",         1, 30, {{1,  70, 0, true}},                             100, 0, Answer::kFree},
  {"ALaterContactCounts",      1, 30, {{1, 129, 0, true}},                             100, 0, Answer::kFull},
  {"ALaterOneIsFarEnough",     1, 30, {{1, 130, 0, true}},                             100, 0, Answer::kFree},
  {"OneDayRows",               1,  1, {{1,  99, 0, true}, {2, 101, 0, true}},          100, 0, Answer::kFree},
  {"TwoAroundButNeverInOneRow",2, 10, {{1,  95, 0, true}, {2, 105, 0, true}},          100, 0, Answer::kFree},
  {"TwoAroundInOneRow",        2, 10, {{1,  96, 0, true}, {2, 105, 0, true}},          100, 0, Answer::kFull},
  {"ThreeOfOneDay",            3, 10, {{1, 100, 0, true}, {2, 100, 0, true}},          100, 0, Answer::kFree},
  {"EqualPriorityStays",       1, 30, {{1, 100, 5, false}},                            100, 5, Answer::kFull},
  {"ASmallerOneGives",         1, 30, {{1, 100, 4, false}},                            100, 5, Answer::kDisplaces, {1}},
  {"AFrozenOneStays",          1, 30, {{1, 100, 4, true}},                             100, 5, Answer::kFull},
  {"TheSmallestGives",         2, 30, {{1, 100, 3, false}, {2, 101, 1, false}},        100, 5, Answer::kDisplaces, {2}},
  {"OfEqualOnesTheYoungest",   2, 30, {{1, 100, 3, false}, {2, 101, 3, false}},        100, 5, Answer::kDisplaces, {2}},
  {"OneOnEachSide",            1, 30, {{1,  80, 3, false}, {2, 120, 3, false}},        100, 5, Answer::kDisplaces, {1, 2}},
  {"OneSideIsFrozen",          1, 30, {{1,  80, 3, false}, {2, 120, 3, true}},         100, 5, Answer::kFull},
  {"OneInBothRowsIsEnough",    2, 10, {{1,  93, 1, false}, {2, 97, 2, false}, {3, 106, 3, false}}, 100, 5, Answer::kDisplaces, {2}},
  {"FarContactsDoNotGive",     1, 30, {{1, 100, 3, false}, {2, 10, 0, false}},         100, 5, Answer::kDisplaces, {1}},
  {"ABrokenCapIsNotMendedElsewhere", 1, 10, {{1, 50, 0, true}, {2, 51, 0, true}},      100, 5, Answer::kFree},
  {"AllThatAreTooMany",        1, 30, {{1, 100, 1, false}, {2, 101, 2, false}},        100, 5, Answer::kDisplaces, {1, 2}},
};
// clang-format on

class CapTest : public ::testing::TestWithParam<Case> {};

TEST_P(CapTest, Answers) {
  const Case& c = GetParam();
  wire::ContactRules rules;
  rules.cap = c.cap;
  rules.cap_days = c.cap_days;
  const CapDecision decision = AskCap(c.standing, rules, c.day, c.priority);
  EXPECT_EQ(decision.answer, c.answer);
  EXPECT_EQ(decision.displaced, c.displaced);
}

INSTANTIATE_TEST_SUITE_P(Cases, CapTest, ::testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

// ---- against a plain count of every row of days

bool Fits(const std::vector<Standing>& standing,
          const wire::ContactRules& rules, Day day) {
  for (Day first = day - rules.cap_days + 1; first <= day; ++first) {
    const auto held =
        std::count_if(standing.begin(), standing.end(), [&](const auto& one) {
          return one.day >= first && one.day < first + rules.cap_days;
        });
    if (held + 1 > rules.cap) return false;
  }
  return true;
}

std::vector<Standing> Without(std::vector<Standing> standing,
                              const std::vector<uint32_t>& runs) {
  standing.erase(std::remove_if(standing.begin(), standing.end(),
                                [&](const Standing& one) {
                                  return std::count(runs.begin(), runs.end(),
                                                    one.run) > 0;
                                }),
                 standing.end());
  return standing;
}

bool MayGo(const Standing& one, int32_t priority) {
  return !one.fixed && one.priority < priority;
}

void Check(const std::vector<Standing>& standing,
           const wire::ContactRules& rules, Day day, int32_t priority) {
  const CapDecision decision = AskCap(standing, rules, day, priority);
  EXPECT_EQ(decision.answer == Answer::kFree, Fits(standing, rules, day));
  std::vector<uint32_t> all;
  for (const Standing& one : standing)
    if (MayGo(one, priority)) all.push_back(one.run);
  EXPECT_EQ(decision.answer == Answer::kFull,
            !Fits(Without(standing, all), rules, day));
  if (decision.answer != Answer::kDisplaces) return;
  EXPECT_TRUE(Fits(Without(standing, decision.displaced), rules, day));
  for (const uint32_t run : decision.displaced) {
    EXPECT_EQ(std::count(all.begin(), all.end(), run), 1);
    std::vector<uint32_t> fewer = decision.displaced;
    fewer.erase(std::find(fewer.begin(), fewer.end(), run));
    EXPECT_FALSE(Fits(Without(standing, fewer), rules, day))
        << "run " << run << " need not go";
  }
}

TEST(CapPropertyTest, NoRowOfDaysIsEverTooFullAndNobodyGoesNeedlessly) {
  std::mt19937_64 random(testing::TestSeed(1));
  for (int round = 0; round < 20'000 && !::testing::Test::HasFailure();
       ++round) {
    wire::ContactRules rules;
    rules.cap = static_cast<int32_t>(random() % 4);
    rules.cap_days = 1 + static_cast<int32_t>(random() % 12);
    std::vector<Standing> standing(random() % 7);
    for (size_t i = 0; i < standing.size(); ++i)
      standing[i] = {static_cast<uint32_t>(i),
                     100 + static_cast<Day>(random() % 20),
                     static_cast<int32_t>(random() % 4), random() % 4 == 0};
    Check(standing, rules, 100 + static_cast<Day>(random() % 20),
          static_cast<int32_t>(random() % 5));
  }
}

}  // namespace
}  // namespace patron::contacts
