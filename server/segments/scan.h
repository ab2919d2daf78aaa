// A rule over blocks of customers.
//
// A plan is a rule as steps over masks of 512 rows, in the order of what they
// cost: comparisons of kept columns with constants run on their narrow form;
// what a rule says of one text or truth is asked once for each text of the
// column's dictionary and looked up; arithmetic is done in 64 bits as rules do
// it; aggregates that are not kept are counted (counting.h) for the rows that
// are left; what none of these covers is asked row by row of the customer's
// subject. A step that leaves no row ends a block.
//
// Threads: a Plan is fixed; a Scanner is one thread's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <roaring/roaring.hh>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/rules/rules.h"
#include "server/segments/counting.h"
#include "server/segments/intervals.h"
#include "server/segments/kept.h"

namespace patron::segments {

// A number of a customer.
struct Expr {
  enum class Kind { kConstant, kLeaf, kCount, kSum, kProduct, kNegate };
  Kind kind = Kind::kConstant;
  std::vector<Expr> parts;
  bool subtracted = false;
  int64_t number = 0;
  size_t at = 0;  // of kLeaf in leaves(), of kCount in counts()
};

struct Step {
  enum class Kind {
    kAnd,
    kOr,
    kNot,
    kWithin,
    kIn,
    kKnown,
    kTable,
    kCompare,
    kAsk
  };
  Kind kind = Kind::kAsk;
  size_t node = 0;
  int64_t cost = 0;
  std::vector<Step> parts;
  size_t leaf = 0;               // in leaves()
  size_t table = 0;              // of kTable, in tables()
  Interval interval;             // of kWithin
  std::vector<int64_t> numbers;  // of kIn, sorted
  bool negated = false;          // of kIn
  rules::Comparison comparison = rules::Comparison::kEqual;  // of kCompare
  std::vector<Expr> sides;                                   // of kCompare
};

// The truths of a kTable step by the numbers of its column.
struct TruthTable {
  std::shared_ptr<const Dictionary> dictionary;  // null: of truths
  std::vector<uint8_t> truths;
  bool unknown = false;
};

// What a plan reads, as of one moment.
struct Bound {
  std::shared_ptr<const Version> customers;
  std::vector<std::shared_ptr<const Version>> leaves;
  std::vector<std::shared_ptr<const TruthTable>> tables;
  std::vector<std::shared_ptr<const Tables>> counts;
};

class Plan {
 public:
  // `rule` is not empty.
  Plan(const rules::Program& rule, Kept& kept, const LiveParts& parts);

  const rules::Code& code() const { return *rule_.code(); }
  const Step& root() const { return root_; }
  const std::vector<std::shared_ptr<Column>>& leaves() const { return leaves_; }
  const std::vector<std::unique_ptr<const Counting>>& counts() const {
    return counts_;
  }
  bool events_from_store() const { return events_from_store_; }

  // Brings its columns to `moment`.
  Bound Bind(const Moment& moment, Workers& workers) const;
  // The nearest version of each column that is there already, or null.
  std::vector<std::shared_ptr<const Version>> VersionsBefore(
      const Moment& moment) const;
  // The truths of kTable steps, for columns as `leaves` have them; null where
  // the column is null.
  std::vector<std::shared_ptr<const TruthTable>> TablesFor(
      const std::vector<std::shared_ptr<const Version>>& leaves) const;
  // The tables of counts(), as of now.
  std::vector<std::shared_ptr<const Tables>> CountTables() const;

 private:
  struct Remembered {
    uint64_t catalog = 0;
    uint32_t ordinals = 0;
    std::vector<std::shared_ptr<const Tables>> counts;
    std::vector<std::shared_ptr<const TruthTable>> tables;
  };
  struct TableNode {
    size_t leaf;
    size_t node;
  };

  Step StepOf(size_t index);
  Step Combined(Step::Kind kind, size_t index);
  Step CompareOf(size_t index);
  std::optional<Step> ConstantOf(size_t index) const;
  std::optional<Step> TableOf(size_t index);
  std::optional<Step> LeafStepOf(size_t index);
  Expr ExprOf(size_t index);
  std::optional<size_t> LeafAt(size_t index);
  std::shared_ptr<const TruthTable> TableNow(const TableNode& of,
                                             const Version& version,
                                             const TruthTable* before) const;

  const rules::Program rule_;
  Kept& kept_;
  const LiveParts& parts_;
  const bool events_from_store_;
  std::vector<std::shared_ptr<Column>> leaves_;
  std::vector<std::unique_ptr<const Counting>> counts_;
  std::vector<TableNode> tables_;
  Step root_;
  mutable absl::Mutex mutex_;
  mutable Remembered remembered_ ABSL_GUARDED_BY(mutex_);
};

// Runs a plan over blocks. Borrows everything.
class Scanner {
 public:
  Scanner(const Plan& plan, const Bound& bound, const Surroundings& around);

  // Leaves in `mask` those of its rows for whom the rule holds.
  void Narrow(size_t block, Mask& mask);

 private:
  struct Side {
    Numbers values;
    Mask known;
  };
  void Narrow(const Step& step, Mask& mask);
  void NarrowOr(const Step& step, Mask& mask);
  void NarrowIn(const Step& step, Mask& mask) const;
  void NarrowCompare(const Step& step, Mask& mask);
  void NarrowAsk(const Step& step, Mask& mask) const;
  void Evaluate(const Expr& expr, const Mask& wanted, Side& side);
  int64_t Shift(size_t leaf) const;
  const Packed& Values(size_t leaf) const {
    return bound_.leaves[leaf]->blocks[block_]->values;
  }

  const Plan& plan_;
  const Bound& bound_;
  const Surroundings& around_;
  std::vector<Counter> counters_;
  size_t block_ = 0;
};

// What `a`, a part of `parent` or several, and the next part are together.
int64_t Combine(const Expr& parent, const Expr& part, int64_t a, int64_t b);
bool Compares(rules::Comparison comparison, int64_t left, int64_t right);

// A bit for each row of a mask, 64 to a word.
void PackBits(const Mask& mask, uint64_t* words);
// The set of the places of ones.
Roaring ToRoaring(const std::vector<uint64_t>& words);

}  // namespace patron::segments
