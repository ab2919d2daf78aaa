#include "server/segments/live.h"

#include <utility>

#include "server/segments/subject.h"

namespace patron::segments {

using columns::kBlockRows;

// What a view looks at; never changes.
struct Moment {
  std::shared_ptr<const columns::Snapshot> snapshot;
  checkout::CompiledPtr definitions;
  Day today = 0;
};

struct Live::Impl {
  LiveParts parts;
  const Clock& clock;
  absl::TimeZone zone;
  LiveOptions options;
};

struct View::Impl {
  const LiveParts& parts;
  Moment moment;

  const columns::Snapshot& snapshot() const { return *moment.snapshot; }

  // Calls `ask` with what subjects of this view share.
  template <typename Ask>
  void Around(bool events_from_store, const Ask& ask) const {
    const Place place(parts.catalog, parts.ordinals);
    ask(Surroundings{snapshot(), parts.columns, parts.store, place,
                     moment.definitions->programmes, moment.today,
                     events_from_store});
  }
  bool IsCustomer(CustomerOrdinal customer) const {
    const columns::Row* const row = snapshot().Find(customer);
    return row != nullptr && row->is_customer;
  }
};

Live::Live(const LiveParts& parts, const Clock& clock, absl::TimeZone zone,
           LiveOptions options)
    : impl_(new Impl{parts, clock, zone, options}) {}

Live::~Live() = default;

View Live::Now() const { return On(DayOf(impl_->clock.Now(), impl_->zone)); }

View Live::On(Day today) const {
  return View(std::unique_ptr<View::Impl>(new View::Impl{
      impl_->parts,
      {impl_->parts.columns.Now(), impl_->parts.holdings.definitions(),
       today}}));
}

void Live::Keep(const std::vector<rules::Program>& rules) { (void)rules; }

size_t Live::kept_bytes() const { return 0; }

View::View(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
View::~View() = default;
View::View(View&&) noexcept = default;

LogPosition View::position() const { return impl_->snapshot().position; }
Day View::today() const { return impl_->moment.today; }
uint32_t View::customers() const { return impl_->snapshot().customers; }
const columns::Snapshot& View::snapshot() const { return impl_->snapshot(); }

Roaring View::Everybody() const { return Members(rules::Program()); }

Roaring View::Members(const rules::Program& rule) const {
  uint32_t next = 0;
  return MembersFrom(rule, 0, snapshot().ordinals, next);
}

Roaring View::MembersFrom(const rules::Program& rule, uint32_t first,
                          size_t most, uint32_t& next) const {
  Roaring members;
  size_t found = 0;
  next = first;
  impl_->Around(ReadsEventTexts(rule), [&](const Surroundings& around) {
    for (; next < snapshot().ordinals && found < most; ++next) {
      const CustomerOrdinal customer(next);
      if (!impl_->IsCustomer(customer) ||
          !rule.Holds(RowSubject(around, customer)))
        continue;
      members.add(next);
      ++found;
    }
  });
  return members;
}

bool View::Holds(const rules::Program& rule, CustomerOrdinal customer) const {
  if (!impl_->IsCustomer(customer)) return false;
  bool holds = false;
  impl_->Around(ReadsEventTexts(rule), [&](const Surroundings& around) {
    holds = rule.Holds(RowSubject(around, customer));
  });
  return holds;
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

bool View::With(CustomerOrdinal customer,
                absl::FunctionRef<void(const rules::Subject&)> look) const {
  if (!impl_->IsCustomer(customer)) return false;
  impl_->Around(true, [&](const Surroundings& around) {
    look(RowSubject(around, customer));
  });
  return true;
}

}  // namespace patron::segments
