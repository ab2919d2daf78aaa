#include "server/segments/counting.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "server/rules/evaluator.h"
#include "server/segments/intervals.h"
#include "server/subjects/fields.h"

namespace patron::segments {
namespace {

using rules::Aggregate;
using rules::Node;
using rules::Op;

bool IsLines(int source) { return source == subjects::kLines; }

}  // namespace

Trait TraitOf(int source, int field) {
  switch (field) {
    case subjects::kRowProduct:
    case subjects::kRowCategory:
    case subjects::kRowBrand:
    case subjects::kRowSeller:
    case subjects::kRowPriceTier:
    case subjects::kRowMotive:
      return Trait::kProduct;
    case subjects::kRowAttribute:
      return IsLines(source) ? Trait::kProduct : Trait::kOther;
    case subjects::kRowStore:
      return Trait::kStore;
    case subjects::kRowChannel:
      return Trait::kChannel;
    case subjects::kRowCurrency:
      return Trait::kCurrency;
    case subjects::kKind:
    case subjects::kRowFeedback:
      return Trait::kKind;
    case subjects::kDay:
    case subjects::kDaysAgo:
    case subjects::kAmount:
    case subjects::kListAmount:
    case subjects::kDiscount:
    case subjects::kQuantity:
    case subjects::kReturnedQuantity:
    case subjects::kEventValue:
    case subjects::kDwell:
      return Trait::kNumber;
    default:
      return Trait::kOther;
  }
}

// ---- Counting

Counting::Counting(const rules::Code& code, size_t index)
    : code_(code), index_(index) {
  by_subject_ = ReadsEventTexts(code, index, node().end);
  if (node().aggregate != Aggregate::kCount) {
    const Trait trait = TraitOf(node().source, node().field);
    const bool distinct = node().aggregate == Aggregate::kDistinct;
    by_subject_ |= trait == Trait::kOther;
    lists_texts_ =
        distinct &&
        (trait == Trait::kKind ||
         (trait == Trait::kProduct && node().field != subjects::kRowProduct));
    reads_products_ = trait == Trait::kProduct;
    changes_daily_ = node().field == subjects::kDaysAgo;
  }
  for (size_t i = index + 1; i < node().end; ++i) LookAt(code.nodes[i]);
  if (node().end > index + 1) where_ = StepOf(index + 1);
}

void Counting::LookAt(const Node& part) {
  if (part.op == Op::kField || part.op == Op::kAggregate) changes_daily_ = true;
  if (part.op != Op::kRowField) return;
  reads_products_ |= TraitOf(node().source, part.field) == Trait::kProduct;
  changes_daily_ |= part.field == subjects::kDaysAgo;
}

// What all of a condition hangs on, if that is one thing.
Trait Counting::TraitOfAll(size_t index) const {
  std::optional<Trait> all;
  for (size_t i = index; i < code_.nodes[index].end; ++i) {
    const Node& part = code_.nodes[i];
    if (part.op == Op::kField || part.op == Op::kAggregate)
      return Trait::kOther;
    if (part.op != Op::kRowField) continue;
    const Trait trait = TraitOf(node().source, part.field);
    if (all.value_or(trait) != trait) return Trait::kOther;
    all = trait;
  }
  return all.value_or(Trait::kOther);
}

std::optional<RowStep> Counting::WithinOf(size_t index) const {
  const Node& compare = code_.nodes[index];
  if (compare.op != Op::kCompareNumbers) return std::nullopt;
  const Node* field = &code_.nodes[index + 1];
  const Node* constant = &code_.nodes[field->end];
  rules::Comparison comparison = compare.comparison;
  if (field->op == Op::kNumber) {
    std::swap(field, constant);
    comparison = Flipped(comparison);
  }
  if (field->op != Op::kRowField || constant->op != Op::kNumber ||
      TraitOf(node().source, field->field) != Trait::kNumber)
    return std::nullopt;
  const Interval interval = IntervalOf(comparison, constant->number);
  RowStep step;
  step.kind = RowStep::Kind::kWithin;
  step.field = field->field;
  step.lo = interval.lo;
  step.hi = interval.hi;
  step.inside = interval.inside;
  return step;
}

RowStep Counting::Combined(RowStep::Kind kind, size_t index) {
  RowStep step;
  step.kind = kind;
  for (size_t i = index + 1; i < code_.nodes[index].end; i = code_.nodes[i].end)
    step.parts.push_back(StepOf(i));
  return step;
}

RowStep Counting::StepOf(size_t index) {
  RowStep step;
  step.node = index;
  step.trait = TraitOfAll(index);
  if (step.trait < Trait::kNumber) {
    step.kind = RowStep::Kind::kTable;
    step.table = tables_.size();
    tables_.push_back(step);
    return step;
  }
  const Op op = code_.nodes[index].op;
  if (op == Op::kAnd) return Combined(RowStep::Kind::kAnd, index);
  if (op == Op::kOr) return Combined(RowStep::Kind::kOr, index);
  if (op == Op::kNot) return Combined(RowStep::Kind::kNot, index);
  if (auto within = WithinOf(index)) return *std::move(within);
  asks_ = true;
  return step;
}

// ---- Tables

namespace {

// A row of which one thing is told.
class TraitRow final : public rules::Row {
 public:
  TraitRow(int source, Trait trait, const Place& place)
      : source_(source), trait_(trait) {
    parts_.products = &place;
    parts_.names = &place;
    line_.product = event_.product = kNoProduct.value();
    line_.store = event_.store = kNoStore.value();
  }

