#include "server/rules/evaluator.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/numeric/int128.h"
#include "server/rules/arithmetic.h"

namespace patron::rules {
namespace {

int64_t Clamp(absl::int128 value) {
  if (value < kLowest) return kLowest;
  if (value > kHighest) return kHighest;
  return static_cast<int64_t>(value);
}

template <typename T>
bool Compares(Comparison comparison, const T& left, const T& right) {
  switch (comparison) {
    case Comparison::kEqual:
      return left == right;
    case Comparison::kNotEqual:
      return left != right;
    case Comparison::kLess:
      return left < right;
    case Comparison::kLessOrEqual:
      return left <= right;
    case Comparison::kGreater:
      return left > right;
    case Comparison::kGreaterOrEqual:
      return left >= right;
  }
  return false;
}

// Unknown on either side: false.
template <typename T>
bool Compares(Comparison comparison, const std::optional<T>& left,
              const std::optional<T>& right) {
  return left.has_value() && right.has_value() &&
         Compares(comparison, *left, *right);
}

bool Contains(const std::vector<std::string>& sorted, absl::string_view text) {
  const auto place = std::lower_bound(
      sorted.begin(), sorted.end(), text,
      [](const std::string& a, absl::string_view b) { return a < b; });
  return place != sorted.end() && *place == text;
}

bool Contains(const std::vector<int64_t>& sorted, int64_t number) {
  return std::binary_search(sorted.begin(), sorted.end(), number);
}

template <typename T>
std::optional<T> As(const Value& value) {
  const T* const known = std::get_if<T>(&value);
  return known == nullptr ? std::nullopt : std::optional<T>(*known);
}

// Adds up what the rows of one aggregate hold.
class Accumulator {
 public:
  explicit Accumulator(Aggregate aggregate) : aggregate_(aggregate) {}

  void AddRow() { ++rows_; }

  // `day` is the row's: it matters to first and last alone.
  void Add(const Value& value, std::optional<int64_t> day) {
    if (const int64_t* number = std::get_if<int64_t>(&value))
      AddNumber(*number, day);
    else if (const auto* text = std::get_if<absl::string_view>(&value))
      texts_.insert(std::string(*text));
    else if (const auto* texts =
                 std::get_if<absl::Span<const std::string>>(&value))
      texts_.insert(texts->begin(), texts->end());
  }

  std::optional<int64_t> Result() const {
    switch (aggregate_) {
      case Aggregate::kCount:
        return rows_;
      case Aggregate::kSum:
        return Clamp(sum_);
      case Aggregate::kAverage:
        if (numbers_added_ == 0) return std::nullopt;
        return Clamp(sum_ / numbers_added_);
      case Aggregate::kMin:
      case Aggregate::kMax:
      case Aggregate::kFirst:
      case Aggregate::kLast:
        return extreme_;
      case Aggregate::kDistinct:
        return static_cast<int64_t>(numbers_.size() + texts_.size());
    }
    return std::nullopt;
  }

 private:
  void AddNumber(int64_t number, std::optional<int64_t> day) {
    switch (aggregate_) {
      case Aggregate::kDistinct:
        numbers_.insert(number);
        return;
      case Aggregate::kMin:
        return KeepSmaller(number);
      case Aggregate::kMax:
        return KeepLarger(number);
      case Aggregate::kFirst:
        if (day && Reaches(!extreme_ || *day < day_, *day)) KeepSmaller(number);
        return;
      case Aggregate::kLast:
        if (day && Reaches(!extreme_ || *day > day_, *day)) KeepLarger(number);
        return;
      default:
        ++numbers_added_;
        sum_ += number;
    }
  }

  void KeepSmaller(int64_t number) {
    extreme_ = std::min(extreme_.value_or(number), number);
  }

  void KeepLarger(int64_t number) {
    extreme_ = std::max(extreme_.value_or(number), number);
  }

  // Whether a number of this day counts: a better day drops what stood.
  bool Reaches(bool better, int64_t day) {
    if (better) {
      extreme_.reset();
      day_ = day;
    }
    return day == day_;
  }

  const Aggregate aggregate_;
  int64_t rows_ = 0;
  absl::int128 sum_ = 0;  // wide: the order of the rows must not matter
  int64_t numbers_added_ = 0;
  std::optional<int64_t> extreme_;
  int64_t day_ = 0;  // of `extreme_`, for first and last
  absl::flat_hash_set<int64_t> numbers_;
  absl::flat_hash_set<std::string> texts_;  // copies: a row lends them briefly
};

class Evaluator {
 public:
  Evaluator(const std::vector<Node>& nodes, const Subject& subject,
            const Row* row)
      : nodes_(nodes), subject_(subject), row_(row) {}

  bool Truth(size_t index) const {
    const Node& node = nodes_[index];
    const size_t first = index + 1;
    switch (node.op) {
      case Op::kOr:
        return AnyHolds(index);
      case Op::kAnd:
        return !AnyFails(index);
      case Op::kNot:
        return !Truth(first);
      case Op::kCompareTruths:
        return Compares(node.comparison, KnownTruth(first),
                        KnownTruth(nodes_[first].end));
      case Op::kCompareNumbers:
        return Compares(node.comparison, Number(first),
                        Number(nodes_[first].end));
      case Op::kCompareTexts:
        return CompareTexts(node, first);
      case Op::kInNumbers: {
        const std::optional<int64_t> number = Number(first);
        return number.has_value() &&
               Contains(node.numbers, *number) != node.negated;
      }
      case Op::kInTexts: {
        const Value value = Get(nodes_[first]);
        const auto text = As<absl::string_view>(value);
        return text.has_value() && Contains(node.texts, *text) != node.negated;
      }
      case Op::kHas:
        return Has(first);
      case Op::kHasAny:
        return HasAny(node, first);
      case Op::kKnown:
        return !std::holds_alternative<std::monostate>(Get(nodes_[first]));
      case Op::kTruth:
        return node.number != 0;
      default:
        return As<bool>(Get(node)).value_or(false);
    }
  }

