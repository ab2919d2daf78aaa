#include "server/campaigns/audience.h"

#include <string>
#include <vector>

#include "server/base/status_macros.h"

namespace patron::campaigns {
namespace {

absl::StatusOr<Roaring> MembersOf(const std::string& segment_id,
                                  const std::string& rule,
                                  segments::Desk& segments,
                                  const segments::View& view) {
  wire::Audience asked;
  asked.segment_id = segment_id;
  asked.rule = rule;
  PATRON_ASSIGN_OR_RETURN(const segments::Audience found, segments.Find(asked));
  return found.Members(view);
}

absl::StatusOr<Roaring> AnyOf(const std::vector<std::string>& ids,
                              segments::Desk& segments,
                              const segments::View& view) {
  Roaring any;
  for (const std::string& id : ids) {
    PATRON_ASSIGN_OR_RETURN(const Roaring members,
                            MembersOf(id, "", segments, view));
    any |= members;
  }
  return any;
}

}  // namespace

absl::StatusOr<Roaring> AudienceOf(const wire::Campaign& campaign,
                                   segments::Desk& segments,
                                   const segments::View& view) {
  if (campaign.segments.empty())
    return MembersOf("", campaign.rule, segments, view);
  PATRON_ASSIGN_OR_RETURN(Roaring audience,
                          AnyOf(campaign.segments, segments, view));
  if (campaign.rule.empty()) return audience;
  PATRON_ASSIGN_OR_RETURN(const Roaring of_rule,
                          MembersOf("", campaign.rule, segments, view));
  audience &= of_rule;
  return audience;
}

absl::StatusOr<Roaring> ExcludedOf(const wire::Campaign& campaign,
                                   segments::Desk& segments,
                                   const segments::View& view) {
  PATRON_ASSIGN_OR_RETURN(Roaring excluded,
                          AnyOf(campaign.exclude_segments, segments, view));
  if (campaign.exclude_rule.empty()) return excluded;
  PATRON_ASSIGN_OR_RETURN(const Roaring of_rule,
                          MembersOf("", campaign.exclude_rule, segments, view));
  excluded |= of_rule;
  return excluded;
}

}  // namespace patron::campaigns
