// The Marketing service, for whoever runs promotions: definitions, offers,
// codes and bonuses, segments (marketing_segments.cc) and campaigns
// (marketing_campaigns.cc). Decode, call, encode: what a call means stands
// where it is done.
//
// What changes the definitions is made of those that stand and put with their
// version; where another change came first it is made anew. A command with a
// request id that is repeated gets its first answer.
//
// Ownership: borrows the services and the session; a connection has one.
// Threads: the one that answers its connection. Errors: every call throws
// wire::PatronError and nothing else (SessionHandler::Answer), with the code
// of the status that the call ended with; for a rule that is wrong the message
// names line and column.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "Marketing.h"
#include "absl/functional/function_ref.h"
#include "server/api/session_handler.h"

namespace patron::api {

class MarketingHandler final : public wire::MarketingIf, public SessionHandler {
 public:
  using SessionHandler::SessionHandler;

  void applyDefinitions(wire::ApplyReply& reply, const std::string& request_id,
                        const wire::ApplyRequest& request) override;
  void exportDefinitions(wire::DefinitionsFiles& files,
                         int64_t version) override;
  void definitionsHistory(std::vector<wire::DefinitionsVersion>& history,
                          int32_t limit) override;

  void offers(std::vector<wire::OfferStatus>& offers) override;
  void setOfferState(const std::string& request_id, const std::string& offer_id,
                     wire::OfferState::type state) override;
  int64_t putCodes(const std::string& request_id, const std::string& batch_id,
                   const std::vector<std::string>& codes) override;
  void issueOffer(const std::string& request_id, const std::string& offer_id,
                  const std::vector<std::string>& customer_ids,
                  int64_t expires_at_us, const std::string& cause) override;

  void liability(std::vector<wire::Liability>& liability) override;
  void giveBonus(const std::string& request_id, const std::string& programme_id,
                 const std::string& reason,
                 const std::vector<wire::Bonus>& bonuses) override;
  void nextBestOffers(std::vector<wire::NextOffer>& offers,
                      const std::vector<std::string>& customer_ids,
                      const std::vector<std::string>& offer_ids) override;
  void drawPrize(wire::Draw& draw, const std::string& request_id,
                 const std::string& draw_id, const std::string& seed,
                 const std::string& eligible, int32_t winners,
                 const std::string& offer_id) override;
  void checkBooks(wire::BooksReport& report) override;

  // marketing_segments.cc
  void segmentList(std::vector<wire::SegmentInfo>& segments,
                   bool count) override;
  void countSegment(wire::SegmentCount& count,
                    const wire::Audience& audience) override;
  void saveSegment(const std::string& request_id,
                   const wire::Segment& segment) override;
  void deleteSegment(const std::string& request_id,
                     const std::string& segment_id) override;
  void segmentMembers(wire::MembersPage& page, const wire::Audience& audience,
                      int32_t limit, const std::string& cursor) override;
  void sampleSegment(std::vector<std::string>& customer_ids,
                     const wire::Audience& audience, int32_t count,
                     int64_t seed) override;
  void explainMembership(wire::Membership& membership,
                         const wire::Audience& audience,
                         const std::string& customer_id) override;
  void compareSegments(wire::SegmentComparison& comparison,
                       const wire::Audience& first,
                       const wire::Audience& second) override;
  void exportSegment(wire::ExportPage& page,
                     const wire::ExportRequest& request) override;
  void ruleFields(std::vector<wire::RuleField>& fields) override;
  void uploadList(wire::UploadReply& reply, const std::string& request_id,
                  const std::string& list_id, const std::string& name,
                  wire::ListChange::type change,
                  const std::vector<std::string>& customer_ids) override;

  // marketing_campaigns.cc
  void campaignList(std::vector<wire::CampaignStatus>& campaigns) override;
  void saveCampaign(const std::string& request_id,
                    const wire::Campaign& campaign) override;
  void previewCampaign(wire::CampaignPreview& preview,
                       const std::string& campaign_id, int32_t sample) override;
  void planCampaign(wire::CampaignRun& run, const std::string& request_id,
                    const std::string& campaign_id,
                    const std::string& run_id) override;
  void campaignRun(wire::CampaignRun& run, const std::string& run_id) override;
  void freezeRun(wire::CampaignRun& run, const std::string& request_id,
                 const std::string& run_id) override;
  void releaseRun(wire::CampaignRun& run, const std::string& request_id,
                  const std::string& run_id) override;
  void exportRun(wire::ExportPage& page, const std::string& run_id,
                 const std::string& format, int32_t limit,
                 const std::string& cursor) override;
  void reportContacts(const std::string& request_id, const std::string& run_id,
                      const std::vector<wire::ContactReport>& reports) override;
  void runOutcome(wire::Outcome& outcome, const std::string& run_id) override;
  void customerContacts(std::vector<wire::ContactView>& contacts,
                        const std::string& customer_id) override;

 private:
  absl::Status Preview(const wire::Definitions& read,
                       const wire::ApplyRequest& request,
                       wire::ApplyReply& reply);
  absl::Status PutDefinitions(const std::string& request_id,
                              wire::Definitions read,
                              const wire::ApplyRequest& request);
  // kNotFound naming the first customer who is not known.
  absl::Status CheckKnown(const std::vector<std::string>& customer_ids);
  // In commands of at most kMaxIssued customers.
  absl::Status Issue(const std::string& request_id, wire::IssueOffer command);
  absl::Status CheckBonus(const wire::CommandBody& body) const;
  // As commands of a few entries each: all of them, or, where the server stops
  // in the middle, the rest when it is asked again by the same id.
  absl::Status GiveBonus(const std::string& request_id,
                         wire::GiveBonus command);

  // The command that changes the definitions that stand; nullopt: as wanted
  // already.
  using DefinitionsChange =
      absl::FunctionRef<absl::StatusOr<std::optional<wire::PutDefinitions>>()>;
  // Has it made and executed, anew where the definitions were changed
  // meanwhile.
  absl::Status ChangeDefinitions(const std::string& request_id,
                                 DefinitionsChange change);
  absl::Status DropList(const std::string& request_id,
                        const std::string& list_id);
  bool WasDeleted(const std::string& segment_id) const;
  std::vector<std::string> KnownOf(const std::vector<std::string>& customer_ids,
                                   wire::UploadReply& reply);

  absl::Status SetRunState(const std::string& request_id,
                           const std::string& run_id,
                           wire::RunState::type state, wire::CampaignRun& run);
};

}  // namespace patron::api
