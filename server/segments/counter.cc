#include <algorithm>
#include <limits>

#include "absl/numeric/int128.h"
#include "server/rules/evaluator.h"
#include "server/segments/counting.h"
#include "server/subjects/fields.h"

namespace patron::segments {
namespace {

using columns::EventColumns;
using columns::LineColumns;
using rules::Aggregate;
using rules::Node;

constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
constexpr int64_t kHighest = std::numeric_limits<int64_t>::max();

// Of blocks of which fewer rows are wanted only their lines are looked at.
constexpr size_t kFewRows = 160;

int64_t Clamp(absl::int128 value) {
  if (value < kLowest) return kLowest;
  if (value > kHighest) return kHighest;
  return static_cast<int64_t>(value);
}

// Calls `use` with a function from a place to the number there (nullopt: not
// known) for a field of Trait::kNumber.
template <typename Use>
void WithNumber(const LineColumns& lines, int field, Day today,
                const Use& use) {
  using Known = std::optional<int64_t>;
  const auto of = [&](const columns::Numbers& numbers) {
    if (!numbers.wide().empty())
      return use([&wide = numbers.wide()](size_t i) { return Known(wide[i]); });
    use([&narrow = numbers.narrow()](size_t i) { return Known(narrow[i]); });
  };
  switch (field) {
    case subjects::kAmount:
      return of(lines.amount);
    case subjects::kListAmount:
      return of(lines.list_amount);
    case subjects::kQuantity:
      return of(lines.quantity_milli);
    case subjects::kReturnedQuantity:
      return of(lines.returned_milli);
    case subjects::kDiscount:
      return use([&](size_t i) {
        return Known(
            std::max<int64_t>(lines.list_amount[i] - lines.amount[i], 0));
      });
    case subjects::kDay:
      return use([&](size_t i) { return Known(lines.day[i]); });
    case subjects::kDaysAgo:
      return use([&, today](size_t i) { return Known(today - lines.day[i]); });
    default:
      return use([](size_t) { return Known(); });
  }
}

template <typename Use>
void WithNumber(const EventColumns& events, int field, Day today,
                const Use& use) {
  using Known = std::optional<int64_t>;
  switch (field) {
    case subjects::kEventValue:
      return use([&](size_t i) {
        return events.has_value[i] ? Known(events.value[i]) : Known();
      });
    case subjects::kDwell:
      return use([&](size_t i) {
        return events.has_dwell[i] ? Known(events.dwell_ms[i]) : Known();
      });
    case subjects::kDay:
      return use([&](size_t i) { return Known(events.day[i]); });
    case subjects::kDaysAgo:
      return use([&, today](size_t i) { return Known(today - events.day[i]); });
    default:
      return use([](size_t) { return Known(); });
  }
}

// The array of ordinals that a trait stands in; events have no currency and
// lines no kind, and no rule can name them.
template <typename Use>
void WithOrdinals(const LineColumns& lines, Trait trait, const Use& use) {
  if (trait == Trait::kProduct) use(lines.product);
  if (trait == Trait::kStore) use(lines.store);
  if (trait == Trait::kChannel) use(lines.channel);
  if (trait == Trait::kCurrency) use(lines.currency);
}

template <typename Use>
void WithOrdinals(const EventColumns& events, Trait trait, const Use& use) {
  if (trait == Trait::kProduct) use(events.product);
  if (trait == Trait::kStore) use(events.store);
  if (trait == Trait::kChannel) use(events.channel);
  if (trait == Trait::kKind) use(events.what);
}

// The array of a field that stands as it is; null for another.
const columns::Numbers* PlainNumbers(const LineColumns& lines, int field) {
  switch (field) {
    case subjects::kAmount:
      return &lines.amount;
    case subjects::kListAmount:
      return &lines.list_amount;
    case subjects::kQuantity:
      return &lines.quantity_milli;
    case subjects::kReturnedQuantity:
      return &lines.returned_milli;
    default:
      return nullptr;
  }
}
const columns::Numbers* PlainNumbers(const EventColumns&, int) {
  return nullptr;
}

// The sum of the numbers from `from` on that are matched, without a branch:
// which lines match cannot be foretold.
absl::int128 SumOf(const columns::Numbers& numbers, size_t from, size_t size,
                   const uint8_t* matched) {
  if (numbers.wide().empty()) {
    const int32_t* const narrow = numbers.narrow().data() + from;
    int64_t sum = 0;
    for (size_t i = 0; i < size; ++i)
      sum += narrow[i] & -static_cast<int32_t>(matched[i]);
    return sum;
  }
  const int64_t* const wide = numbers.wide().data() + from;
  absl::int128 sum = 0;
  for (size_t i = 0; i < size; ++i)
    sum += wide[i] & -static_cast<int64_t>(matched[i]);
  return sum;
}

// `size` ones at the beginning of `room`.
uint8_t* Ones(size_t size, std::vector<uint8_t>& room) {
  if (room.size() < size) room.resize(size);
  std::fill_n(room.begin(), size, uint8_t{1});
  return room.data();
}

LineRow RowOver(const LineColumns&, const RowSubject& customer,
                const Surroundings& around) {
  return LineRow(customer.parts(), around.table);
}
EventRow RowOver(const EventColumns&, const RowSubject& customer,
                 const Surroundings& around) {
  return EventRow(customer.parts(), around.table);
}

}  // namespace

// What the lines of one row add up to.
struct Counter::Sums {
  int64_t rows = 0;
  absl::int128 sum = 0;
  int64_t numbers = 0;
  std::optional<int64_t> extreme;
  int64_t day = 0;  // of `extreme`, for first and last