  std::optional<int64_t> NumberOf(size_t index) const { return Number(index); }

 private:
  bool AnyHolds(size_t index) const {
    for (size_t i = index + 1; i < nodes_[index].end; i = nodes_[i].end)
      if (Truth(i)) return true;
    return false;
  }

  bool AnyFails(size_t index) const {
    for (size_t i = index + 1; i < nodes_[index].end; i = nodes_[i].end)
      if (!Truth(i)) return true;
    return false;
  }

  static bool IsField(const Node& node) {
    return node.op == Op::kField || node.op == Op::kRowField;
  }

  // A field, or a literal text.
  Value Get(const Node& node) const {
    if (node.op == Op::kRowField) return row_->Get(node.field, node.text);
    if (node.op == Op::kField) return subject_.Get(node.field, node.text);
    return absl::string_view(node.text);
  }

  std::optional<bool> KnownTruth(size_t index) const {
    if (IsField(nodes_[index])) return As<bool>(Get(nodes_[index]));
    return Truth(index);
  }

  bool CompareTexts(const Node& node, size_t first) const {
    return Compares(node.comparison, As<absl::string_view>(Get(nodes_[first])),
                    As<absl::string_view>(Get(nodes_[nodes_[first].end])));
  }

  bool Has(size_t first) const {
    const auto set = As<absl::Span<const std::string>>(Get(nodes_[first]));
    const auto text = As<absl::string_view>(Get(nodes_[nodes_[first].end]));
    return set.has_value() && text.has_value() &&
           std::find(set->begin(), set->end(), *text) != set->end();
  }

  bool HasAny(const Node& node, size_t first) const {
    const auto set = As<absl::Span<const std::string>>(Get(nodes_[first]));
    return set.has_value() &&
           std::any_of(set->begin(), set->end(), [&](const std::string& text) {
             return Contains(node.texts, text);
           });
  }

  std::optional<int64_t> Number(size_t index) const {
    const Node& node = nodes_[index];
    switch (node.op) {
      case Op::kNumber:
        return node.number;
      case Op::kSum:
        return Combined(index, [](const Node& part, int64_t a, int64_t b) {
          return part.subtracted ? Subtract(a, b) : Add(a, b);
        });
      case Op::kProduct:
        return Combined(index, [](const Node&, int64_t a, int64_t b) {
          return Multiply(a, b);
        });
      case Op::kNegate: {
        const std::optional<int64_t> number = Number(index + 1);
        if (!number.has_value()) return std::nullopt;
        return Subtract(0, *number);
      }
      case Op::kAggregate:
        return Aggregated(index);
      default:
        return As<int64_t>(Get(node));
    }
  }

  // The children from left to right, unknown as soon as one is.
  template <typename Combine>
  std::optional<int64_t> Combined(size_t index, Combine combine) const {
    std::optional<int64_t> result = Number(index + 1);
    for (size_t i = nodes_[index + 1].end; i < nodes_[index].end;
         i = nodes_[i].end) {
      if (!result.has_value()) return std::nullopt;
      const std::optional<int64_t> number = Number(i);
      if (!number.has_value()) return std::nullopt;
      result = combine(nodes_[i], *result, *number);
    }
    return result;
  }

  std::optional<int64_t> Aggregated(size_t index) const {
    const Node& node = nodes_[index];
    const bool conditional = node.end > index + 1;
    const Window window = WindowOf(node);
    Accumulator accumulator(node.aggregate);
    subject_.ForEach(node.source, window.first, [&](const Row& row) {
      if (!window.Covers(row)) return true;
      if (conditional && !Evaluator(nodes_, subject_, &row).Truth(index + 1))
        return true;
      accumulator.AddRow();
      if (node.aggregate != Aggregate::kCount)
        accumulator.Add(row.Get(node.field, node.text), DayOf(node, row));
      return true;
    });
    return accumulator.Result();
  }

  static std::optional<int64_t> DayOf(const Node& node, const Row& row) {
    const bool matters = node.aggregate == Aggregate::kFirst ||
                         node.aggregate == Aggregate::kLast;
    if (!matters) return std::nullopt;
    return As<int64_t>(row.Get(node.day_field, ""));
  }

  struct Window {
    bool all = true;
    int day_field = 0;
    int64_t first = kLowest;
    int64_t last = kHighest;

    bool Covers(const Row& row) const {
      if (all) return true;
      const auto day = As<int64_t>(row.Get(day_field, ""));
      return day.has_value() && first <= *day && *day <= last;
    }
  };

  Window WindowOf(const Node& node) const {
    if (node.number == 0) return {};
    const int64_t today = subject_.Today();
    return {false, node.day_field, Subtract(today, node.number - 1), today};
  }

  const std::vector<Node>& nodes_;
  const Subject& subject_;
  const Row* const row_;  // null outside `where`
};

}  // namespace

bool Holds(const Code& code, size_t index, const Subject& subject) {
  return Evaluator(code.nodes, subject, nullptr).Truth(index);
}

bool Holds(const Code& code, size_t index, const Subject& subject,
           const Row& row) {
  return Evaluator(code.nodes, subject, &row).Truth(index);
}

std::optional<int64_t> NumberAt(const Code& code, size_t index,
                                const Subject& subject) {
  return Evaluator(code.nodes, subject, nullptr).NumberOf(index);
}

}  // namespace patron::rules
