// What marketing asks about segments, while it waits: how many, who, why, and
// how two compare. Own segments of the definitions, ready-made ones and
// uploaded lists are found by their ids; an answer holds for one log position.
//
//   wire::Audience audience;
//   audience.rule = "purchases >= 3";
//   PATRON_ASSIGN_OR_RETURN(const auto count, desk.Count(audience));
//
// Pages keep nothing here: a cursor is the next ordinal and a digest of the
// audience. A page looks at customers from there on, at the State of its own
// moment; no customer comes twice, and one who was a member all the while comes
// once.
//
// Ownership: borrows its parts. Threads: any. Errors: kInvalidArgument naming
// the field (a rule's with line and column), kNotFound for a segment or
// customer that is not known.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "marketing_types.h"
#include "server/base/clock.h"
#include "server/checkout/holdings.h"
#include "server/contacts/lists.h"
#include "server/segments/audience.h"
#include "server/segments/export.h"
#include "server/segments/live.h"
#include "server/store/ordinals.h"

namespace patron::segments {

inline constexpr int kMaxMembers = 10'000;  // ids a page
inline constexpr int kMaxSample = 10'000;
inline constexpr int kMaxExportRows = 100'000;  // rows a page
// A page ends at the first row from here on, however many were asked for.
inline constexpr size_t kMaxExportBytes = 8 << 20;

struct DeskParts {
  Live& live;
  const store::Ordinals& ordinals;
  const checkout::Holdings& holdings;
  const contacts::Lists& lists;
};

// What a version of the definitions says of the change that deleted a segment.
std::string DeletionOf(const std::string& segment_id);

class Desk {
 public:
  Desk(const DeskParts& parts, const Clock& clock)
      : parts_(parts), clock_(clock) {}

  absl::StatusOr<wire::SegmentCount> Count(const wire::Audience& asked);
  // Own ones first, ready-made ones, uploaded lists. Without counts costs no
  // scan.
  std::vector<wire::SegmentInfo> List(bool count);
  absl::StatusOr<wire::MembersPage> Members(const wire::Audience& asked,
                                            int limit,
                                            const std::string& cursor);
  // The members with the smallest hashes of seed and id: by chance, and the
  // same ones whenever the same customers are in.
  absl::StatusOr<std::vector<std::string>> Sample(const wire::Audience& asked,
                                                  int count, int64_t seed);
  absl::StatusOr<wire::Membership> Explain(const wire::Audience& asked,
                                           const std::string& customer_id);
  absl::StatusOr<wire::SegmentComparison> Compare(const wire::Audience& first,
                                                  const wire::Audience& second);
  absl::StatusOr<wire::ExportPage> Export(const wire::ExportRequest& request);

  // For others that ask about an audience at a view of their own.
  absl::StatusOr<Audience> Find(const wire::Audience& asked);
  // In a catalogue of the caller's; uploaded lists as they are now.
  absl::StatusOr<Audience> FindIn(const wire::Audience& asked,
                                  const Catalogue& catalogue);
  // Segments of the definitions that stand and ready-made ones.
  std::shared_ptr<const Catalogue> Segments();

  // What definitions::Validate cannot know: thresholds have names that some
  // ready-made segment has, own segments do not take the id of a ready-made one
  // or a list, and campaigns name segments that there are.
  absl::Status Check(const wire::Definitions& definitions) const;
  // The command that puts `segment` into the definitions that stand, or takes
  // one out; nullopt where nothing would change. kFailedPrecondition for the id
  // of a ready-made segment or a list, and for one that a campaign names.
  absl::StatusOr<std::optional<wire::PutDefinitions>> Saving(
      const wire::Segment& segment) const;
  absl::StatusOr<std::optional<wire::PutDefinitions>> Deleting(
      const std::string& segment_id) const;
  // OK for a list or segment that no campaign names.
  absl::Status CheckUnused(const std::string& segment_id) const;
  // OK for an id that a list may have.
  absl::Status CheckListId(const std::string& list_id) const;
  bool IsList(const std::string& segment_id) const;
  // Customers of an uploaded list; 0 for one that is not there.
  int64_t ListSize(const std::string& list_id) const;

 private:
  absl::StatusOr<CustomerOrdinal> FindCustomer(const std::string& id) const;

  const DeskParts parts_;
  const Clock& clock_;
  ProgramCache programs_;
  absl::Mutex mutex_;
  std::shared_ptr<const Catalogue> catalogue_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace patron::segments
