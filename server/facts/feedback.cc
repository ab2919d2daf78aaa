#include "server/facts/feedback.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "types_types.h"

namespace patron::facts {
namespace {

// By FeedbackKind.
constexpr std::array<absl::string_view, 7> kNames = {
    "", "complaint", "review", "nps", "csat", "ces", "csi"};

FeedbackKind KindOfMeasure(int measure) {
  switch (measure) {
    case wire::Measure::CSAT:
      return FeedbackKind::kCsat;
    case wire::Measure::CES:
      return FeedbackKind::kCes;
    case wire::Measure::CSI:
      return FeedbackKind::kCsi;
    default:
      return FeedbackKind::kNps;
  }
}

bool IsBelow(const Feedback& one, FeedbackKind kind) { return one.kind < kind; }

void AddScore(int64_t at_us, int64_t score, Feedback& to) {
  const bool first = to.scored == 0;
  const std::pair now(at_us, score);
  ++to.scored;
  to.sum += score;
  if (first || now < std::pair(to.first_at_us, to.first_score))
    std::tie(to.first_at_us, to.first_score) = now;
  if (first || now > std::pair(to.last_at_us, to.last_score))
    std::tie(to.last_at_us, to.last_score) = now;
}

}  // namespace

FeedbackKind FeedbackKindOf(int event_kind, int measure) {
  switch (event_kind) {
    case wire::EventKind::COMPLAINT:
      return FeedbackKind::kComplaint;
    case wire::EventKind::REVIEW:
      return FeedbackKind::kReview;
    case wire::EventKind::SURVEY:
      return KindOfMeasure(measure);
    default:
      return FeedbackKind::kNone;
  }
}

absl::string_view NameOf(FeedbackKind kind) {
  return kNames[static_cast<size_t>(kind)];
}

absl::Span<const absl::string_view> FeedbackNames() {
  return absl::MakeConstSpan(kNames).subspan(1);
}

FeedbackKind FeedbackNamed(absl::string_view name) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  return found == kNames.end()
             ? FeedbackKind::kNone
             : static_cast<FeedbackKind>(found - kNames.begin());
}

void AddFeedback(std::vector<Feedback>& all, const Told& told) {
  auto at = std::lower_bound(all.begin(), all.end(), told.kind, IsBelow);
  if (at == all.end() || at->kind != told.kind) {
    at = all.insert(at, Feedback());
    at->kind = told.kind;
    at->first_day = at->last_day = told.day;
  }
  ++at->count;
  at->first_day = std::min(at->first_day, told.day);
  at->last_day = std::max(at->last_day, told.day);
  if (told.score)
    AddScore(told.at_us, std::clamp(*told.score, -kMostScore, kMostScore), *at);
}

const Feedback& FeedbackOf(const std::vector<Feedback>& all,
                           FeedbackKind kind) {
  static const auto* const kNothing = new Feedback;
  const auto at = std::lower_bound(all.begin(), all.end(), kind, IsBelow);
  return at == all.end() || at->kind != kind ? *kNothing : *at;
}

}  // namespace patron::facts
