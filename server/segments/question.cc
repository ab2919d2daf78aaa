#include "server/segments/question.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/rules/arithmetic.h"
#include "server/rules/evaluator.h"

namespace patron::segments {
namespace {

bool IsWithin(const Interval& interval, int64_t value) {
  return (interval.lo <= value && value <= interval.hi) == interval.inside;
}

bool IsIn(const Step& step, int64_t value) {
  return std::binary_search(step.numbers.begin(), step.numbers.end(), value) !=
         step.negated;
}

}  // namespace

// One customer.
class Question::Asked {
 public:
  Asked(const Question& question, CustomerOrdinal customer)
      : question_(question), customer_(customer) {}

  bool Holds(const Step& step) {
    switch (step.kind) {
      case Step::Kind::kAnd:
        return std::all_of(step.parts.begin(), step.parts.end(),
                           [this](const Step& part) { return Holds(part); });
      case Step::Kind::kOr:
        return std::any_of(step.parts.begin(), step.parts.end(),
                           [this](const Step& part) { return Holds(part); });
      case Step::Kind::kNot:
        return !Holds(step.parts[0]);
      case Step::Kind::kCompare:
        return HoldsComparison(step);
      case Step::Kind::kAsk:
        return Ask(step);
      default:
        return IsKept(step.leaf) ? HoldsKept(step, Kept(step.leaf)) : Ask(step);
    }
  }

 private:
  using Number = std::optional<int64_t>;

  const Plan& plan() const { return *question_.plan_; }

  bool IsKept(size_t leaf) const {
    const Version* const version = question_.leaves_[leaf].get();
    return version != nullptr && plan().leaves()[leaf]->Covers(
                                     *version, question_.moment_, customer_);
  }

  // Of a column that IsKept, as it stands there.
  Number Kept(size_t leaf) const {
    const size_t at = customer_.value();
    return question_.leaves_[leaf]->blocks[at / kBlockRows]->values.At(
        at % kBlockRows);
  }

  int64_t FromKept(size_t leaf, int64_t value) const {
    const int64_t slope = plan().leaves()[leaf]->leaf().slope();
    return slope == 0 ? value
                      : rules::Add(value, slope * question_.moment_.today);
  }

  bool HoldsKept(const Step& step, const Number& kept) const {
    if (step.kind == Step::Kind::kTable) {
      const TruthTable& table = *question_.tables_[step.table];
      return kept ? table.truths[static_cast<size_t>(*kept)] : table.unknown;
    }
    if (!kept || step.kind == Step::Kind::kKnown) return kept.has_value();
    const int64_t value = FromKept(step.leaf, *kept);
    return step.kind == Step::Kind::kIn ? IsIn(step, value)
                                        : IsWithin(step.interval, value);
  }

  bool HoldsComparison(const Step& step) {
    const Number left = Evaluate(step.sides[0]);
    if (!left) return false;
    const Number right = Evaluate(step.sides[1]);
    return right && Compares(step.comparison, *left, *right);
  }

  Number Evaluate(const Expr& expr) {
    switch (expr.kind) {
      case Expr::Kind::kConstant:
        return expr.number;
      case Expr::Kind::kLeaf:
        return LeafOf(expr.at);
      case Expr::Kind::kCount:
        return rules::NumberAt(plan().code(), plan().counts()[expr.at]->index(),
                               subject());
      case Expr::Kind::kNegate: {
        const Number number = Evaluate(expr.parts[0]);
        return number ? Number(rules::Subtract(0, *number)) : std::nullopt;
      }
      default:
        return Together(expr);
    }
  }

  Number Together(const Expr& expr) {
    Number result = Evaluate(expr.parts[0]);
    for (size_t i = 1; result && i < expr.parts.size(); ++i) {
      const Number number = Evaluate(expr.parts[i]);
      result = number ? Number(Combine(expr, expr.parts[i], *result, *number))
                      : std::nullopt;
    }
    return result;
  }

  Number LeafOf(size_t leaf) {
    if (IsKept(leaf)) {
      const Number kept = Kept(leaf);
      return kept ? Number(FromKept(leaf, *kept)) : std::nullopt;
    }
    return rules::NumberAt(plan().leaves()[leaf]->leaf().code(), 0, subject());
  }

  bool Ask(const Step& step) {
    return rules::Holds(plan().code(), step.node, subject());
  }

  const RowSubject& subject() {
    if (!subject_) {
      place_.emplace(question_.parts_.catalog, question_.parts_.ordinals);
      around_.emplace(AroundOf(question_.parts_, question_.moment_, *place_,
                               plan().events_from_store()));
      subject_.emplace(*around_, customer_);
    }
    return *subject_;
  }

  const Question& question_;
  const CustomerOrdinal customer_;
  std::optional<Place> place_;
  std::optional<Surroundings> around_;
  std::optional<RowSubject> subject_;
};

Question::Question(std::shared_ptr<const Plan> plan, const LiveParts& parts,
                   const Moment& moment, const Bound* bound)
    : plan_(std::move(plan)),
      parts_(parts),
      moment_(moment),
      leaves_(bound == nullptr ? plan_->VersionsBefore(moment) : bound->leaves),
      tables_(bound == nullptr ? plan_->TablesFor(leaves_) : bound->tables) {}

bool Question::Holds(CustomerOrdinal customer) const {
  return Asked(*this, customer).Holds(plan_->root());
}

}  // namespace patron::segments