  void Show(uint32_t ordinal, const columns::Table& table) {
    switch (trait_) {
      case Trait::kProduct:
        line_.product = event_.product = ordinal;
        return;
      case Trait::kStore:
        line_.store = event_.store = ordinal;
        return;
      case Trait::kKind:
        event_.kind = columns::KindOf(static_cast<uint8_t>(ordinal));
        event_.measure = columns::MeasureOf(static_cast<uint8_t>(ordinal));
        return;
      default:
        text_ = table.TextOf(static_cast<columns::Code>(ordinal));
        line_.channel = line_.currency = event_.channel = text_;
    }
  }

  rules::Value Get(int field, absl::string_view key) const override {
    return IsLines(source_) ? subjects::LineValue(parts_, line_, field, key)
                            : subjects::EventValue(parts_, event_, field, key);
  }

 private:
  const int source_;
  const Trait trait_;
  subjects::CustomerParts parts_;
  subjects::LineView line_;
  subjects::EventView event_;
  std::string text_;
};

// No condition of a table asks the customer.
class NoSubject final : public rules::Subject {
 public:
  rules::Value Get(int, absl::string_view) const override {
    return std::monostate();
  }
  int64_t Today() const override { return 0; }
  void ForEach(int, int64_t,
               absl::FunctionRef<bool(const rules::Row&)>) const override {}
};

uint32_t CodesOf(const columns::Table& table) {
  uint32_t code = 1;
  while (code < columns::kMostCodes &&
         !table.TextOf(static_cast<columns::Code>(code)).empty())
    ++code;
  return code;
}

// Ordinals of a trait, the one for none among them.
uint32_t SizeOf(Trait trait, const TableParts& parts) {
  switch (trait) {
    case Trait::kProduct:
      return parts.ordinals.products.size() + 1;
    case Trait::kStore:
      return parts.ordinals.stores.size() + 1;
    case Trait::kKind:
      return 256;
    default:
      return CodesOf(parts.columns);
  }
}

// Products or stores, of which the last place is for none.
bool HasNone(Trait trait) {
  return trait == Trait::kProduct || trait == Trait::kStore;
}

// Calls `look` with a row for each ordinal of the trait.
template <typename Look>
void ForEachOrdinal(int source, Trait trait, const TableParts& parts,
                    const Look& look) {
  constexpr uint32_t kAtOnce = 128;
  const uint32_t size = SizeOf(trait, parts);
  for (uint32_t from = 0; from < size; from += kAtOnce) {
    const Place place(parts.catalog, parts.ordinals);
    TraitRow row(source, trait, place);
    for (uint32_t i = from; i < std::min(size, from + kAtOnce); ++i) {
      const bool none = HasNone(trait) && i + 1 == size;
      row.Show(none ? kNoProduct.value() : i, parts.columns);
      look(row);
    }
  }
}

std::vector<uint8_t> TruthsOf(const Counting& counting, const RowStep& step,
                              const TableParts& parts) {
  const NoSubject nobody;
  std::vector<uint8_t> truths;
  ForEachOrdinal(
      counting.node().source, step.trait, parts, [&](const rules::Row& row) {
        truths.push_back(rules::Holds(counting.code(), step.node, nobody, row));
      });
  return truths;
}

void ListTexts(const Counting& counting, const TableParts& parts,
               Tables& tables) {
  const Node& node = counting.node();
  absl::flat_hash_map<std::string, uint32_t> numbers;
  const auto add = [&](absl::string_view text) {
    tables.texts.push_back(
        numbers.try_emplace(std::string(text), numbers.size()).first->second);
  };
  ForEachOrdinal(
      node.source, TraitOf(node.source, node.field), parts,
      [&](const rules::Row& row) {
        tables.begin.push_back(static_cast<uint32_t>(tables.texts.size()));
        const rules::Value value = row.Get(node.field, node.text);
        if (const auto* text = std::get_if<absl::string_view>(&value))
          add(*text);
        if (const auto* set =
                std::get_if<absl::Span<const std::string>>(&value))
          for (const std::string& text : *set) add(text);
      });
  tables.begin.push_back(static_cast<uint32_t>(tables.texts.size()));
}

// Whether `longer` begins with all of `shorter` but its last `spare` elements.
template <typename T>
bool Begins(const std::vector<T>& shorter, const std::vector<T>& longer,
            size_t spare) {
  const size_t size = shorter.size() - std::min(spare, shorter.size());
  return longer.size() >= shorter.size() &&
         std::equal(shorter.begin(), shorter.begin() + size, longer.begin());
}

}  // namespace

uint32_t KnownOrdinals(const TableParts& parts) {
  return parts.ordinals.products.size() + parts.ordinals.stores.size() +
         CodesOf(parts.columns);
}

Tables MakeTables(const Counting& counting, const TableParts& parts) {
  Tables tables;
  if (counting.by_subject()) return tables;
  for (const RowStep& step : counting.tables())
    tables.truths.push_back(TruthsOf(counting, step, parts));
  if (counting.lists_texts()) ListTexts(counting, parts, tables);
  return tables;
}

bool SaysTheSame(const Tables& before, const Tables& now) {
  for (size_t i = 0; i < before.truths.size(); ++i)
    if (!Begins(before.truths[i], now.truths[i], 1)) return false;
  return Begins(before.begin, now.begin, 1) &&
         Begins(before.texts, now.texts, 0);
}

}  // namespace patron::segments
