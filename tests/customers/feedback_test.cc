// What facts keep of complaints, reviews and surveys is what plain loops count
// over the events that stand in the store, merges included.
#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/customers/events.h"
#include "server/store/codec.h"
#include "server/store/keys.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::customers {
namespace {

using facts::Feedback;
using facts::FeedbackKind;
using ::patron::testing::AppliedStore;
using ::patron::testing::Body;
using ::patron::testing::kNoonUs;
using ::patron::testing::MakeEvent;
using ::testing::HasSubstr;
using ::testing::SizeIs;

struct Answer {
  int64_t at_us = 0;
  wire::EventRow row;
};

std::vector<Answer> AnswersOf(const store::Store& store,
                              CustomerOrdinal customer) {
  std::vector<Answer> answers;
  EXPECT_OK(store.ScanPrefix(
      store::Family::kEvents, store::CustomerKey(customer),
      [&](absl::string_view key, absl::string_view bytes) {
        answers.push_back(
            {absl::ToUnixMicros(store::DecodeHistoryKey(key)->happened_at),
             *store::Decode<wire::EventRow>(bytes, "event")});
        return true;
      }));
  return answers;
}

bool IsOf(const wire::EventRow& row, FeedbackKind kind) {
  if (kind == FeedbackKind::kComplaint)
    return row.kind == wire::EventKind::COMPLAINT;
  if (kind == FeedbackKind::kReview) return row.kind == wire::EventKind::REVIEW;
  if (row.kind != wire::EventKind::SURVEY) return false;
  const int asked = row.__isset.measure ? row.measure : wire::Measure::NPS;
  return asked == static_cast<int>(kind) - 2;
}

Feedback Naive(const std::vector<Answer>& answers, FeedbackKind kind) {
  Feedback counted;
  std::vector<std::pair<int64_t, int64_t>> scores;
  std::vector<Day> days;
  for (const Answer& answer : answers) {
    if (!IsOf(answer.row, kind)) continue;
    days.push_back(answer.row.local_day);
    if (answer.row.__isset.value)
      scores.emplace_back(answer.at_us, answer.row.value);
  }
  if (days.empty()) return counted;
  counted.kind = kind;
  counted.count = static_cast<int32_t>(days.size());
  counted.first_day = *std::min_element(days.begin(), days.end());
  counted.last_day = *std::max_element(days.begin(), days.end());
  counted.scored = static_cast<int32_t>(scores.size());
  if (scores.empty()) return counted;
  for (const auto& [at_us, score] : scores) counted.sum += score;
  std::tie(counted.first_at_us, counted.first_score) =
      *std::min_element(scores.begin(), scores.end());
  std::tie(counted.last_at_us, counted.last_score) =
      *std::max_element(scores.begin(), scores.end());
  return counted;
}

// Of the customers of CommandGenerator, who merge.
wire::Event SomeAnswer(std::mt19937_64& random) {
  constexpr wire::EventKind::type kKinds[] = {wire::EventKind::COMPLAINT,
                                              wire::EventKind::REVIEW,
                                              wire::EventKind::SURVEY};
  wire::Event event =
      MakeEvent(kKinds[random() % 3], absl::StrCat("c", random() % 40), "",
                kNoonUs + static_cast<int64_t>(random() % 50));
  if (random() % 3 != 0) event.__set_value(static_cast<int64_t>(random() % 11));
  if (event.kind == wire::EventKind::SURVEY && random() % 5 != 0)
    event.__set_measure(static_cast<wire::Measure::type>(1 + random() % 4));
  return event;
}

class FeedbackFactsTest : public ::testing::Test {
 protected:
  // How much of each kind was compared.
  std::map<FeedbackKind, int> Compare() {
    std::map<FeedbackKind, int> seen;
    const store::OrdinalTable& table = store_.state().ordinals.customers;
    for (uint32_t at = 0; at < table.size(); ++at) {
      const std::string id(table.IdOf(at));
      if (table.Find(id) != at) continue;
      const auto answers =
          AnswersOf(*store_.state().store, CustomerOrdinal(at));
      const auto known = store_.FactsOf(id).summary.feedback;
      for (int i = 1; i <= 6; ++i) {
        const auto kind = static_cast<FeedbackKind>(i);
        EXPECT_EQ(FeedbackOf(known, kind), Naive(answers, kind))
            << id << " " << NameOf(kind);
        seen[kind] += FeedbackOf(known, kind).count;
      }
    }
    return seen;
  }

  testing::TempDir dir_;
  AppliedStore store_{dir_.File("store")};
};

TEST_F(FeedbackFactsTest, RandomEventsAreCountedAsPlainLoopsCountThem) {
  const uint64_t seed = testing::TestSeed(40'100);
  testing::CommandGenerator commands(seed);
  std::mt19937_64 random(seed + 1);
  for (int round = 0; round < 8; ++round) {
    std::vector<wire::Command> batch;
    for (int i = 0; i < 250; ++i) batch.push_back(commands.Next());
    store_.Apply(batch);
    for (int i = 0; i < 40; ++i) store_.Apply(Body(SomeAnswer(random)));
    if (round % 3 == 2) store_.Reopen();
    const auto seen = Compare();
    if (HasFailure()) return;
    if (round < 7) continue;
    ASSERT_THAT(seen, SizeIs(6));
    for (const auto& [kind, count] : seen) EXPECT_GT(count, 9) << NameOf(kind);
  }
}

TEST_F(FeedbackFactsTest, WhatASurveyAskedComesBack) {
  wire::Event event =
      MakeEvent(wire::EventKind::SURVEY, "ann", "", kNoonUs + 1);
  event.__set_value(4);
  event.__set_measure(wire::Measure::CSAT);
  store_.Apply(Body(event));
  const auto answers = AnswersOf(
      *store_.state().store,
      CustomerOrdinal(*store_.state().ordinals.customers.Find("ann")));
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(ToWire(answers[0].row, "ann", absl::FromUnixMicros(kNoonUs + 1),
                   store_.state().ordinals),
            event);
}

TEST_F(FeedbackFactsTest, OnlyASurveyAsksAndOnlyWhatIsKnown) {
  wire::Event event = MakeEvent(wire::EventKind::REVIEW, "ann", "");
  event.__set_measure(wire::Measure::NPS);
  EXPECT_THAT(std::string(Validate(event).message()), HasSubstr("no survey"));
  event.kind = wire::EventKind::SURVEY;
  EXPECT_OK(Validate(event));
  event.__set_measure(static_cast<wire::Measure::type>(5));
  EXPECT_THAT(std::string(Validate(event).message()), HasSubstr("measure: 5"));
  event = MakeEvent(wire::EventKind::COMPLAINT, "ann", "");
  EXPECT_OK(Validate(event));
}

}  // namespace
}  // namespace patron::customers
