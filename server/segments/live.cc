#include "server/segments/live.h"

#include <algorithm>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "server/segments/kept.h"
#include "server/segments/question.h"
#include "server/segments/scan.h"
#include "server/segments/subject.h"

namespace patron::segments {

using columns::kBlockRows;

namespace {

// Blocks that one thread scans at a time, holding the catalogue still.
constexpr size_t kBlocksAtOnce = 8;

// Days that views of one position are asked for side by side.
constexpr size_t kMostScenes = 4;

// Plans remembered; all are forgotten when there are more.
constexpr size_t kMostPlans = 512;

using PlanPtr = std::shared_ptr<const Plan>;
using BoundPtr = std::shared_ptr<const Bound>;

using QuestionPtr = std::shared_ptr<const Question>;

// A moment and what was worked out for it.
class Scene {
 public:
  explicit Scene(Moment at) : moment(std::move(at)) {}

  BoundPtr BoundFor(const PlanPtr& plan, Workers& workers) const {
    if (BoundPtr known = FindBound(plan)) return known;
    auto bound = std::make_shared<const Bound>(plan->Bind(moment, workers));
    const absl::MutexLock lock(&mutex_);
    return bounds_.try_emplace(plan, std::move(bound)).first->second;
  }
  // Null where nobody asked BoundFor yet.
  BoundPtr FindBound(const PlanPtr& plan) const {
    const absl::MutexLock lock(&mutex_);
    const auto at = bounds_.find(plan);
    return at == bounds_.end() ? nullptr : at->second;
  }

  // By the program itself: its text is long.
  QuestionPtr FindQuestion(const rules::Program& rule) const {
    const absl::MutexLock lock(&mutex_);
    const auto at = questions_.find(rule.code());
    return at == questions_.end() ? nullptr : at->second.question;
  }
  void Remember(const rules::Program& rule, QuestionPtr question) const {
    const absl::MutexLock lock(&mutex_);
    if (questions_.size() >= kMostPlans) questions_.clear();
    questions_.try_emplace(rule.code(), Known{rule, std::move(question)});
  }

  const Moment moment;

 private:
  struct Known {
    rules::Program rule;  // keeps its code, by which it is found
    QuestionPtr question;
  };

  mutable absl::Mutex mutex_;
  mutable absl::flat_hash_map<PlanPtr, BoundPtr> bounds_
      ABSL_GUARDED_BY(mutex_);
  mutable absl::flat_hash_map<const rules::Code*, Known> questions_
      ABSL_GUARDED_BY(mutex_);
};
using ScenePtr = std::shared_ptr<const Scene>;

// The day of the shop, asked of the time zone once a minute: no day begins
// within one.
class Today {
 public:
  Day At(absl::Time now, const absl::TimeZone& zone) {
    const int64_t minute = absl::ToUnixSeconds(now) / 60;
    const absl::MutexLock lock(&mutex_);
    if (minute != minute_) {
      minute_ = minute;
      day_ = DayOf(now, zone);
    }
    return day_;
  }

 private:
  absl::Mutex mutex_;
  int64_t minute_ ABSL_GUARDED_BY(mutex_) = -1;
  Day day_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace

struct Live::Impl {
  Impl(const LiveParts& live_parts, const Clock& live_clock,
       absl::TimeZone live_zone, const LiveOptions& options)
      : parts(live_parts),
        clock(live_clock),
        zone(live_zone),
        kept(parts, options.keyed_columns),
        workers(options.workers) {}

  // The scene of a day at the newest position: one of those at hand, or a new
  // one.
  ScenePtr SceneOn(Day day) {
    const LogPosition position = parts.columns.published();
    const checkout::CompiledPtr definitions = parts.holdings.definitions();
    const absl::MutexLock lock(&mutex);
    for (const ScenePtr& scene : scenes)
      if (scene->moment.today == day &&
          scene->moment.snapshot->position == position &&
          scene->moment.definitions == definitions)
        return scene;
    auto scene = std::make_shared<const Scene>(
        Moment{parts.columns.Now(), definitions, day});
    // What is behind is not asked for again, and must not hold old blocks.
    std::erase_if(scenes, [&](const ScenePtr& other) {
      return other->moment.today == day ||
             other->moment.snapshot != scene->moment.snapshot;
    });
    if (scenes.size() == kMostScenes) scenes.erase(scenes.begin());
    scenes.push_back(scene);
    return scene;
  }

