#include "server/facts/feedback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "tests/testing/seed.h"
#include "types_types.h"

namespace patron::facts {
namespace {

using Kind = FeedbackKind;

TEST(FeedbackTest, EventsAreToldApart) {
  EXPECT_EQ(FeedbackKindOf(wire::EventKind::VIEW, 0), Kind::kNone);
  EXPECT_EQ(FeedbackKindOf(wire::EventKind::COMPLAINT, 0), Kind::kComplaint);
  EXPECT_EQ(FeedbackKindOf(wire::EventKind::REVIEW, 0), Kind::kReview);
  EXPECT_EQ(FeedbackKindOf(wire::EventKind::SURVEY, 0), Kind::kNps);
  EXPECT_EQ(FeedbackKindOf(wire::EventKind::SURVEY, wire::Measure::NPS),
            Kind::kNps);
  EXPECT_EQ(FeedbackKindOf(wire::EventKind::SURVEY, wire::Measure::CSI),
            Kind::kCsi);
}

TEST(FeedbackTest, NamesLeadBackToKinds) {
  for (int kind = 0; kind <= static_cast<int>(Kind::kCsi); ++kind)
    EXPECT_EQ(FeedbackNamed(NameOf(static_cast<Kind>(kind))),
              static_cast<Kind>(kind));
  EXPECT_EQ(FeedbackNamed("applause"), Kind::kNone);
}

TEST(FeedbackTest, FirstAndLastGoByTheTimeOfWhatHasAScore) {
  std::vector<Feedback> all;
  AddFeedback(all, {Kind::kNps, 12, 120, 7});
  AddFeedback(all, {Kind::kNps, 11, 110, 9});
  AddFeedback(all, {Kind::kNps, 13, 130, std::nullopt});
  AddFeedback(all, {Kind::kReview, 5, 50, 1});
  const Feedback& nps = FeedbackOf(all, Kind::kNps);
  EXPECT_EQ(nps.count, 3);
  EXPECT_EQ(nps.scored, 2);
  EXPECT_EQ(nps.sum, 16);
  EXPECT_EQ(nps.first_score, 9);
  EXPECT_EQ(nps.last_score, 7);
  EXPECT_EQ(nps.first_day, 11);
  EXPECT_EQ(nps.last_day, 13);
  EXPECT_EQ(FeedbackOf(all, Kind::kReview).last_score, 1);
  EXPECT_EQ(FeedbackOf(all, Kind::kComplaint), Feedback());
}

TEST(FeedbackTest, AnyOrderGivesTheSame) {
  const uint64_t seed = testing::TestSeed(31);
  std::mt19937_64 random(seed);
  std::vector<Told> told;
  for (int i = 0; i < 40; ++i) {
    Told& one = told.emplace_back();
    one.kind = static_cast<Kind>(1 + random() % 6);
    one.day = static_cast<Day>(10 + random() % 5);
    one.at_us = static_cast<int64_t>(random() % 8);
    if (random() % 3 != 0) one.score = static_cast<int64_t>(random() % 11);
  }
  told[0].score = std::numeric_limits<int64_t>::max();
  told[1].score = std::numeric_limits<int64_t>::min();
  std::vector<Feedback> in_order;
  for (const Told& one : told) AddFeedback(in_order, one);
  for (int round = 0; round < 100; ++round) {
    std::shuffle(told.begin(), told.end(), random);
    std::vector<Feedback> all;
    for (const Told& one : told) AddFeedback(all, one);
    EXPECT_EQ(all, in_order);
  }
}

}  // namespace
}  // namespace patron::facts
