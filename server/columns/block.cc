#include "server/columns/block.h"

#include <algorithm>
#include <limits>

#include "server/columns/alone.h"

namespace patron::columns {
namespace {

bool IsNarrow(int64_t value) {
  return value >= std::numeric_limits<int32_t>::min() &&
         value <= std::numeric_limits<int32_t>::max();
}

// The same of arrays of plain values and of Numbers.
template <typename Value, typename T>
void Append(Value value, std::vector<T>& to) {
  to.push_back(static_cast<T>(value));
}
void Append(int64_t value, Numbers& to) { to.Add(value); }

template <typename T>
void AppendRange(const std::vector<T>& from, size_t first, size_t last,
                 std::vector<T>& to) {
  const auto begin = from.begin();
  to.insert(to.end(), begin + static_cast<std::ptrdiff_t>(first),
            begin + static_cast<std::ptrdiff_t>(last));
}
void AppendRange(const Numbers& from, size_t first, size_t last, Numbers& to) {
  to.Add(from, first, last);
}

template <typename T>
void ReserveIn(size_t size, std::vector<T>& array) {
  array.reserve(size);
}
void ReserveIn(size_t size, Numbers& numbers) { numbers.Reserve(size); }

template <typename T>
void Shrink(std::vector<T>& array) {
  array.shrink_to_fit();
}
void Shrink(Numbers& numbers) { numbers.ShrinkToFit(); }

template <typename T>
size_t BytesOf(const std::vector<T>& values) {
  return values.capacity() * sizeof(T);
}
size_t BytesOf(const Numbers& numbers) { return numbers.bytes(); }

// Calls `visit` with each element of the tuple.
template <typename Tuple, typename Visit>
void ForEach(Tuple tuple, Visit visit) {
  std::apply([&](auto&... one) { (visit(one), ...); }, tuple);
}

// Calls `visit` with the elements of both at the same place.
template <typename Ones, typename Others, typename Visit>
void ForEachPair(Ones ones, Others others, Visit visit) {
  std::apply(
      [&](auto&... one) {
        std::apply([&](auto&... other) { (visit(one, other), ...); }, others);
      },
      ones);
}

template <typename Columns>
void AddRow(const Columns& from, size_t row, Columns& to) {
  to.Add(from, from.begin[row], from.begin[row + 1]);
}

// The tail as it is after a change.
template <typename Columns>
std::shared_ptr<const Columns> NewTail(
    const Columns& before, const std::bitset<kBlockRows>& replaced,
    const AddedEntries<typename Columns::Entry>& added) {
  auto tail = std::make_shared<Columns>();
  tail->Reserve(before.size() + added.size());
  auto next = added.begin();
  for (size_t row = 0; row < kBlockRows; ++row) {
    if (!replaced[row]) AddRow(before, row, *tail);
    for (; next != added.end() && next->first == row; ++next)
      tail->Add(*next->second);
    tail->begin[row + 1] = static_cast<uint32_t>(tail->size());
  }
  return tail;
}

// Base and tail as one.
template <typename Columns>
std::shared_ptr<const Columns> Merged(const Rows<Columns>& rows) {
  auto base = std::make_shared<Columns>();
  base->Reserve(rows.base->size() + rows.tail->size());
  for (size_t row = 0; row < kBlockRows; ++row) {
    if (!rows.replaced[row]) AddRow(*rows.base, row, *base);
    AddRow(*rows.tail, row, *base);
    base->begin[row + 1] = static_cast<uint32_t>(base->size());
  }
  return base;
}

}  // namespace

// ---- Numbers

void Numbers::Add(int64_t value) {
  if (wide_.empty() && IsNarrow(value)) {
    narrow_.push_back(static_cast<int32_t>(value));
    return;
  }
  if (wide_.empty()) {
    wide_.reserve(narrow_.capacity());
    wide_.assign(narrow_.begin(), narrow_.end());
    narrow_ = {};
  }
  wide_.push_back(value);
}

void Numbers::Add(const Numbers& from, size_t first, size_t last) {
  if (wide_.empty() && from.wide_.empty()) {
    AppendRange(from.narrow_, first, last, narrow_);
    return;
  }
  for (size_t at = first; at < last; ++at) Add(from[at]);
}

void Numbers::Reserve(size_t size) {
  if (wide_.empty()) {
    narrow_.reserve(size);
  } else {
    wide_.reserve(size);
  }
}

void Numbers::ShrinkToFit() {
  narrow_.shrink_to_fit();
  wide_.shrink_to_fit();
}

size_t Numbers::bytes() const { return BytesOf(narrow_) + BytesOf(wide_); }

// ---- EntryColumns

template <typename Self, typename Entry>
Entry EntryColumns<Self, Entry>::At(size_t at) const {
  Entry entry;
  ForEachPair(Self::Arrays(static_cast<const Self&>(*this)),
              Self::Fields(entry), [at](const auto& array, auto& field) {
                field = static_cast<std::decay_t<decltype(field)>>(array[at]);
              });
  return entry;
}

template <typename Self, typename Entry>
size_t EntryColumns<Self, Entry>::bytes() const {
  size_t sum = sizeof(Self) + BytesOf(begin);
  ForEach(Self::Arrays(static_cast<const Self&>(*this)),
          [&sum](const auto& array) { sum += BytesOf(array); });
  return sum;
}

template <typename Self, typename Entry>
void EntryColumns<Self, Entry>::Add(const Entry& entry) {
  ForEachPair(Self::Arrays(static_cast<Self&>(*this)), Self::Fields(entry),
              [](auto& array, const auto& field) { Append(field, array); });
}

template <typename Self, typename Entry>
void EntryColumns<Self, Entry>::Add(const Self& from, size_t first,
                                    size_t last) {
  if (first == last) return;
  ForEachPair(Self::Arrays(static_cast<Self&>(*this)), Self::Arrays(from),
              [&](auto& array, const auto& other) {
                AppendRange(other, first, last, array);
              });
}

template <typename Self, typename Entry>
void EntryColumns<Self, Entry>::Reserve(size_t size) {
  ForEach(Self::Arrays(static_cast<Self&>(*this)),
          [size](auto& array) { ReserveIn(size, array); });
}

template <typename Self, typename Entry>
void EntryColumns<Self, Entry>::ShrinkToFit() {
  ForEach(Self::Arrays(static_cast<Self&>(*this)),
          [](auto& array) { Shrink(array); });
}

template struct EntryColumns<LineColumns, Line>;
template struct EntryColumns<EventColumns, Event>;

// ---- RowArray and Block

// One empty part stands for all of them until they are changed.
RowArray::RowArray() { parts_.fill(std::make_shared<Part>()); }

Row& RowArray::Mutable(size_t row) {
  std::shared_ptr<Part>& part = parts_[row / kPartRows];
  if (!Alone(part)) part = std::make_shared<Part>(*part);
  return (*part)[row % kPartRows];
}

size_t RowArray::bytes() const { return parts_.size() * sizeof(Part); }

size_t Block::bytes() const {
  const auto of = [](const auto& columns) {
    return columns.base->bytes() +
           (columns.tail == columns.base ? 0 : columns.tail->bytes());
  };
  return sizeof(*this) + rows.bytes() + of(lines) + of(events);
}

// ---- Change

template <typename Columns>
void Change(const std::bitset<kBlockRows>& replaced,
            const AddedEntries<typename Columns::Entry>& added,
            Rows<Columns>& rows) {
  if (replaced.none() && added.empty()) return;
  rows.tail = NewTail(*rows.tail, replaced, added);
  rows.replaced |= replaced;
  if (rows.tail->size() <= std::max(kMostTail, rows.base->size() / kTailShare))
    return;
  rows.base = Merged(rows);
  rows.tail = std::make_shared<Columns>();
  rows.replaced.reset();
}

template void Change(const std::bitset<kBlockRows>&, const AddedEntries<Line>&,
                     Rows<LineColumns>&);
template void Change(const std::bitset<kBlockRows>&, const AddedEntries<Event>&,
                     Rows<EventColumns>&);

}  // namespace patron::columns
