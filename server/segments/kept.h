// Kept columns: what rules ask of customers, worked out once for each and kept
// up as commands and days go by.
//
// A leaf is one thing that rules ask: a field with its key, a set that has a
// text, a whole aggregate with its window and `where`. Its column holds a
// number for each customer: texts as codes of the column's own dictionary,
// truths as 0 and 1. A version of a column is what it held at one log position,
// on one day; blocks that did not change are shared between versions, so that a
// view keeps what it saw.
//
// How a version follows another: (1) rows whose State changed meanwhile
// (columns::Row::changed) are worked out anew: a purchase heard of late, a
// return and a merge are such changes, whatever day they speak of. (2) Rows
// whose answer may be another one on the new day are worked out anew: each row
// knows the first day on which that can be (`until`: a line leaves its window,
// a lot expires, a birthday comes). What falls or rises by one a day is kept
// without the day and never worked out anew. (3) All rows, where what they read
// beside State is another: the definitions, for loyalty; the catalogue, where
// it says something new of a product that was known. An earlier day than the
// version's has all rows worked out anew that know days.
//
// Threads: a Version is fixed; Column and Kept any.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "server/checkout/holdings.h"
#include "server/rules/rules.h"
#include "server/segments/counting.h"
#include "server/segments/live.h"
#include "server/segments/packed.h"
#include "server/segments/subject.h"
#include "server/segments/workers.h"

namespace patron::segments {

// What a view looks at; never changes.
struct Moment {
  std::shared_ptr<const columns::Snapshot> snapshot;
  checkout::CompiledPtr definitions;
  Day today = 0;

  bool Is(const Moment& other) const {
    return snapshot == other.snapshot && definitions == other.definitions &&
           today == other.today;
  }
};

Surroundings AroundOf(const LiveParts& parts, const Moment& moment,
                      const Place& place, bool events_from_store = false);

// The texts of a column, each once; a code is never another text's. Threads:
// any.
class Dictionary {
 public:
  uint32_t CodeOf(absl::string_view text);  // given where it has none
  std::string TextOf(uint32_t code) const;
  size_t size() const;

 private:
  mutable absl::Mutex mutex_;
  std::deque<std::string> texts_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<absl::string_view, uint32_t> codes_
      ABSL_GUARDED_BY(mutex_);
};

// What a node of a rule asks of a customer.
class Leaf {
 public:
  enum class Kind { kNumber, kText, kTruth, kIsCustomer };

  Leaf();  // whether the ordinal is a customer's
  // A copy of node `index` and all below it.
  Leaf(const rules::Code& code, size_t index);
  Leaf(const Leaf&) = delete;
  Leaf& operator=(const Leaf&) = delete;

  Kind kind() const { return kind_; }
  int slope() const { return slope_; }
  const rules::Code& code() const { return code_; }
  const Counting* counting() const { return counting_ ? &*counting_ : nullptr; }
  bool reads_definitions() const { return reads_definitions_; }
  bool reads_products() const { return reads_products_; }
  bool knows_days() const { return knows_days_; }

  struct Reading {
    std::optional<int64_t> stored;
    Day until = kNever;
  };
  // Of anything but an aggregate.
  Reading Read(const RowSubject& subject, Dictionary& dictionary) const;

 private:
  void LookAtField(const rules::Node& node);

  Kind kind_ = Kind::kIsCustomer;
  rules::Code code_;
  std::optional<Counting> counting_;
  int slope_ = 0;
  bool reads_definitions_ = false;
  bool reads_products_ = false;
  bool knows_days_ = false;
};

// One for equal nodes, another for others.
std::string SignatureOf(const rules::Code& code, size_t index);
// Whether a node can be a leaf: a field that is no set, `has` of a text or of
// texts, `known` of a set, an aggregate.
bool IsLeaf(const rules::Code& code, size_t index);

struct KeptBlock {
  Packed values;
  Day until = kNever;  // the first of `untils`
  std::vector<uint16_t>
      untils;  // of each row, kMaxDay: never; empty: all never

  // Puts the readings of the rows of `changed` in.
  void Put(const Mask& changed, const Numbers& stored, const Mask& known,
           const std::array<Day, kBlockRows>& until);
  size_t bytes() const;
};

struct Version {
  LogPosition position;
  Day today = 0;
  checkout::CompiledPtr definitions;
  uint64_t catalog = 0;
  uint32_t ordinals = 0;  // KnownOrdinals of `tables`
  std::shared_ptr<const Tables> tables;
  std::shared_ptr<Dictionary> dictionary;
  std::vector<std::shared_ptr<const KeptBlock>> blocks;
};

class Column {
 public:
  Column(std::unique_ptr<const Leaf> leaf, const LiveParts& parts)
      : leaf_(std::move(leaf)), parts_(parts) {}

  const Leaf& leaf() const { return *leaf_; }
  // The version that is nearest to `moment`, and from which it can be reached;
  // null where there is none.
  std::shared_ptr<const Version> Before(const Moment& moment) const;
  // As of `moment`: brought there from that one, or from nothing.
  std::shared_ptr<const Version> At(const Moment& moment, Workers& workers);
  // Whether what `version` has of a row also holds at `moment`.
  bool Covers(const Version& version, const Moment& moment,
              CustomerOrdinal customer) const;
  size_t bytes() const;

 private:
  bool Follows(const Version& version, const Moment& moment) const;
  bool IsAt(const Version& version, const Moment& moment) const;
  void Remember(std::shared_ptr<const Version> version);
  // Also tells whether all rows must be worked out anew.
  bool TakeTables(const Version* from, Version& next) const;
  void Fill(const Version* from, const Moment& moment, Workers& workers,
            Version& next) const;
  void FillBlocks(const Version* from, const Moment& moment,
                  const std::vector<size_t>& blocks, size_t first, size_t last,
                  Version& next) const;
  Leaf::Reading Read(const Surroundings& around, Counter* counter,
                     Dictionary& dictionary, CustomerOrdinal customer) const;

  const std::unique_ptr<const Leaf> leaf_;
  const LiveParts& parts_;
  mutable absl::Mutex filling_;  // one at a time works out a column
  mutable absl::Mutex mutex_ ABSL_ACQUIRED_AFTER(filling_);
  // Of the two days asked for last: campaigns may look at another day than
  // today.
  std::shared_ptr<const Version> versions_[2] ABSL_GUARDED_BY(mutex_);
};

// All columns. Scalar fields without a key and what Keep names stay; of the
// others the `most` asked for last.
class Kept {
 public:
  Kept(const LiveParts& parts, size_t most);

  const std::shared_ptr<Column>& customers() const { return customers_; }
  // The column of a leaf. Null for an aggregate that no kept rule has.
  std::shared_ptr<Column> Find(const rules::Code& code, size_t index);
  void Keep(const std::vector<rules::Program>& rules);
  // Grows when columns were dropped: whoever holds some asks again.
  uint64_t generation() const;
  std::vector<std::shared_ptr<Column>> All() const;

 private:
  struct Slot {
    std::shared_ptr<Column> column;
    bool stays = false;
    uint64_t asked = 0;
  };
  Slot& FindOrMake(const rules::Code& code, size_t index)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropOldest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const LiveParts& parts_;
  const size_t most_;
  const std::shared_ptr<Column> customers_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Slot> slots_ ABSL_GUARDED_BY(mutex_);
  uint64_t asked_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t generation_ ABSL_GUARDED_BY(mutex_) = 1;
};

}  // namespace patron::segments
