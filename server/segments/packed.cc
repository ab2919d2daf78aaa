#include "server/segments/packed.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "absl/types/span.h"

namespace patron::segments {
namespace {

// The distance that means "not known".
template <typename T>
constexpr T kUnknown = std::numeric_limits<T>::max();

template <typename T>
T Load(const uint8_t* bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes + at * sizeof(T), sizeof(T));
  return value;
}

template <typename T>
void Store(T value, size_t at, uint8_t* bytes) {
  std::memcpy(bytes + at * sizeof(T), &value, sizeof(T));
}

uint64_t Distance(int64_t from, int64_t to) {
  return static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
}

template <typename T>
void Narrow(const Numbers& values, const Mask& known, int64_t base,
            std::vector<uint8_t>& bytes) {
  bytes.resize(kBlockRows * sizeof(T));
  for (size_t i = 0; i < kBlockRows; ++i)
    Store(known[i] ? static_cast<T>(Distance(base, values[i])) : kUnknown<T>, i,
          bytes.data());
}

// One test for each row: a distance that means "not known" is above `span`
// whatever `from` is, for from + span is below it.
template <typename T>
void KeepBetween(const uint8_t* bytes, T from, T span, bool inside,
                 Mask& mask) {
  if (inside) {
    for (size_t i = 0; i < kBlockRows; ++i)
      mask[i] &= static_cast<T>(Load<T>(bytes, i) - from) <= span;
  } else {
    for (size_t i = 0; i < kBlockRows; ++i)
      mask[i] &= (static_cast<T>(Load<T>(bytes, i) - from) > span) &
                 (Load<T>(bytes, i) != kUnknown<T>);
  }
}

// Tables up to this long are asked value by value, whole blocks at a time.
constexpr size_t kFewTruths = 16;

void KeepFew(const uint8_t* bytes, absl::Span<const uint8_t> table,
             bool unknown, Mask& mask) {
  Mask held{};
  for (size_t value = 0; value < table.size(); ++value) {
    if (!table[value]) continue;
    const auto wanted = static_cast<uint8_t>(value);
    for (size_t i = 0; i < kBlockRows; ++i) held[i] |= bytes[i] == wanted;
  }
  for (size_t i = 0; i < kBlockRows; ++i)
    mask[i] &= held[i] | (unknown & (bytes[i] == kUnknown<uint8_t>));
}

}  // namespace

bool IsEmpty(const Mask& mask) {
  uint8_t any = 0;
  for (const uint8_t one : mask) any |= one;
  return any == 0;
}

size_t CountOf(const Mask& mask) {
  uint32_t count = 0;
  for (const uint8_t one : mask) count += one;
  return count;
}

void And(const Mask& other, Mask& mask) {
  for (size_t i = 0; i < kBlockRows; ++i) mask[i] &= other[i];
}

Packed::Packed(const Numbers& values, const Mask& known) {
  int64_t lowest = std::numeric_limits<int64_t>::max();
  int64_t highest = std::numeric_limits<int64_t>::min();
  some_unknown_ = false;
  for (size_t i = 0; i < kBlockRows; ++i) {
    some_unknown_ |= known[i] == 0;
    if (known[i] == 0) continue;
    some_known_ = true;
    lowest = std::min(lowest, values[i]);
    highest = std::max(highest, values[i]);
  }
  if (!some_known_) return;
  base_ = lowest;
  const uint64_t range = Distance(lowest, highest);
  if (range == 0 && !some_unknown_) return;
  if (range < kUnknown<uint8_t>) {
    width_ = 1;
    Narrow<uint8_t>(values, known, base_, bytes_);
  } else if (range < kUnknown<uint16_t>) {
    width_ = 2;
    Narrow<uint16_t>(values, known, base_, bytes_);
  } else if (range < kUnknown<uint32_t>) {
    width_ = 4;
    Narrow<uint32_t>(values, known, base_, bytes_);
  } else {
    width_ = 8;
    bytes_.resize(sizeof(values));
    std::memcpy(bytes_.data(), values.data(), sizeof(values));
    known_.assign(known.begin(), known.end());
  }
}

template <typename Use>
void Packed::WithArray(const Use& use) const {
  if (width_ == 1) use(uint8_t{});
  if (width_ == 2) use(uint16_t{});
  if (width_ == 4) use(uint32_t{});
}

int64_t Packed::Wide(size_t row) const {
  return Load<int64_t>(bytes_.data(), row);
}