  PlanPtr PlanFor(const rules::Program& rule) {
    const std::string& text = rule.code()->text;
    const uint64_t now = kept.generation();
    {
      const absl::MutexLock lock(&mutex);
      if (now != generation) plans.clear();
      generation = now;
      const auto at = plans.find(text);
      if (at != plans.end()) return at->second;
    }
    auto plan = std::make_shared<const Plan>(rule, kept, parts);
    const absl::MutexLock lock(&mutex);
    if (plans.size() >= kMostPlans) plans.clear();
    return plans.try_emplace(text, std::move(plan)).first->second;
  }

  const LiveParts parts;
  const Clock& clock;
  const absl::TimeZone zone;
  Today today;
  Kept kept;
  Workers workers;
  absl::Mutex mutex;
  std::vector<ScenePtr> scenes ABSL_GUARDED_BY(mutex);  // of days
  uint64_t generation ABSL_GUARDED_BY(mutex) = 0;
  absl::flat_hash_map<std::string, PlanPtr> plans ABSL_GUARDED_BY(mutex);
};

struct View::Impl {
  Live::Impl& live;
  ScenePtr scene;

  const Moment& moment() const { return scene->moment; }
  const columns::Snapshot& snapshot() const { return *moment().snapshot; }

  // Calls `ask` with what subjects of this view share.
  template <typename Ask>
  void Around(bool events_from_store, const Ask& ask) const {
    const Place place(live.parts.catalog, live.parts.ordinals);
    ask(AroundOf(live.parts, moment(), place, events_from_store));
  }

  QuestionPtr QuestionOf(const rules::Program& rule) const {
    if (QuestionPtr known = scene->FindQuestion(rule)) return known;
    const PlanPtr plan = live.PlanFor(rule);
    const BoundPtr bound = scene->FindBound(plan);
    auto question = std::make_shared<const Question>(plan, live.parts, moment(),
                                                     bound.get());
    scene->Remember(rule, question);
    return question;
  }

  bool IsCustomer(CustomerOrdinal customer) const {
    const columns::Row* const row = snapshot().Find(customer);
    return row != nullptr && row->is_customer;
  }

  // Calls `scan` with a function from a block's place to its members, for
  // blocks first … last.
  template <typename Scan>
  void ScanBlocks(const PlanPtr& plan, const Bound& bound,
                  const Scan& scan) const {
    Around(plan->events_from_store(), [&](const Surroundings& around) {
      Scanner scanner(*plan, bound, around);
      scan([&](size_t block, Mask& mask) {
        mask.fill(1);
        bound.customers->blocks[block]->values.KeepKnown(mask);
        scanner.Narrow(block, mask);
      });
    });
  }

  Roaring Customers() const {
    std::vector<uint64_t> words(snapshot().blocks.size() * kBlockRows / 64);
    const auto version = live.kept.customers()->At(moment(), live.workers);
    for (size_t at = 0; at < version->blocks.size(); ++at) {
      Mask mask;
      mask.fill(1);
      version->blocks[at]->values.KeepKnown(mask);
      PackBits(mask, words.data() + at * kBlockRows / 64);
    }
    return ToRoaring(words);
  }

  Roaring MembersOf(const PlanPtr& plan) const {
    const BoundPtr bound = scene->BoundFor(plan, live.workers);
    const size_t blocks = snapshot().blocks.size();
    std::vector<uint64_t> words(blocks * kBlockRows / 64);
    live.workers.Share(blocks, kBlocksAtOnce, [&](size_t from, size_t to) {
      ScanBlocks(plan, *bound, [&](const auto& members_of) {
        for (size_t at = from; at < to; ++at) {
          Mask mask;
          members_of(at, mask);
          PackBits(mask, words.data() + at * kBlockRows / 64);
        }
      });
    });
    return ToRoaring(words);
  }

