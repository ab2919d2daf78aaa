// From what a question names (a segment, a rule, both) to what can be asked of
// a view: a program and, for uploaded lists, a set of customers.
//
// Threads: Catalogue is fixed once made; Audiences any. Ownership: borrows.
// Errors: kInvalidArgument for a rule that is wrong (its message names line and
// column in the caller's own text), kNotFound for a segment that is not known.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <roaring/roaring.hh>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "segments_types.h"
#include "server/checkout/holdings.h"
#include "server/contacts/lists.h"
#include "server/rules/rules.h"
#include "server/segments/live.h"

namespace patron::segments {

// Programs of rules that people are typing: the same text comes again with
// every page and every count. Keeps the latest `capacity`.
class ProgramCache {
 public:
  explicit ProgramCache(size_t capacity = 64) : capacity_(capacity) {}
  absl::StatusOr<rules::Program> Compile(const std::string& text);

 private:
  using Entry = std::pair<std::string, rules::Program>;

  const size_t capacity_;
  absl::Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // latest first
  absl::flat_hash_map<absl::string_view, std::list<Entry>::iterator> by_text_
      ABSL_GUARDED_BY(mutex_);  // views of the entries' texts
};

// A segment with its rule.
struct Known {
  wire::SegmentInfo info;  // without counts
  rules::Program program;
};

// Own and ready-made segments of one version of the definitions.
struct Catalogue {
  int64_t version = -1;
  std::vector<Known> segments;  // own ones in their order, then ready-made
  absl::flat_hash_map<std::string, size_t> by_id;
  // Rules of all of them and of campaigns: what Live keeps.
  std::vector<rules::Program> rules;

  const Known* Find(absl::string_view id) const;
};
std::shared_ptr<const Catalogue> MakeCatalogue(
    const wire::DefinitionsVersion& version);

// Customers for whom `program` holds and who stand in `list`, if there is one.
struct Audience {
  rules::Program program;
  std::shared_ptr<const Roaring> list;  // null: all customers
  std::string list_id;
  // Of what was asked, resolved: changes where the segment's rule does.
  uint64_t digest = 0;

  bool Has(const View& view, CustomerOrdinal customer) const;
  Roaring Members(const View& view) const;
  // As View::MembersFrom. `next` is kNoOrdinal behind the last.
  Roaring MembersFrom(const View& view, uint32_t first, size_t most,
                      uint32_t& next) const;
};

inline constexpr uint32_t kNoOrdinal = 0xffffffff;

// `segment_id` and `rule` as in wire::Audience.
absl::StatusOr<Audience> Resolve(const wire::Audience& asked,
                                 const Catalogue& catalogue,
                                 const contacts::Lists& lists,
                                 ProgramCache& programs);

// Where a page ended: the next ordinal, bound to what was asked.
std::string MakeCursor(uint32_t next, uint64_t digest);
// 0 for "". kInvalidArgument for one of another question.
absl::StatusOr<uint32_t> ReadCursor(absl::string_view cursor, uint64_t digest);

}  // namespace patron::segments