  void Keep(int64_t number, bool larger) {
    extreme = !extreme ? number
              : larger ? std::max(*extreme, number)
                       : std::min(*extreme, number);
  }
  void KeepOfDay(int64_t number, int64_t of, bool last) {
    if (extreme && (last ? of < day : of > day)) return;
    if (extreme && of != day) extreme.reset();
    day = of;
    Keep(number, last);
  }
};

Counter::Counter(const Counting& counting, const Tables& tables,
                 const Surroundings& around)
    : counting_(counting),
      tables_(tables),
      around_(around),
      node_(counting.node()) {}

Counted Counter::Count(const columns::Block& block, CustomerOrdinal customer) {
  if (counting_.by_subject()) return Ask(customer);
  const size_t row = customer.value() % kBlockRows;
  return node_.source == subjects::kLines
             ? CountRow(block.lines, customer, row)
             : CountRow(block.events, customer, row);
}

Counted Counter::Ask(CustomerOrdinal customer) const {
  const RowSubject subject(around_, customer);
  const bool stands = node_.number == 0 && !counting_.changes_daily();
  return {rules::NumberAt(counting_.code(), counting_.index(), subject),
          stands ? kNever : around_.today + 1};
}

void Counter::Count(const columns::Block& block, CustomerOrdinal first,
                    const Mask& wanted, Numbers& values, Mask& known) {
  const bool by_row =
      counting_.by_subject() || counting_.asks() || CountOf(wanted) < kFewRows;
  if (!by_row) {
    return node_.source == subjects::kLines
               ? CountRows(block.lines, wanted, values, known)
               : CountRows(block.events, wanted, values, known);
  }
  for (size_t i = 0; i < kBlockRows; ++i) {
    if (!wanted[i]) continue;
    const auto counted =
        Count(block, CustomerOrdinal(first.value() + static_cast<uint32_t>(i)));
    known[i] = counted.value.has_value();
    values[i] = counted.value.value_or(0);
  }
}

template <typename Columns>
Counted Counter::CountRow(const columns::Rows<Columns>& rows,
                          CustomerOrdinal customer, size_t row) {
  std::optional<RowSubject> subject;
  if (counting_.asks()) subject.emplace(around_, customer);
  Sums sums;
  Day until = counting_.changes_daily() ? around_.today + 1 : kNever;
  seen_.clear();
  ForEachRange(rows, row, [&](const Columns& part, size_t from, size_t to) {
    uint8_t* const matched = Ones(to - from, matched_);
    if (counting_.where() != nullptr)
      Narrow(*counting_.where(), part, from, to, subject ? &*subject : nullptr,
             matched);
    if (node_.number != 0)
      until = std::min(until, End(part, from, to, matched));
    KeepWindow(part, from, to, matched);
    Add(part, from, to, matched, sums);
  });
  return {ResultOf(sums), until};
}

template <typename Columns>
void Counter::CountRows(const columns::Rows<Columns>& rows, const Mask& wanted,
                        Numbers& values, Mask& known) {
  const auto match = [&](const Columns& part, size_t from, size_t to,
                         std::vector<uint8_t>& room) {
    uint8_t* const matched = Ones(to - from, room);
    KeepWindow(part, from, to, matched);
    if (counting_.where() != nullptr)
      Narrow(*counting_.where(), part, from, to, nullptr, matched);
    return matched;
  };
  const bool few = CountOf(wanted) < kFewRows;
  if (!few) {
    match(*rows.base, 0, rows.base->size(), matched_);
    match(*rows.tail, 0, rows.tail->size(), matched_tail_);
  }
  for (size_t row = 0; row < kBlockRows; ++row) {
    if (!wanted[row]) continue;
    Sums sums;
    seen_.clear();
    ForEachRange(rows, row, [&](const Columns& part, size_t from, size_t to) {
      auto& room = &part == rows.base.get() ? matched_ : matched_tail_;
      Add(part, from, to,
          few ? match(part, from, to, room) : room.data() + from, sums);
    });
    const std::optional<int64_t> result = ResultOf(sums);
    known[row] = result.has_value();
    values[row] = result.value_or(0);
  }
}

template <typename Columns>
void Counter::KeepWindow(const Columns& columns, size_t from, size_t to,
                         uint8_t* matched) const {
  if (node_.number == 0) return;
  // today - (N - 1) … today, of days from 0 on; none where today is before.
  const int64_t today = around_.today;
  const int64_t last = std::min<int64_t>(today, kMaxDay);
  const auto first = std::max<int64_t>(today - (node_.number - 1), 0);
  if (last < first)
    return std::fill(matched, matched + (to - from), uint8_t{0});
  const auto low = static_cast<uint16_t>(first);
  const auto span = static_cast<uint16_t>(last - first);
  const uint16_t* const day = columns.day.data() + from;
  for (size_t i = 0; i < to - from; ++i)
    matched[i] &= static_cast<uint16_t>(day[i] - low) <= span;
}

template <typename Columns>
void Counter::Narrow(const RowStep& step, const Columns& columns, size_t from,
                     size_t to, const RowSubject* customer,
                     uint8_t* matched) const {
  const size_t size = to - from;
  switch (step.kind) {
    case RowStep::Kind::kAnd:
      for (const RowStep& part : step.parts)
        Narrow(part, columns, from, to, customer, matched);
      return;
    case RowStep::Kind::kOr:
      return NarrowOr(step, columns, from, to, customer, matched);
    case RowStep::Kind::kNot: {
      std::vector<uint8_t> inner(matched, matched + size);
      Narrow(step.parts[0], columns, from, to, customer, inner.data());
      for (size_t i = 0; i < size; ++i) matched[i] &= !inner[i];
      return;
    }
    case RowStep::Kind::kTable:
      return WithOrdinals(columns, step.trait, [&](const auto& ordinals) {
        const std::vector<uint8_t>& table = tables_.truths[step.table];
        const auto last = static_cast<uint32_t>(table.size() - 1);
        for (size_t i = 0; i < size; ++i)
          matched[i] &= table[std::min<uint32_t>(ordinals[from + i], last)];
      });
    case RowStep::Kind::kWithin:
      return WithNumber(columns, step.field, around_.today, [&](auto number) {
        for (size_t i = 0; i < size; ++i) {
          const std::optional<int64_t> value = number(from + i);
          matched[i] &= value.has_value() &
                        ((step.lo <= value.value_or(0) &&
                          value.value_or(0) <= step.hi) == step.inside);
        }
      });
    case RowStep::Kind::kAsk:
      break;
  }
  auto row = RowOver(columns, *customer, around_);
  for (size_t i = 0; i < size; ++i) {
    if (!matched[i]) continue;
    row.Show(columns, from + i);
    matched[i] = rules::Holds(counting_.code(), step.node, *customer, row);
  }
}

template <typename Columns>
void Counter::NarrowOr(const RowStep& step, const Columns& columns, size_t from,
                       size_t to, const RowSubject* customer,
                       uint8_t* matched) const {
  const size_t size = to - from;
  std::vector<uint8_t> rest(matched, matched + size);
  std::vector<uint8_t> part;
  std::fill(matched, matched + size, uint8_t{0});
  for (const RowStep& one : step.parts) {
    part = rest;
    Narrow(one, columns, from, to, customer, part.data());
    for (size_t i = 0; i < size; ++i) {
      matched[i] |= part[i];
      rest[i] &= !part[i];
    }
  }
}

// Whatever counts today leaves on its day + N, what is dated ahead comes in.
template <typename Columns>
Day Counter::End(const Columns& columns, size_t from, size_t to,
                 const uint8_t* matched) const {
  const int64_t today = around_.today;
  int64_t end = kNever;
  for (size_t i = 0; i < to - from; ++i) {
    if (!matched[i]) continue;
    const int64_t day = columns.day[from + i];
    const int64_t next = day > today ? day : day + node_.number;
    if (next > today) end = std::min(end, next);
  }
  return static_cast<Day>(end);
}

template <typename Columns>
void Counter::Add(const Columns& columns, size_t from, size_t to,
                  const uint8_t* matched, Sums& sums) {
  const Aggregate aggregate = node_.aggregate;
  if (aggregate == Aggregate::kCount) {
    uint32_t rows = 0;
    for (size_t i = 0; i < to - from; ++i) rows += matched[i];
    sums.rows += rows;
    return;
  }
  if (aggregate == Aggregate::kDistinct) {
    for (size_t i = from; i < to; ++i)
      if (matched[i - from]) AddSeen(columns, i);
    return;
  }
  const bool sums_up =
      aggregate == Aggregate::kSum || aggregate == Aggregate::kAverage;
  if (const auto* const plain = PlainNumbers(columns, node_.field);
      sums_up && plain != nullptr) {
    sums.sum += SumOf(*plain, from, to - from, matched);
    for (size_t i = 0; i < to - from; ++i) sums.numbers += matched[i];
    return;
  }
  const bool last =
      aggregate == Aggregate::kMax || aggregate == Aggregate::kLast;
  const bool dated =
      aggregate == Aggregate::kFirst || aggregate == Aggregate::kLast;
  WithNumber(columns, node_.field, around_.today, [&](auto number) {
    for (size_t i = from; i < to; ++i) {
      const std::optional<int64_t> value = number(i);
      if (!matched[i - from] || !value.has_value()) continue;
      if (sums_up) {
        sums.sum += *value;
        ++sums.numbers;
      } else if (dated) {
        sums.KeepOfDay(*value, columns.day[i], last);
      } else {
        sums.Keep(*value, last);
      }
    }
  });
}

template <typename Columns>
void Counter::AddSeen(const Columns& columns, size_t at) {
  const Trait trait = TraitOf(node_.source, node_.field);
  if (trait == Trait::kNumber)
    return WithNumber(columns, node_.field, around_.today, [&](auto number) {
      if (const std::optional<int64_t> value = number(at))
        seen_.push_back(*value);
    });
  WithOrdinals(columns, trait, [&](const auto& ordinals) {
    const uint32_t ordinal = ordinals[at];
    if (!counting_.lists_texts()) {
      const bool coded = trait == Trait::kChannel || trait == Trait::kCurrency;
      const uint32_t none = coded ? 0 : kNoProduct.value();
      if (ordinal != none) seen_.push_back(ordinal);
      return;
    }
    const size_t place = std::min<size_t>(ordinal, tables_.begin.size() - 2);
    for (uint32_t i = tables_.begin[place]; i < tables_.begin[place + 1]; ++i)
      seen_.push_back(tables_.texts[i]);
  });
}

std::optional<int64_t> Counter::ResultOf(const Sums& sums) {
  switch (node_.aggregate) {
    case Aggregate::kCount:
      return sums.rows;
    case Aggregate::kSum:
      return Clamp(sums.sum);
    case Aggregate::kAverage:
      if (sums.numbers == 0) return std::nullopt;
      return Clamp(sums.sum / sums.numbers);
    case Aggregate::kDistinct:
      std::sort(seen_.begin(), seen_.end());
      return std::unique(seen_.begin(), seen_.end()) - seen_.begin();
    default:
      return sums.extreme;
  }
}

}  // namespace patron::segments
