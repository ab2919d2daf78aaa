// What each command does; command_table.cc has the table of their names. Each
// returns the exit code, or the error that ends it.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "tools/patron/args.h"

namespace patron::cli {

absl::StatusOr<int> RunImport(Context& context, const Args& args);
absl::StatusOr<int> RunExport(Context& context, const Args& args);
absl::StatusOr<int> RunCustomerGet(Context& context, const Args& args);
absl::StatusOr<int> RunCustomerHistory(Context& context, const Args& args);
absl::StatusOr<int> RunCustomerContext(Context& context, const Args& args);
absl::StatusOr<int> RunRecommend(Context& context, const Args& args);
absl::StatusOr<int> RunImpressionExplain(Context& context, const Args& args);
absl::StatusOr<int> RunPurchaseRecord(Context& context, const Args& args);
absl::StatusOr<int> RunPurchaseReturn(Context& context, const Args& args);
absl::StatusOr<int> RunEventRecord(Context& context, const Args& args);
absl::StatusOr<int> RunIndexList(Context& context, const Args& args);
absl::StatusOr<int> RunIndexShow(Context& context, const Args& args);
absl::StatusOr<int> RunIndexPublish(Context& context, const Args& args);
absl::StatusOr<int> RunIndexRollback(Context& context, const Args& args);
absl::StatusOr<int> RunTrialStart(Context& context, const Args& args);
absl::StatusOr<int> RunTrialReport(Context& context, const Args& args);
absl::StatusOr<int> RunTrialStop(Context& context, const Args& args);
absl::StatusOr<int> RunCheckpointCreate(Context& context, const Args& args);
absl::StatusOr<int> RunCheckpointDrop(Context& context, const Args& args);
absl::StatusOr<int> RunStats(Context& context, const Args& args);

absl::StatusOr<int> RunQuote(Context& context, const Args& args);
absl::StatusOr<int> RunReserve(Context& context, const Args& args);
absl::StatusOr<int> RunCommit(Context& context, const Args& args);
absl::StatusOr<int> RunRelease(Context& context, const Args& args);
absl::StatusOr<int> RunReceiptClaim(Context& context, const Args& args);
absl::StatusOr<int> RunPointsBalance(Context& context, const Args& args);
absl::StatusOr<int> RunPointsHistory(Context& context, const Args& args);
absl::StatusOr<int> RunPointsExplain(Context& context, const Args& args);
absl::StatusOr<int> RunPointsAdjust(Context& context, const Args& args);
absl::StatusOr<int> RunPointsBonus(Context& context, const Args& args);
absl::StatusOr<int> RunPointsLiability(Context& context, const Args& args);
absl::StatusOr<int> RunPointsCheck(Context& context, const Args& args);
absl::StatusOr<int> RunCustomerLoyalty(Context& context, const Args& args);
absl::StatusOr<int> RunCustomerLink(Context& context, const Args& args);
absl::StatusOr<int> RunCustomerMerge(Context& context, const Args& args);
absl::StatusOr<int> RunCustomerRefer(Context& context, const Args& args);
absl::StatusOr<int> RunDefinitionsApply(Context& context, const Args& args);
absl::StatusOr<int> RunDefinitionsHistory(Context& context, const Args& args);
absl::StatusOr<int> RunOffersList(Context& context, const Args& args);
absl::StatusOr<int> RunOffersPause(Context& context, const Args& args);
absl::StatusOr<int> RunOffersResume(Context& context, const Args& args);
absl::StatusOr<int> RunOffersExpire(Context& context, const Args& args);
absl::StatusOr<int> RunOffersIssue(Context& context, const Args& args);
absl::StatusOr<int> RunOffersNext(Context& context, const Args& args);
absl::StatusOr<int> RunDraw(Context& context, const Args& args);
absl::StatusOr<int> RunDrawRepeat(Context& context, const Args& args);
absl::StatusOr<int> RunCodesMake(Context& context, const Args& args);

absl::StatusOr<int> RunCampaignList(Context& context, const Args& args);
absl::StatusOr<int> RunCampaignShow(Context& context, const Args& args);
absl::StatusOr<int> RunCampaignSave(Context& context, const Args& args);
absl::StatusOr<int> RunCampaignPreview(Context& context, const Args& args);
absl::StatusOr<int> RunCampaignPlan(Context& context, const Args& args);
absl::StatusOr<int> RunCampaignStatus(Context& context, const Args& args);
absl::StatusOr<int> RunCampaignFreeze(Context& context, const Args& args);
absl::StatusOr<int> RunCampaignRelease(Context& context, const Args& args);
absl::StatusOr<int> RunCampaignExport(Context& context, const Args& args);
absl::StatusOr<int> RunCampaignReport(Context& context, const Args& args);
absl::StatusOr<int> RunCampaignOutcome(Context& context, const Args& args);
absl::StatusOr<int> RunCustomerContacts(Context& context, const Args& args);

absl::StatusOr<int> RunSegmentList(Context& context, const Args& args);
absl::StatusOr<int> RunSegmentShow(Context& context, const Args& args);
absl::StatusOr<int> RunSegmentCount(Context& context, const Args& args);
absl::StatusOr<int> RunSegmentSave(Context& context, const Args& args);
absl::StatusOr<int> RunSegmentDelete(Context& context, const Args& args);
absl::StatusOr<int> RunSegmentMembers(Context& context, const Args& args);
absl::StatusOr<int> RunSegmentSample(Context& context, const Args& args);
absl::StatusOr<int> RunSegmentExplain(Context& context, const Args& args);
absl::StatusOr<int> RunSegmentCompare(Context& context, const Args& args);
absl::StatusOr<int> RunSegmentExport(Context& context, const Args& args);
absl::StatusOr<int> RunSegmentUpload(Context& context, const Args& args);
absl::StatusOr<int> RunSegmentFields(Context& context, const Args& args);

// `export definitions`.
absl::StatusOr<int> ExportDefinitions(Context& context, const Args& args);

// The table of commands in its parts; program.h has the whole.
std::vector<Command> ShopCommands();
std::vector<Command> LoyaltyCommands();
std::vector<Command> MarketingCommands();
std::vector<Command> SegmentCommands();
std::vector<Command> CampaignCommands();
std::vector<Command> OperatorCommands();

}  // namespace patron::cli
