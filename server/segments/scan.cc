#include "server/segments/scan.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

#include "server/rules/arithmetic.h"
#include "server/rules/evaluator.h"

namespace patron::segments {

using rules::Add;
using rules::Subtract;

int64_t Combine(const Expr& parent, const Expr& part, int64_t a, int64_t b) {
  if (parent.kind == Expr::Kind::kProduct) return rules::Multiply(a, b);
  return part.subtracted ? rules::Subtract(a, b) : rules::Add(a, b);
}

bool Compares(rules::Comparison comparison, int64_t left, int64_t right) {
  switch (comparison) {
    case rules::Comparison::kEqual:
      return left == right;
    case rules::Comparison::kNotEqual:
      return left != right;
    case rules::Comparison::kLess:
      return left < right;
    case rules::Comparison::kLessOrEqual:
      return left <= right;
    case rules::Comparison::kGreater:
      return left > right;
    case rules::Comparison::kGreaterOrEqual:
      return left >= right;
  }
  return false;
}

Scanner::Scanner(const Plan& plan, const Bound& bound,
                 const Surroundings& around)
    : plan_(plan), bound_(bound), around_(around) {
  for (size_t i = 0; i < plan.counts().size(); ++i)
    counters_.emplace_back(*plan.counts()[i], *bound.counts[i], around);
}

void Scanner::Narrow(size_t block, Mask& mask) {
  block_ = block;
  Narrow(plan_.root(), mask);
}

// What a number of the column lacks to be the customer's.
int64_t Scanner::Shift(size_t leaf) const {
  return int64_t{plan_.leaves()[leaf]->leaf().slope()} * around_.today;
}

void Scanner::Narrow(const Step& step, Mask& mask) {
  switch (step.kind) {
    case Step::Kind::kAnd:
      for (const Step& part : step.parts) {
        Narrow(part, mask);
        if (IsEmpty(mask)) return;
      }
      return;
    case Step::Kind::kOr:
      return NarrowOr(step, mask);
    case Step::Kind::kNot: {
      Mask inner = mask;
      Narrow(step.parts[0], inner);
      for (size_t i = 0; i < kBlockRows; ++i) mask[i] &= !inner[i];
      return;
    }
    case Step::Kind::kWithin: {
      const int64_t shift = Shift(step.leaf);
      return Values(step.leaf).KeepWithin(Subtract(step.interval.lo, shift),
                                          Subtract(step.interval.hi, shift),
                                          step.interval.inside, mask);
    }
    case Step::Kind::kIn:
      return NarrowIn(step, mask);
    case Step::Kind::kKnown:
      return Values(step.leaf).KeepKnown(mask);
    case Step::Kind::kTable: {
      const TruthTable& table = *bound_.tables[step.table];
      return Values(step.leaf).KeepTable(table.truths, table.unknown, mask);
    }
    case Step::Kind::kCompare:
      return NarrowCompare(step, mask);
    case Step::Kind::kAsk:
      return NarrowAsk(step, mask);
  }
}

void Scanner::NarrowOr(const Step& step, Mask& mask) {
  Mask rest = mask;
  mask.fill(0);
  for (const Step& part : step.parts) {
    Mask held = rest;
    Narrow(part, held);
    for (size_t i = 0; i < kBlockRows; ++i) {
      mask[i] |= held[i];
      rest[i] ^= held[i];
    }
    if (IsEmpty(rest)) return;
  }
}

void Scanner::NarrowIn(const Step& step, Mask& mask) const {
  const int64_t shift = Shift(step.leaf);
  std::vector<int64_t> numbers;
  for (const int64_t number : step.numbers) {
    int64_t shifted = 0;
    if (!__builtin_sub_overflow(number, shift, &shifted))
      numbers.push_back(shifted);
  }
  Values(step.leaf).KeepIn(numbers, !step.negated, mask);
}

void Scanner::NarrowCompare(const Step& step, Mask& mask) {
  Side left;
  Side right;
  Evaluate(step.sides[0], mask, left);
  And(left.known, mask);
  if (IsEmpty(mask)) return;
  Evaluate(step.sides[1], mask, right);
  And(right.known, mask);
  for (size_t i = 0; i < kBlockRows; ++i)
    mask[i] &= Compares(step.comparison, left.values[i], right.values[i]);
}

void Scanner::Evaluate(const Expr& expr, const Mask& wanted, Side& side) {
  switch (expr.kind) {
    case Expr::Kind::kConstant:
      side.values.fill(expr.number);
      side.known.fill(1);
      return;
    case Expr::Kind::kLeaf: {
      Values(expr.at).Unpack(side.values, side.known);
      const int64_t shift = Shift(expr.at);
      if (shift != 0)
        for (int64_t& value : side.values) value = Add(value, shift);
      return;
    }
    case Expr::Kind::kCount:
      side.values.fill(0);
      side.known.fill(0);
      return counters_[expr.at].Count(
          *around_.snapshot.blocks[block_],
          CustomerOrdinal(static_cast<uint32_t>(block_ * kBlockRows)), wanted,
          side.values, side.known);
    case Expr::Kind::kNegate:
      Evaluate(expr.parts[0], wanted, side);
      for (int64_t& value : side.values) value = Subtract(0, value);
      return;
    default:
      break;
  }
  Evaluate(expr.parts[0], wanted, side);
  for (size_t part = 1; part < expr.parts.size(); ++part) {
    Side other;
    Evaluate(expr.parts[part], wanted, other);
    And(other.known, side.known);
    for (size_t i = 0; i < kBlockRows; ++i)
      side.values[i] =
          Combine(expr, expr.parts[part], side.values[i], other.values[i]);
  }
}

void Scanner::NarrowAsk(const Step& step, Mask& mask) const {
  for (size_t i = 0; i < kBlockRows; ++i) {
    if (!mask[i]) continue;
    const RowSubject subject(
        around_,
        CustomerOrdinal(static_cast<uint32_t>(block_ * kBlockRows + i)));
    mask[i] = rules::Holds(plan_.code(), step.node, subject);
  }
}

// ---- sets

void PackBits(const Mask& mask, uint64_t* words) {
  // Eight bytes of 0 or 1 to eight bits: each byte's one lands in the top byte
  // of the product, no two in one place (little-endian machines).
  constexpr uint64_t kGather = 0x0102040810204080;
  for (size_t word = 0; word < kBlockRows / 64; ++word) {
    words[word] = 0;
    for (size_t byte = 0; byte < 8; ++byte) {
      uint64_t eight;
      std::memcpy(&eight, mask.data() + word * 64 + byte * 8, sizeof(eight));
      words[word] |= ((eight * kGather) >> 56) << (byte * 8);
    }
  }
}

namespace {

// Roaring's portable form (Lemire and others 2016): sets of 65536 as sorted
// lists of up to 4096 numbers, or as bits.
constexpr uint32_t kCookie = 12346;
constexpr size_t kSetWords = 1024;
constexpr uint32_t kMostListed = 4096;

template <typename T>
void Append(T value, std::string& bytes) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

uint32_t CountBits(const uint64_t* words, size_t size) {
  uint32_t count = 0;
  for (size_t i = 0; i < size; ++i)
    count += static_cast<uint32_t>(__builtin_popcountll(words[i]));
  return count;
}

void AppendSet(const uint64_t* words, size_t size, uint32_t count,
               std::string& bytes) {
  if (count > kMostListed) {
    bytes.append(reinterpret_cast<const char*>(words), size * sizeof(*words));
    bytes.append((kSetWords - size) * sizeof(*words), '\0');
    return;
  }
  for (size_t i = 0; i < size; ++i)
    for (uint64_t rest = words[i]; rest != 0; rest &= rest - 1)
      Append(static_cast<uint16_t>(i * 64 + __builtin_ctzll(rest)), bytes);
}

}  // namespace

Roaring ToRoaring(const std::vector<uint64_t>& words) {
  std::string keys;
  std::string sets;
  std::vector<uint32_t> offsets;
  for (size_t from = 0; from < words.size(); from += kSetWords) {
    const size_t size = std::min(kSetWords, words.size() - from);
    const uint32_t count = CountBits(words.data() + from, size);
    if (count == 0) continue;
    Append(static_cast<uint16_t>(from / kSetWords), keys);
    Append(static_cast<uint16_t>(count - 1), keys);
    offsets.push_back(static_cast<uint32_t>(sets.size()));
    AppendSet(words.data() + from, size, count, sets);
  }
  std::string bytes;
  Append(kCookie, bytes);
  Append(static_cast<uint32_t>(offsets.size()), bytes);
  bytes += keys;
  const auto begin = static_cast<uint32_t>(bytes.size() + 4 * offsets.size());
  for (const uint32_t offset : offsets) Append(begin + offset, bytes);
  bytes += sets;
  return Roaring::readSafe(bytes.data(), bytes.size());
}

}  // namespace patron::segments
