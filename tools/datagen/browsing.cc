#include "tools/datagen/browsing.h"

#include <algorithm>

namespace patron::datagen {
namespace {

enum Stream : uint64_t { kSessions = 501, kVisitorCounts, kSurveys };

constexpr absl::string_view kSources[] = {"direct", "newsletter",
                                          "search engine", "social media"};
constexpr absl::string_view kReviewTexts[] = {
    "not for us", "rather disappointing", "does what it should",
    "good, we will buy it again", "excellent, our favourite"};

Event EventOf(const Receipt& receipt, EventKind kind, uint32_t product,
              absl::Time when) {
  Event event;
  event.kind = kind;
  event.customer = receipt.customer;
  event.product = product;
  event.store = receipt.store;
  event.channel = receipt.channel;
  event.happened_at = when;
  return event;
}

absl::Duration Dwell(Random& random) {
  const int glance = random.Between(1500, 30000);
  return absl::Milliseconds(glance + random.Between(0, 30000));
}

}  // namespace

Browsing::Browsing(const ShopOptions& options, const Catalogue& catalogue)
    : options_(options),
      catalogue_(catalogue),
      receipts_in_store_(catalogue.stores().size()) {}

void Browsing::OnReceipt(const Receipt& receipt, int day) {
  Random random(Mix(options_.seed, kSessions, receipt.number));
  if (receipt.channel == Channel::kStore) {
    ++receipts_in_store_[receipt.store];
  } else {
    AddSession(receipt, random);
    if (random.Chance(0.3)) AddLaterVisit(receipt, day, random);
  }
  if (receipt.customer != kNone) AddReviews(receipt, day, random);
  if (receipt.customer != kNone && options_.marketing) AddSurvey(receipt, day);
}

// Before she pays, each product has its turn: she may search, may look at
// another one, looks at it, may open its details and puts it into the cart.
void Browsing::AddSession(const Receipt& receipt, Random& random) {
  const int lines = static_cast<int>(receipt.lines.size());
  const int turn = std::max(1, std::min(90, 4 * 3600 / lines));  // seconds
  absl::Time start = receipt.happened_at - absl::Seconds(turn * lines);
  const size_t first = today_.size();
  for (const Line& line : receipt.lines) {
    const auto at = [&](int percent) {
      return start +
             absl::Seconds(turn * (percent + random.Between(0, 15)) / 100);
    };
    const Category& category = catalogue_.CategoryOf(line.product);
    const auto add = [&](EventKind kind, uint32_t product, int percent) {
      today_.push_back(EventOf(receipt, kind, product, at(percent)));
    };
    if (random.Chance(0.25)) {
      add(EventKind::kSearch, kNone, 0);
      today_.back().text =
          category.nouns[catalogue_.products()[line.product].noun];
    }
    if (random.Chance(0.35) && !category.everyday.empty()) {
      add(EventKind::kView,
          category
              .members[category.staple_count + category.everyday.Draw(random)],
          20);
      today_.back().dwell = Dwell(random);
    }
    add(EventKind::kView, line.product, 40);
    today_.back().dwell = Dwell(random);
    if (random.Chance(0.4)) add(EventKind::kClick, line.product, 60);
    add(EventKind::kCartAdd, line.product, 80);
    start += absl::Seconds(turn);
  }
  today_[first].source =
      kSources[random.Below(static_cast<uint32_t>(std::size(kSources)))];
}

// Comes back some days later only to look, at more of what she bought.
void Browsing::AddLaterVisit(const Receipt& receipt, int day, Random& random) {
  const int delay = random.Between(1, 6);
  const Line& line =
      receipt.lines[random.Below(static_cast<uint32_t>(receipt.lines.size()))];
  const Category& category = catalogue_.CategoryOf(line.product);
  absl::Time when = receipt.happened_at + absl::Hours(24 * delay);
  const int views = random.Between(1, 4);
  for (int i = 0; i < views; ++i) {
    const uint32_t product = category.members[random.Below(
        static_cast<uint32_t>(category.members.size()))];
    if (catalogue_.products()[product].release_day > day + delay) continue;
    Event event = EventOf(receipt, EventKind::kView, product, when);
    event.dwell = Dwell(random);
    later_[(day + delay) % kRing].push_back(event);
  }
}

void Browsing::AddReviews(const Receipt& receipt, int day, Random& random) {
  for (const Line& line : receipt.lines) {
    if (!random.Chance(0.01)) continue;
    const int delay = random.Between(3, kRing - 2);
    const int score =
        1 + static_cast<int>(std::max(random.Below(5), random.Below(5)));
    Event event = EventOf(receipt, EventKind::kReview, line.product,
                          receipt.happened_at + absl::Hours(24 * delay));
    event.value = score;
    event.text = kReviewTexts[score - 1];
    later_[(day + delay) % kRing].push_back(event);
  }
}

// How likely she would recommend the shop, 0 to 10; most are content.
void Browsing::AddSurvey(const Receipt& receipt, int day) {
  Random random(Mix(options_.seed, kSurveys, receipt.number));
  if (!random.Chance(0.03)) return;
  const int delay = random.Between(1, 3);
  const uint32_t one = random.Below(11), other = random.Below(11);
  Event event = EventOf(receipt, EventKind::kSurvey, kNone,
                        receipt.happened_at + absl::Hours(24 * delay));
  event.value = static_cast<int>(std::max(one, other));
  later_[(day + delay) % kRing].push_back(event);
}

void Browsing::AddVisitors(int day, absl::Time start) {
  for (uint32_t store = 0; store < receipts_in_store_.size(); ++store) {
    const int receipts = receipts_in_store_[store];
    receipts_in_store_[store] = 0;
    if (receipts == 0) continue;
    Random random(Mix(options_.seed, kVisitorCounts, store, day));
    Event event;
    event.kind = EventKind::kVisitors;
    event.store = store;
    event.channel = Channel::kStore;
    event.happened_at = start + absl::Hours(20);
    event.value = receipts * 3 + random.Between(0, 9);
    today_.push_back(event);
  }
}

void Browsing::EndDay(int day, absl::Time start, ShopListener& listener) {
  AddVisitors(day, start);
  std::vector<Event>& due = later_[day % kRing];
  today_.insert(today_.end(), due.begin(), due.end());
  due.clear();
  std::stable_sort(today_.begin(), today_.end(),
                   [](const Event& a, const Event& b) {
                     return a.happened_at < b.happened_at;
                   });
  for (Event& event : today_) {
    event.number = next_number_++;
    listener.OnEvent(event);
  }
  today_.clear();
}

}  // namespace patron::datagen
