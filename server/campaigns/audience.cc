#include "server/campaigns/audience.h"

#include <string>
#include <vector>

#include "server/base/status_macros.h"

namespace patron::campaigns {
namespace {

absl::StatusOr<Roaring> MembersOf(const std::string& segment_id,
                                  const std::string& rule,
                                  const segments::Catalogue& catalogue,
                                  segments::Desk& segments,
                                  const segments::View& view) {
  wire::Audience asked;
  asked.segment_id = segment_id;
  asked.rule = rule;
  PATRON_ASSIGN_OR_RETURN(const segments::Audience found,
                          segments.FindIn(asked, catalogue));
  return found.Members(view);
}

absl::StatusOr<Roaring> AnyOf(const std::vector<std::string>& ids,
                              const segments::Catalogue& catalogue,
                              segments::Desk& segments,
                              const segments::View& view) {
  Roaring any;
  for (const std::string& id : ids) {
    PATRON_ASSIGN_OR_RETURN(const Roaring members,
                            MembersOf(id, "", catalogue, segments, view));
    any |= members;
  }
  return any;
}

}  // namespace

std::shared_ptr<const segments::Catalogue> SegmentsOf(
    const wire::DefinitionsVersion& version, segments::Desk& segments) {
  auto standing = segments.Segments();
  return standing->version == version.version
             ? standing
             : segments::MakeCatalogue(version);
}

absl::StatusOr<Roaring> AudienceOf(const wire::Campaign& campaign,
                                   segments::Desk& segments,
                                   const segments::View& view) {
  const auto standing = segments.Segments();
  if (campaign.segments.empty())
    return MembersOf("", campaign.rule, *standing, segments, view);
  PATRON_ASSIGN_OR_RETURN(Roaring audience,
                          AnyOf(campaign.segments, *standing, segments, view));
  if (campaign.rule.empty()) return audience;
  PATRON_ASSIGN_OR_RETURN(
      const Roaring of_rule,
      MembersOf("", campaign.rule, *standing, segments, view));
  audience &= of_rule;
  return audience;
}

absl::StatusOr<Roaring> ExcludedOf(const wire::Campaign& campaign,
                                   const segments::Catalogue& catalogue,
                                   segments::Desk& segments,
                                   const segments::View& view) {
  PATRON_ASSIGN_OR_RETURN(Roaring excluded, AnyOf(campaign.exclude_segments,
                                                  catalogue, segments, view));
  if (campaign.exclude_rule.empty()) return excluded;
  PATRON_ASSIGN_OR_RETURN(
      const Roaring of_rule,
      MembersOf("", campaign.exclude_rule, catalogue, segments, view));
  excluded |= of_rule;
  return excluded;
}

}  // namespace patron::campaigns
