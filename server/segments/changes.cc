// What saving and deleting a segment makes of the definitions that stand.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/definitions/definitions.h"
#include "server/rules/rules.h"
#include "server/segments/desk.h"
#include "server/segments/ready_made.h"
#include "server/subjects/subjects.h"

namespace patron::segments {
namespace {

template <typename Segments>
auto FindSegment(Segments& segments, const std::string& id) {
  return std::find_if(segments.begin(), segments.end(),
                      [&](const wire::Segment& one) { return one.id == id; });
}

absl::Status CheckNotReadyMade(absl::string_view field, const std::string& id) {
  if (!IsReadyMade(id)) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat(
      field, ": ", Quoted(id), " is the id of a ready-made segment"));
}

absl::Status CheckNotList(absl::string_view field, const std::string& id,
                          const contacts::Lists& lists) {
  if (!lists.Find(id)) return absl::OkStatus();
  return absl::AlreadyExistsError(
      absl::StrCat(field, ": ", Quoted(id), " is the id of an uploaded list"));
}

std::vector<std::string> CampaignsNaming(const wire::Definitions& definitions,
                                         const std::string& segment_id) {
  const auto names = [&](const std::vector<std::string>& ids) {
    return std::find(ids.begin(), ids.end(), segment_id) != ids.end();
  };
  std::vector<std::string> campaigns;
  for (const wire::Campaign& campaign : definitions.campaigns)
    if (names(campaign.segments) || names(campaign.exclude_segments))
      campaigns.push_back(campaign.id);
  return campaigns;
}

absl::Status CheckUnusedIn(const wire::Definitions& definitions,
                           const std::string& segment_id) {
  const auto campaigns = CampaignsNaming(definitions, segment_id);
  if (campaigns.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "segment_id: ", Quoted(segment_id), " stays: campaign",
      campaigns.size() == 1 ? " " : "s ", absl::StrJoin(campaigns, ", "),
      campaigns.size() == 1 ? " names it" : " name it"));
}

wire::PutDefinitions Next(const wire::DefinitionsVersion& present,
                          wire::Definitions content, std::string change) {
  wire::PutDefinitions next;
  next.definitions = std::move(content);
  next.base_version = present.version;
  next.change = std::move(change);
  return next;
}

}  // namespace

absl::Status Desk::Check(const wire::Definitions& definitions) const {
  PATRON_RETURN_IF_ERROR(CheckThresholds(definitions.thresholds));
  for (const wire::Segment& segment : definitions.segments) {
    const std::string field =
        absl::StrCat("segments ", Quoted(segment.id), ".id");
    PATRON_RETURN_IF_ERROR(CheckNotReadyMade(field, segment.id));
    PATRON_RETURN_IF_ERROR(CheckNotList(field, segment.id, parts_.lists));
  }
  return definitions::CheckSegmentReferences(
      definitions, [&](absl::string_view id) {
        return IsReadyMade(id) || parts_.lists.Find(id).has_value();
      });
}

absl::StatusOr<std::optional<wire::PutDefinitions>> Desk::Saving(
    const wire::Segment& segment) const {
  PATRON_RETURN_IF_ERROR(CheckId("segment.id", segment.id));
  // By itself first: the place of a mistake is the caller's own.
  PATRON_RETURN_IF_ERROR(
      rules::Compile(segment.rule, subjects::CustomerSchema()).status());
  const auto present = parts_.holdings.definitions();
  wire::Definitions next = present->version.definitions;
  const auto found = FindSegment(next.segments, segment.id);
  if (found == next.segments.end()) {
    next.segments.push_back(segment);
  } else {
    if (*found == segment) return std::nullopt;
    *found = segment;
  }
  PATRON_RETURN_IF_ERROR(definitions::Validate(next));
  PATRON_RETURN_IF_ERROR(Check(next));
  return Next(present->version, std::move(next),
              absl::StrCat("segment ", segment.id, " saved"));
}

std::string DeletionOf(const std::string& segment_id) {
  return absl::StrCat("segment ", segment_id, " deleted");
}

absl::StatusOr<std::optional<wire::PutDefinitions>> Desk::Deleting(
    const std::string& segment_id) const {
  if (IsReadyMade(segment_id))
    return absl::FailedPreconditionError(absl::StrCat(
        "segment_id: ", Quoted(segment_id), " is ready-made, it stays"));
  const auto present = parts_.holdings.definitions();
  wire::Definitions next = present->version.definitions;
  const auto found = FindSegment(next.segments, segment_id);
  if (found == next.segments.end())
    return absl::NotFoundError(
        absl::StrCat("segment_id: no segment ", Quoted(segment_id)));
  PATRON_RETURN_IF_ERROR(CheckUnusedIn(next, segment_id));
  next.segments.erase(found);
  return Next(present->version, std::move(next), DeletionOf(segment_id));
}

absl::Status Desk::CheckUnused(const std::string& segment_id) const {
  return CheckUnusedIn(parts_.holdings.definitions()->version.definitions,
                       segment_id);
}

absl::Status Desk::CheckListId(const std::string& list_id) const {
  PATRON_RETURN_IF_ERROR(CheckNotReadyMade("list_id", list_id));
  const auto& own = parts_.holdings.definitions()->version.definitions.segments;
  if (FindSegment(own, list_id) == own.end()) return absl::OkStatus();
  return absl::AlreadyExistsError(
      absl::StrCat("list_id: ", Quoted(list_id),
                   " is the id of a segment of the definitions"));
}

bool Desk::IsList(const std::string& segment_id) const {
  return parts_.lists.Find(segment_id).has_value();
}

int64_t Desk::ListSize(const std::string& list_id) const {
  const auto list = parts_.lists.Find(list_id);
  return list ? static_cast<int64_t>(list->members->cardinality()) : 0;
}

}  // namespace patron::segments
