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

template <typename T>
void AddRange(const std::vector<T>& from, size_t first, size_t last,
              std::vector<T>& to) {
  const auto begin = from.begin();
  to.insert(to.end(), begin + static_cast<std::ptrdiff_t>(first),
            begin + static_cast<std::ptrdiff_t>(last));
}

template <typename T>
size_t BytesOf(const std::vector<T>& values) {
  return values.capacity() * sizeof(T);
}

// Visits every array of the columns but `begin`.
template <typename Visit>
void ForEachArray(LineColumns& lines, Visit visit) {
  visit(lines.product);
  visit(lines.store);
  visit(lines.day);
  visit(lines.channel);
  visit(lines.currency);
  visit(lines.amount);
  visit(lines.list_amount);
  visit(lines.quantity_milli);
  visit(lines.returned_milli);
}

template <typename Visit>
void ForEachArray(EventColumns& events, Visit visit) {
  visit(events.product);
  visit(events.store);
  visit(events.day);
  visit(events.channel);
  visit(events.kind);
  visit(events.has_value);
  visit(events.has_dwell);
  visit(events.value);
  visit(events.dwell_ms);
}

struct ReserveArray {
  size_t size;
  void operator()(Numbers& numbers) const { numbers.Reserve(size); }
  template <typename T>
  void operator()(std::vector<T>& values) const {
    values.reserve(size);
  }
};

struct ShrinkArray {
  void operator()(Numbers& numbers) const { numbers.ShrinkToFit(); }
  template <typename T>
  void operator()(std::vector<T>& values) const {
    values.shrink_to_fit();
  }
};

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
    AddRange(from.narrow_, first, last, narrow_);
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

// ---- LineColumns

Line LineColumns::At(size_t at) const {
  return {product[at],     store[at],          day[at],
          channel[at],     currency[at],       amount[at],
          list_amount[at], quantity_milli[at], returned_milli[at]};
}

void LineColumns::Add(const Line& line) {
  product.push_back(line.product);
  store.push_back(line.store);
  day.push_back(line.day);
  channel.push_back(line.channel);
  currency.push_back(line.currency);
  amount.Add(line.amount);
  list_amount.Add(line.list_amount);
  quantity_milli.Add(line.quantity_milli);
  returned_milli.Add(line.returned_milli);
}

void LineColumns::Add(const LineColumns& from, size_t first, size_t last) {
  if (first == last) return;
  AddRange(from.product, first, last, product);
  AddRange(from.store, first, last, store);
  AddRange(from.day, first, last, day);
  AddRange(from.channel, first, last, channel);
  AddRange(from.currency, first, last, currency);
  amount.Add(from.amount, first, last);
  list_amount.Add(from.list_amount, first, last);
  quantity_milli.Add(from.quantity_milli, first, last);
  returned_milli.Add(from.returned_milli, first, last);
}

void LineColumns::Reserve(size_t size) {
  ForEachArray(*this, ReserveArray{size});
}

void LineColumns::ShrinkToFit() { ForEachArray(*this, ShrinkArray()); }

size_t LineColumns::bytes() const {
  return sizeof(*this) + BytesOf(begin) + BytesOf(product) + BytesOf(store) +
         BytesOf(day) + BytesOf(channel) + BytesOf(currency) + amount.bytes() +
         list_amount.bytes() + quantity_milli.bytes() + returned_milli.bytes();
}

// ---- EventColumns

Event EventColumns::At(size_t at) const {
  return {product[at],        store[at], day[at],
          channel[at],        kind[at],  has_value[at] != 0,
          has_dwell[at] != 0, value[at], dwell_ms[at]};
}

void EventColumns::Add(const Event& event) {
  product.push_back(event.product);
  store.push_back(event.store);
  day.push_back(event.day);
  channel.push_back(event.channel);
  kind.push_back(event.kind);
  has_value.push_back(event.has_value ? 1 : 0);
  has_dwell.push_back(event.has_dwell ? 1 : 0);
  value.Add(event.value);
  dwell_ms.Add(event.dwell_ms);
}

void EventColumns::Add(const EventColumns& from, size_t first, size_t last) {
  if (first == last) return;
  AddRange(from.product, first, last, product);
  AddRange(from.store, first, last, store);
  AddRange(from.day, first, last, day);
  AddRange(from.channel, first, last, channel);
  AddRange(from.kind, first, last, kind);
  AddRange(from.has_value, first, last, has_value);
  AddRange(from.has_dwell, first, last, has_dwell);
  value.Add(from.value, first, last);
  dwell_ms.Add(from.dwell_ms, first, last);
}

void EventColumns::Reserve(size_t size) {
  ForEachArray(*this, ReserveArray{size});
}

void EventColumns::ShrinkToFit() { ForEachArray(*this, ShrinkArray()); }

size_t EventColumns::bytes() const {
  return sizeof(*this) + BytesOf(begin) + BytesOf(product) + BytesOf(store) +
         BytesOf(day) + BytesOf(channel) + BytesOf(kind) + BytesOf(has_value) +
         BytesOf(has_dwell) + value.bytes() + dwell_ms.bytes();
}

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
