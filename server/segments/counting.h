// An aggregate of a rule over the lines or events of columns.
//
// The condition behind `where` becomes a truth for each line. A part of it that
// looks at the product alone (whatever it says of category, brand, attributes
// …) is asked once for each product and looked up by a line's product; likewise
// for the store, the channel, the currency and what an event is. Comparisons of
// a line's numbers with constants run over their arrays. What is left is asked
// line by line. All ask the same code as a rule over one customer does.
//
// Windows: `last N days` are the lines whose day is today or one of the N - 1
// days before. So an answer stands until the oldest line that counts leaves (on
// its day + N) or a line dated ahead comes in (on its day): Count tells that
// day. A late purchase, a return or a merge changes the customer's row, and the
// row is counted anew; only the passing of days leaves no trace there.
//
// Threads: Counting is fixed once made, Tables too; a Counter is one thread's.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "server/base/day.h"
#include "server/catalog/catalog.h"
#include "server/columns/table.h"
#include "server/rules/code.h"
#include "server/segments/packed.h"
#include "server/segments/subject.h"
#include "server/store/ordinals.h"

namespace patron::segments {

// After every day.
inline constexpr Day kNever = std::numeric_limits<Day>::max();

// What a field of a row hangs on.
enum class Trait {
  kProduct,
  kStore,
  kChannel,
  kCurrency,
  kKind,    // of an event, with what a survey asked
  kNumber,  // a number of the row's own
  kOther,   // the customer, or what columns lack
};
Trait TraitOf(int source, int field);

// A part of the condition.
struct RowStep {
  enum class Kind { kAnd, kOr, kNot, kTable, kWithin, kAsk };
  Kind kind = Kind::kAsk;
  std::vector<RowStep> parts;
  size_t node = 0;
  Trait trait = Trait::kOther;
  size_t table = 0;  // of kTable
  int field = 0;     // of kWithin: (lo <= field <= hi) == inside
  int64_t lo = 0;
  int64_t hi = 0;
  bool inside = true;
};

class Counting {
 public:
  // `code` holds the aggregate as node `index` and outlives this.
  Counting(const rules::Code& code, size_t index);

  const rules::Node& node() const { return code_.nodes[index_]; }
  const rules::Code& code() const { return code_; }
  size_t index() const { return index_; }
  const RowStep* where() const { return where_ ? &*where_ : nullptr; }
  // Conditions of kTable, in the order of RowStep::table.
  const std::vector<RowStep>& tables() const { return tables_; }
  // Whether `distinct` counts the texts that tables list by ordinal.
  bool lists_texts() const { return lists_texts_; }
  // Only the subject can answer it, customer by customer.
  bool by_subject() const { return by_subject_; }
  // A step asks line by line: the subject of each customer is needed.
  bool asks() const { return asks_; }
  bool reads_products() const { return reads_products_; }
  // The answer may change with any day, for another reason than a window.
  bool changes_daily() const { return changes_daily_; }

 private:
  RowStep StepOf(size_t index);
  RowStep Combined(RowStep::Kind kind, size_t index);
  std::optional<RowStep> WithinOf(size_t index) const;
  Trait TraitOfAll(size_t index) const;
  void LookAt(const rules::Node& node);

  const rules::Code& code_;
  const size_t index_;
  std::vector<RowStep> tables_;
  bool lists_texts_ = false;
  bool by_subject_ = false;
  bool asks_ = false;
  bool reads_products_ = false;
  bool changes_daily_ = false;
  std::optional<RowStep> where_;
};

// The answers for each product, store, channel …; the last of a table of
// products or stores is for none.
struct Tables {
  std::vector<std::vector<uint8_t>> truths;
  // Of `distinct`: the texts of ordinal i as numbers, at begin[i] … begin[i+1].
  std::vector<uint32_t> begin;
  std::vector<uint32_t> texts;
};

struct TableParts {
  const catalog::Catalog& catalog;
  const store::Ordinals& ordinals;
  const columns::Table& columns;
};
// How many products, stores and texts of codes are known: tables of as many
// know all that stands in rows.
uint32_t KnownOrdinals(const TableParts& parts);
// Takes the catalogue for a hundred products at a time: nobody waits long.
Tables MakeTables(const Counting& counting, const TableParts& parts);
// Whether `now` says of everything that `before` knew what `before` said.
bool SaysTheSame(const Tables& before, const Tables& now);

// One answer, and the first day on which it may be another one.
struct Counted {
  std::optional<int64_t> value;
  Day until = kNever;
};

class Counter {
 public:
  // Borrows all of them.
  Counter(const Counting& counting, const Tables& tables,
          const Surroundings& around);

  // Of one row.
  Counted Count(const columns::Block& block, CustomerOrdinal customer);
  // Of the rows of `wanted`, without until; `first` is the block's first.
  void Count(const columns::Block& block, CustomerOrdinal first,
             const Mask& wanted, Numbers& values, Mask& known);

 private:
  struct Sums;

  Counted Ask(CustomerOrdinal customer) const;
  template <typename Columns>
  Counted CountRow(const columns::Rows<Columns>& rows, CustomerOrdinal customer,
                   size_t row);
  template <typename Columns>
  void CountRows(const columns::Rows<Columns>& rows, const Mask& wanted,
                 Numbers& values, Mask& known);
  // Those below work on the lines from … to of `columns`; `matched` has a truth
  // for each of them.
  template <typename Columns>
  void KeepWindow(const Columns& columns, size_t from, size_t to,
                  uint8_t* matched) const;
  template <typename Columns>
  void Narrow(const RowStep& step, const Columns& columns, size_t from,
              size_t to, const RowSubject* customer, uint8_t* matched) const;
  template <typename Columns>
  void NarrowOr(const RowStep& step, const Columns& columns, size_t from,
                size_t to, const RowSubject* customer, uint8_t* matched) const;
  template <typename Columns>
  void Add(const Columns& columns, size_t from, size_t to,
           const uint8_t* matched, Sums& sums);
  template <typename Columns>
  void AddSeen(const Columns& columns, size_t at);
  template <typename Columns>
  Day End(const Columns& columns, size_t from, size_t to,
          const uint8_t* matched) const;
  std::optional<int64_t> ResultOf(const Sums& sums);

  const Counting& counting_;
  const Tables& tables_;
  const Surroundings& around_;
  const rules::Node& node_;
  std::vector<uint8_t> matched_;
  std::vector<uint8_t> matched_tail_;
  std::vector<int64_t> seen_;
};

}  // namespace patron::segments