  Roaring MembersFrom(const PlanPtr& plan, uint32_t first, size_t most,
                      uint32_t& next) const {
    const BoundPtr bound = scene->BoundFor(plan, live.workers);
    Roaring members;
    size_t found = 0;
    next = first;
    while (next < snapshot().ordinals && found < most) {
      ScanBlocks(plan, *bound, [&](const auto& members_of) {
        const size_t block = next / kBlockRows;
        Mask mask;
        members_of(block, mask);
        const auto end = static_cast<uint32_t>((block + 1) * kBlockRows);
        for (; next < end && found < most; ++next) {
          if (!mask[next % kBlockRows]) continue;
          members.add(next);
          ++found;
        }
      });
    }
    return members;
  }
};

// ---- Live

Live::Live(const LiveParts& parts, const Clock& clock, absl::TimeZone zone,
           LiveOptions options)
    : impl_(std::make_unique<Impl>(parts, clock, zone, options)) {}

Live::~Live() = default;

View Live::Now() const {
  return On(impl_->today.At(impl_->clock.Now(), impl_->zone));
}

View Live::On(Day today) const {
  ScenePtr scene;
  impl_->workers.Do([&] { scene = impl_->SceneOn(today); });
  return View(
      std::unique_ptr<View::Impl>(new View::Impl{*impl_, std::move(scene)}));
}

void Live::Keep(const std::vector<rules::Program>& rules) {
  impl_->kept.Keep(rules);
}

void Live::Warm() const {
  const View now = Now();
  impl_->workers.Do([&] {
    for (const std::shared_ptr<Column>& column : impl_->kept.All())
      column->At(now.impl_->moment(), impl_->workers);
  });
}

size_t Live::kept_bytes() const {
  size_t sum = 0;
  for (const std::shared_ptr<Column>& column : impl_->kept.All())
    sum += column->bytes();
  return sum;
}

// ---- View

View::View(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
View::~View() = default;
View::View(View&&) noexcept = default;

LogPosition View::position() const { return impl_->snapshot().position; }
Day View::today() const { return impl_->moment().today; }
uint32_t View::customers() const { return impl_->snapshot().customers; }
const columns::Snapshot& View::snapshot() const { return impl_->snapshot(); }

Roaring View::Everybody() const {
  Roaring everybody;
  impl_->live.workers.Do([&] { everybody = impl_->Customers(); });
  return everybody;
}

Roaring View::Members(const rules::Program& rule) const {
  if (rule.empty()) return Everybody();
  Roaring members;
  impl_->live.workers.Do(
      [&] { members = impl_->MembersOf(impl_->live.PlanFor(rule)); });
  return members;
}

Roaring View::MembersFrom(const rules::Program& rule, uint32_t first,
                          size_t most, uint32_t& next) const {
  static const auto* const kEverybody =
      new rules::Program(*rules::Compile("true", subjects::CustomerSchema()));
  Roaring members;
  impl_->live.workers.Do([&] {
    members = impl_->MembersFrom(
        impl_->live.PlanFor(rule.empty() ? *kEverybody : rule), first, most,
        next);
  });
  return members;
}

bool View::Holds(const rules::Program& rule, CustomerOrdinal customer) const {
  if (!impl_->IsCustomer(customer)) return false;
  return rule.empty() || impl_->QuestionOf(rule)->Holds(customer);
}

std::vector<rules::Clause> View::Explain(const rules::Program& rule,
                                         CustomerOrdinal customer) const {
  std::vector<rules::Clause> clauses;
  if (!impl_->IsCustomer(customer)) return clauses;
  impl_->Around(ReadsEventTexts(rule), [&](const Surroundings& around) {
    clauses = rule.Explain(RowSubject(around, customer));
  });
  return clauses;
}

void View::Share(size_t size, size_t grain, Workers::Work work) const {
  impl_->live.workers.Share(size, grain, work);
}

bool View::With(CustomerOrdinal customer,
                absl::FunctionRef<void(const rules::Subject&)> look) const {
  if (!impl_->IsCustomer(customer)) return false;
  impl_->Around(true, [&](const Surroundings& around) {
    look(RowSubject(around, customer));
  });
  return true;
}

}  // namespace patron::segments
