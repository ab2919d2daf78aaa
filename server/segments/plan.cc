#include <algorithm>
#include <utility>

#include "server/rules/evaluator.h"
#include "server/segments/scan.h"
#include "server/subjects/fields.h"

namespace patron::segments {
namespace {

using rules::Node;
using rules::Op;

// What a step costs a block, roughly in passes over a column.
constexpr int64_t kColumnCost = 1;
constexpr int64_t kInCost = 8;
constexpr int64_t kArithmeticCost = 10;
constexpr int64_t kCountCost = 1000;
constexpr int64_t kAskCost = 100'000;

// A customer of whom one field is known.
class OneField final : public rules::Subject {
 public:
  explicit OneField(rules::Value value) : value_(value) {}
  rules::Value Get(int, absl::string_view) const override { return value_; }
  int64_t Today() const override { return 0; }
  void ForEach(int, int64_t,
               absl::FunctionRef<bool(const rules::Row&)>) const override {}

 private:
  const rules::Value value_;
};

bool IsCount(const Expr& expr) {
  return expr.kind == Expr::Kind::kCount ||
         std::any_of(expr.parts.begin(), expr.parts.end(), IsCount);
}

}  // namespace

Plan::Plan(const rules::Program& rule, Kept& kept, const LiveParts& parts)
    : rule_(rule),
      kept_(kept),
      parts_(parts),
      events_from_store_(ReadsEventTexts(rule)) {
  root_ = StepOf(0);
}

std::optional<size_t> Plan::LeafAt(size_t index) {
  if (!IsLeaf(code(), index)) return std::nullopt;
  std::shared_ptr<Column> column = kept_.Find(code(), index);
  if (column == nullptr) return std::nullopt;
  const auto at = std::find(leaves_.begin(), leaves_.end(), column);
  if (at != leaves_.end()) return at - leaves_.begin();
  leaves_.push_back(std::move(column));
  return leaves_.size() - 1;
}

// A condition that asks nothing of the customer: all of no parts, or any.
std::optional<Step> Plan::ConstantOf(size_t index) const {
  for (size_t i = index; i < code().nodes[index].end; ++i)
    if (code().nodes[i].op == Op::kField ||
        code().nodes[i].op == Op::kAggregate)
      return std::nullopt;
  const bool holds = rules::Holds(code(), index, OneField(std::monostate()));
  Step step;
  step.kind = holds ? Step::Kind::kAnd : Step::Kind::kOr;
  step.node = index;
  return step;
}

Step Plan::StepOf(size_t index) {
  if (auto constant = ConstantOf(index)) return *std::move(constant);
  if (auto table = TableOf(index)) return *std::move(table);
  if (auto leaf = LeafStepOf(index)) return *std::move(leaf);
  switch (code().nodes[index].op) {
    case Op::kAnd:
      return Combined(Step::Kind::kAnd, index);
    case Op::kOr:
      return Combined(Step::Kind::kOr, index);
    case Op::kNot:
      return Combined(Step::Kind::kNot, index);
    case Op::kCompareNumbers:
      return CompareOf(index);
    default:
      break;
  }
  Step ask;
  ask.node = index;
  ask.cost = kAskCost;
  return ask;
}

Step Plan::Combined(Step::Kind kind, size_t index) {
  Step step;
  step.kind = kind;
  step.node = index;
  for (size_t i = index + 1; i < code().nodes[index].end;
       i = code().nodes[i].end) {
    step.parts.push_back(StepOf(i));
    step.cost += step.parts.back().cost;
  }
  std::stable_sort(
      step.parts.begin(), step.parts.end(),
      [](const Step& a, const Step& b) { return a.cost < b.cost; });
  return step;
}

// A condition that names one text or truth of the customer, and nothing else of
// her.
std::optional<Step> Plan::TableOf(size_t index) {
  const Node* field = nullptr;
  size_t at = 0;
  for (size_t i = index; i < code().nodes[index].end; ++i) {
    const Node& node = code().nodes[i];
    if (node.op == Op::kAggregate) return std::nullopt;
    if (node.op != Op::kField) continue;
    const bool other = field != nullptr &&
                       (field->field != node.field || field->text != node.text);
    if (other || !IsLeaf(code(), i)) return std::nullopt;
    field = &node;
    at = i;
  }
  if (field == nullptr) return std::nullopt;
  const std::optional<size_t> leaf = LeafAt(at);
  if (!leaf || leaves_[*leaf]->leaf().kind() == Leaf::Kind::kNumber)
    return std::nullopt;
  Step step;
  step.kind = Step::Kind::kTable;
  step.node = index;
  step.cost = kColumnCost;
  step.leaf = *leaf;
  step.table = tables_.size();
  tables_.push_back({*leaf, index});
  return step;
}

// A kept truth, or what a rule asks of one number and constants.
std::optional<Step> Plan::LeafStepOf(size_t index) {
  const Node& node = code().nodes[index];
  Step step;
  step.node = index;
  step.cost = kColumnCost;
  std::optional<size_t> leaf = LeafAt(index);
  if (leaf) {
    step.kind = Step::Kind::kWithin;
    step.interval = {1, 1, true};
  } else if (node.op == Op::kKnown) {
    leaf = LeafAt(index + 1);
    step.kind = Step::Kind::kKnown;
  } else if (node.op == Op::kInNumbers) {
    leaf = LeafAt(index + 1);
    step.kind = Step::Kind::kIn;
    step.cost = kInCost;
    step.numbers = node.numbers;
    step.negated = node.negated;
  }
  if (!leaf) return std::nullopt;
  step.leaf = *leaf;
  return step;
}

Step Plan::CompareOf(size_t index) {
  const Node& node = code().nodes[index];
  Step step;
  step.node = index;
  Expr left = ExprOf(index + 1);
  Expr right = ExprOf(code().nodes[index + 1].end);
  const bool counts = IsCount(left) || IsCount(right);
  step.comparison = node.comparison;
  if (left.kind == Expr::Kind::kConstant) {
    std::swap(left, right);
    step.comparison = Flipped(step.comparison);
  }
  if (left.kind == Expr::Kind::kLeaf && right.kind == Expr::Kind::kConstant) {
    step.kind = Step::Kind::kWithin;
    step.cost = kColumnCost;
    step.leaf = left.at;
    step.interval = IntervalOf(step.comparison, right.number);
    return step;
  }
  step.kind = Step::Kind::kCompare;
  step.cost = counts ? kCountCost : kArithmeticCost;
  step.sides = {std::move(left), std::move(right)};
  return step;
}

Expr Plan::ExprOf(size_t index) {
  const Node& node = code().nodes[index];
  Expr expr;
  expr.subtracted = node.subtracted;
  if (node.op == Op::kNumber) {
    expr.number = node.number;
    return expr;
  }
  if (const std::optional<size_t> leaf = LeafAt(index)) {
    expr.kind = Expr::Kind::kLeaf;
    expr.at = *leaf;
    return expr;
  }
  if (node.op == Op::kAggregate) {
    expr.kind = Expr::Kind::kCount;
    expr.at = counts_.size();
    counts_.push_back(std::make_unique<const Counting>(code(), index));
    return expr;
  }
  expr.kind = node.op == Op::kSum       ? Expr::Kind::kSum
              : node.op == Op::kProduct ? Expr::Kind::kProduct
                                        : Expr::Kind::kNegate;
  for (size_t i = index + 1; i < node.end; i = code().nodes[i].end)
    expr.parts.push_back(ExprOf(i));
  return expr;
}

// ---- what it reads, as of a moment

std::shared_ptr<const TruthTable> Plan::TableNow(
    const TableNode& of, const Version& version,
    const TruthTable* before) const {
  const bool texts = leaves_[of.leaf]->leaf().kind() == Leaf::Kind::kText;
  auto table = std::make_shared<TruthTable>();
  const auto holds = [&](rules::Value value) {
    return rules::Holds(code(), of.node, OneField(value));
  };
  table->unknown = holds(std::monostate());
  if (!texts) {
    table->truths = {holds(false), holds(true)};
    return table;
  }
  table->dictionary = version.dictionary;
  if (before != nullptr && before->dictionary == version.dictionary)
    table->truths = before->truths;
  const size_t size = version.dictionary->size();
  while (table->truths.size() < size) {
    const std::string text =
        version.dictionary->TextOf(static_cast<uint32_t>(table->truths.size()));
    table->truths.push_back(holds(absl::string_view(text)));
  }
  return table;
}

Bound Plan::Bind(const Moment& moment, Workers& workers) const {
  Bound bound;
  bound.customers = kept_.customers()->At(moment, workers);
  for (const std::shared_ptr<Column>& column : leaves_)
    bound.leaves.push_back(column->At(moment, workers));
  bound.counts = CountTables();
  bound.tables = TablesFor(bound.leaves);
  return bound;
}

std::vector<std::shared_ptr<const Version>> Plan::VersionsBefore(
    const Moment& moment) const {
  std::vector<std::shared_ptr<const Version>> versions;
  for (const std::shared_ptr<Column>& column : leaves_)
    versions.push_back(column->Before(moment));
  return versions;
}

std::vector<std::shared_ptr<const TruthTable>> Plan::TablesFor(
    const std::vector<std::shared_ptr<const Version>>& leaves) const {
  std::vector<std::shared_ptr<const TruthTable>> tables(tables_.size());
  const absl::MutexLock lock(&mutex_);
  remembered_.tables.resize(tables_.size());
  for (size_t i = 0; i < tables_.size(); ++i) {
    const Version* const version = leaves[tables_[i].leaf].get();
    if (version == nullptr) continue;
    auto& table = remembered_.tables[i];
    const bool stands = table != nullptr &&
                        (table->dictionary == nullptr ||
                         (table->dictionary == version->dictionary &&
                          table->truths.size() >= version->dictionary->size()));
    if (!stands) table = TableNow(tables_[i], *version, table.get());
    tables[i] = table;
  }
  return tables;
}

std::vector<std::shared_ptr<const Tables>> Plan::CountTables() const {
  if (counts_.empty()) return {};
  const TableParts parts{parts_.catalog, parts_.ordinals, parts_.columns};
  const absl::MutexLock lock(&mutex_);
  const uint64_t catalog = parts_.catalog.version();
  const uint32_t ordinals = KnownOrdinals(parts);
  if (remembered_.counts.empty() || remembered_.catalog != catalog ||
      remembered_.ordinals != ordinals) {
    remembered_.counts.clear();
    for (const auto& counting : counts_)
      remembered_.counts.push_back(
          std::make_shared<const Tables>(MakeTables(*counting, parts)));
    remembered_.catalog = catalog;
    remembered_.ordinals = ordinals;
  }
  return remembered_.counts;
}

}  // namespace patron::segments
