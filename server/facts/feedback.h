// What a customer told the shop: complaints, reviews, and answers to surveys by
// what they asked. Kept by kind as counts, sums and first and last scores, in
// whatever order it was heard of.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/base/day.h"

namespace patron::facts {

// Numbers on disk: never reused.
enum class FeedbackKind : uint8_t {
  kNone = 0,
  kComplaint = 1,
  kReview = 2,
  kNps = 3,   // would you recommend us, 0 to 10
  kCsat = 4,  // how satisfied are you
  kCes = 5,   // how much effort did it take
  kCsi = 6,   // an index over several questions
};

// Of an event by its wire::EventKind and, of a survey, its wire::Measure (0:
// not told, which is NPS). kNone: the event is no feedback.
FeedbackKind FeedbackKindOf(int event_kind, int measure);
// "complaint", "review", "nps", "csat", "ces", "csi"; "" and kNone for others.
absl::string_view NameOf(FeedbackKind kind);
FeedbackKind FeedbackNamed(absl::string_view name);
// Of all kinds but kNone.
absl::Span<const absl::string_view> FeedbackNames();

// All of one kind. First and last go by when it happened; of two at one moment
// the lower score is the first and the higher the last.
struct Feedback {
  FeedbackKind kind = FeedbackKind::kNone;
  int32_t count = 0;
  int32_t scored = 0;  // of them, with a score: the rest speaks of these
  int64_t sum = 0;
  Day first_day = 0;  // of all, scored or not
  Day last_day = 0;
  int64_t first_at_us = 0;
  int64_t first_score = 0;
  int64_t last_at_us = 0;
  int64_t last_score = 0;

  friend bool operator==(const Feedback&, const Feedback&) = default;
};

// A score beyond this, either way, counts as this: sums stay exact.
inline constexpr int64_t kMostScore = 1'000'000'000;

struct Told {
  FeedbackKind kind = FeedbackKind::kNone;
  Day day = 0;
  int64_t at_us = 0;
  std::optional<int64_t> score;
};

// Counts it in; `all` is sorted by kind.
void AddFeedback(std::vector<Feedback>& all, const Told& told);
// An empty one where nothing of the kind was told.
const Feedback& FeedbackOf(const std::vector<Feedback>& all, FeedbackKind kind);

}  // namespace patron::facts