std::optional<int64_t> Packed::At(size_t row) const {
  if (!some_known_) return std::nullopt;
  if (width_ == 0) return base_;
  if (width_ == 8) return known_[row] ? std::optional(Wide(row)) : std::nullopt;
  std::optional<int64_t> value;
  WithArray([&]<typename T>(T) {
    const T distance = Load<T>(bytes_.data(), row);
    if (distance != kUnknown<T>)
      value = static_cast<int64_t>(static_cast<uint64_t>(base_) + distance);
  });
  return value;
}

void Packed::Unpack(Numbers& values, Mask& known) const {
  if (width_ == 0) {
    values.fill(base_);
    known.fill(some_known_);
  } else if (width_ == 8) {
    std::memcpy(values.data(), bytes_.data(), sizeof(values));
    std::copy(known_.begin(), known_.end(), known.begin());
  }
  WithArray([&]<typename T>(T) {
    for (size_t i = 0; i < kBlockRows; ++i) {
      const T distance = Load<T>(bytes_.data(), i);
      known[i] = distance != kUnknown<T>;
      values[i] = static_cast<int64_t>(static_cast<uint64_t>(base_) + distance);
    }
  });
}

bool Packed::Set(size_t row, std::optional<int64_t> value) {
  if (width_ == 0 || width_ == 8) return At(row) == value;
  if (value.has_value() && *value < base_) return false;
  bool fits = false;
  WithArray([&]<typename T>(T) {
    const uint64_t distance =
        value.has_value() ? Distance(base_, *value) : kUnknown<T>;
    fits = !value.has_value() || distance < kUnknown<T>;
    if (fits) Store(static_cast<T>(distance), row, bytes_.data());
  });
  if (fits) some_unknown_ |= !value.has_value();
  return fits;
}

void Packed::KeepKnown(Mask& mask) const {
  if (!some_known_) return mask.fill(0);
  if (!some_unknown_) return;
  if (width_ == 8)
    for (size_t i = 0; i < kBlockRows; ++i) mask[i] &= known_[i];
  WithArray([&]<typename T>(T) {
    for (size_t i = 0; i < kBlockRows; ++i)
      mask[i] &= Load<T>(bytes_.data(), i) != kUnknown<T>;
  });
}

void Packed::KeepWithin(int64_t lo, int64_t hi, bool inside, Mask& mask) const {
  if (!some_known_) return mask.fill(0);
  if (width_ == 0) {
    if ((lo <= base_ && base_ <= hi) != inside) mask.fill(0);
    return;
  }
  if (width_ == 8) {
    for (size_t i = 0; i < kBlockRows; ++i)
      mask[i] &= known_[i] & ((lo <= Wide(i) && Wide(i) <= hi) == inside);
    return;
  }
  WithArray([&]<typename T>(T) {
    constexpr uint64_t kMost = kUnknown<T> - 1;
    const bool none =
        hi < lo || hi < base_ || (lo > base_ && Distance(base_, lo) > kMost);
    if (none) return inside ? mask.fill(0) : KeepKnown(mask);
    const uint64_t from = lo <= base_ ? 0 : Distance(base_, lo);
    const uint64_t to = std::min(Distance(base_, hi), kMost);
    KeepBetween<T>(bytes_.data(), static_cast<T>(from),
                   static_cast<T>(to - from), inside, mask);
  });
}

void Packed::KeepIn(const std::vector<int64_t>& sorted, bool inside,
                    Mask& mask) const {
  for (size_t i = 0; i < kBlockRows; ++i) {
    if (!mask[i]) continue;
    const std::optional<int64_t> value = At(i);
    mask[i] =
        value.has_value() &&
        std::binary_search(sorted.begin(), sorted.end(), *value) == inside;
  }
}

void Packed::KeepTable(const std::vector<uint8_t>& table, bool unknown,
                       Mask& mask) const {
  if (width_ == 0) {
    if (!(some_known_ ? table[static_cast<size_t>(base_)] : unknown))
      mask.fill(0);
    return;
  }
  if (width_ == 1 && table.size() - static_cast<size_t>(base_) <= kFewTruths)
    return KeepFew(
        bytes_.data(),
        absl::MakeConstSpan(table).subspan(static_cast<size_t>(base_)), unknown,
        mask);
  for (size_t i = 0; width_ == 8 && i < kBlockRows; ++i)
    mask[i] &=
        known_[i] ? table[static_cast<size_t>(Wide(i))] : uint8_t{unknown};
  // Without a branch: which rows are known cannot be foretold.
  WithArray([&]<typename T>(T) {
    const uint8_t* const from = table.data() + base_;
    for (size_t i = 0; i < kBlockRows; ++i) {
      const T distance = Load<T>(bytes_.data(), i);
      const bool known = distance != kUnknown<T>;
      const uint8_t truth = from[distance * static_cast<T>(known)];
      mask[i] &= (truth & known) | (unknown & !known);
    }
  });
}

}  // namespace patron::segments
