#include "server/base/validate.h"

#include "absl/strings/str_cat.h"
#include "server/base/day.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/contacts/apply.h"
#include "server/contacts/bitmap.h"

namespace patron::contacts {
namespace {

constexpr size_t kMostProducts = 100;
constexpr int64_t kMostRelevance = 1'000'000;

absl::Status CheckWord(absl::string_view field, int64_t value,
                       int64_t highest) {
  return CheckRange(field, value, 1, highest);
}

absl::Status Check(const wire::PutList& command) {
  PATRON_RETURN_IF_ERROR(CheckId("list_id", command.list_id));
  PATRON_RETURN_IF_ERROR(CheckText("name", command.name, kMaxShortText));
  PATRON_RETURN_IF_ERROR(
      CheckWord("change", command.change, wire::ListChange::REMOVE));
  PATRON_RETURN_IF_ERROR(
      CheckCount("customer_ids", command.customer_ids.size(), kMaxListIds));
  for (const std::string& id : command.customer_ids)
    PATRON_RETURN_IF_ERROR(CheckId("customer_ids", id));
  if (command.drop && (command.change != wire::ListChange::REMOVE ||
                       !command.customer_ids.empty()))
    return absl::InvalidArgumentError(
        "drop: takes the whole list away: with REMOVE and without ids");
  return absl::OkStatus();
}

absl::Status CheckCampaign(const wire::Campaign& campaign) {
  PATRON_RETURN_IF_ERROR(CheckId("campaign.id", campaign.id));
  PATRON_RETURN_IF_ERROR(CheckId("campaign.channel", campaign.channel));
  PATRON_RETURN_IF_ERROR(
      CheckWord("campaign.kind", campaign.kind, wire::CampaignKind::SURVEY));
  PATRON_RETURN_IF_ERROR(CheckTime("campaign.starts_us", campaign.starts_us));
  PATRON_RETURN_IF_ERROR(CheckTime("campaign.ends_us", campaign.ends_us));
  PATRON_RETURN_IF_ERROR(
      CheckRange("campaign.outcome_days", campaign.outcome_days, 0, 3660));
  return CheckRange("campaign.budget", campaign.budget, 0, kMaxAmount);
}

absl::Status Check(const wire::OpenRun& command) {
  PATRON_RETURN_IF_ERROR(CheckId("run_id", command.run_id));
  PATRON_RETURN_IF_ERROR(CheckCampaign(command.campaign));
  PATRON_RETURN_IF_ERROR(CheckRange("definitions_version",
                                    command.definitions_version, 0, INT64_MAX));
  PATRON_RETURN_IF_ERROR(
      CheckText("index_version", command.index_version, kMaxShortText));
  PATRON_RETURN_IF_ERROR(
      CheckText("response_version", command.response_version, kMaxShortText));
  PATRON_RETURN_IF_ERROR(CheckTime("moment_us", command.moment_us));
  PATRON_RETURN_IF_ERROR(CheckRange("day", command.day, 1, kMaxDay));
  PATRON_ASSIGN_OR_RETURN(const Roaring audience,
                          ReadBitmap("audience", command.audience));
  if (static_cast<int64_t>(audience.cardinality()) != command.audience_count)
    return absl::InvalidArgumentError(
        absl::StrCat("audience_count: ", command.audience_count,
                     ", the audience has ", audience.cardinality()));
  if (!audience.isEmpty() && audience.maximum() > INT32_MAX)
    return absl::InvalidArgumentError(absl::StrCat(
        "audience: customer ", audience.maximum(), " of at most ", INT32_MAX));
  return absl::OkStatus();
}

absl::Status CheckCosts(const wire::PlannedContact& contact) {
  PATRON_RETURN_IF_ERROR(
      CheckRange("contacts.cost", contact.cost, 0, kMaxAmount));
  PATRON_RETURN_IF_ERROR(
      CheckRange("contacts.offer_cost", contact.offer_cost, 0, contact.cost));
  if (contact.offer_id.empty())
    return CheckRange("contacts.offer_cost without an offer",
                      contact.offer_cost, 0, 0);
  return CheckId("contacts.offer_id", contact.offer_id);
}

absl::Status CheckTexts(const wire::PlannedContact& contact) {
  PATRON_RETURN_IF_ERROR(
      CheckText("contacts.time_zone", contact.time_zone, kMaxShortText));
  PATRON_RETURN_IF_ERROR(
      CheckText("contacts.offer_text", contact.offer_text, kMaxShortText));
  PATRON_RETURN_IF_ERROR(
      CheckCount("contacts.products", contact.products.size(), kMostProducts));
  for (const wire::PlannedProduct& product : contact.products) {
    PATRON_RETURN_IF_ERROR(
        CheckRange("contacts.products", product.product, 0, INT32_MAX));
    PATRON_RETURN_IF_ERROR(CheckText("contacts.products.reason_text",
                                     product.reason_text, kMaxShortText));
  }
  return absl::OkStatus();
}

// What stands of a customer who is contacted.
absl::Status CheckContact(const wire::PlannedContact& contact) {
  PATRON_RETURN_IF_ERROR(CheckRange("contacts.day", contact.day, 1, kMaxDay));
  PATRON_RETURN_IF_ERROR(
      CheckTime("contacts.not_before_us", contact.not_before_us));
  PATRON_RETURN_IF_ERROR(
      CheckTime("contacts.not_after_us", contact.not_after_us));
  if (contact.not_after_us < contact.not_before_us)
    return absl::InvalidArgumentError(
        absl::StrCat("contacts.not_after_us: ", contact.not_after_us,
                     " is before not_before_us ", contact.not_before_us));
  PATRON_RETURN_IF_ERROR(
      CheckRange("contacts.variant", contact.variant, -1, INT32_MAX));
  PATRON_RETURN_IF_ERROR(CheckRange("contacts.relevance", contact.relevance,
                                    -kMostRelevance, kMostRelevance));
  PATRON_RETURN_IF_ERROR(CheckTexts(contact));
  return CheckCosts(contact);
}

absl::Status CheckDecision(const wire::PlannedContact& contact) {
  PATRON_RETURN_IF_ERROR(CheckWord("contacts.decision", contact.decision,
                                   wire::ContactDecision::LEFT_OUT));
  if (contact.decision == wire::ContactDecision::CONTACT)
    return CheckContact(contact);
  PATRON_RETURN_IF_ERROR(CheckRange("contacts.day", contact.day, 0, kMaxDay));
  if (contact.decision == wire::ContactDecision::HELD_OUT)
    return CheckCosts(contact);
  return CheckWord("contacts.reason", contact.reason, wire::LeftOut::MERGED);
}

absl::Status Check(const wire::PlanContacts& command) {
  PATRON_RETURN_IF_ERROR(CheckId("run_id", command.run_id));
  PATRON_RETURN_IF_ERROR(
      CheckRange("from_customer", command.from_customer, 0, INT32_MAX));
  if (command.next_customer != -1)
    PATRON_RETURN_IF_ERROR(CheckRange("next_customer", command.next_customer,
                                      int64_t{command.from_customer} + 1,
                                      INT32_MAX));
  PATRON_RETURN_IF_ERROR(
      CheckCount("contacts", command.contacts.size(), kMaxPlannedContacts));
  int64_t lowest = command.from_customer;
  const int64_t highest =
      command.next_customer < 0 ? INT32_MAX : command.next_customer - 1;
  for (const wire::PlannedContact& contact : command.contacts) {
    PATRON_RETURN_IF_ERROR(
        CheckRange("contacts.customer", contact.customer, lowest, highest));
    PATRON_RETURN_IF_ERROR(CheckDecision(contact));
    lowest = int64_t{contact.customer} + 1;
  }
  return absl::OkStatus();
}

absl::Status Check(const wire::SetRunState& command) {
  PATRON_RETURN_IF_ERROR(CheckId("run_id", command.run_id));
  PATRON_RETURN_IF_ERROR(CheckRange("state", command.state,
                                    wire::RunState::FROZEN,
                                    wire::RunState::RELEASED));
  if (command.issued && command.state != wire::RunState::FROZEN)
    return absl::InvalidArgumentError(
        "issued: offers of a released run are not issued");
  return absl::OkStatus();
}

absl::Status Check(const wire::ReportContacts& command) {
  PATRON_RETURN_IF_ERROR(CheckId("run_id", command.run_id));
  PATRON_RETURN_IF_ERROR(
      CheckCount("reports", command.reports.size(), kMaxReports));
  for (const wire::ContactReport& report : command.reports) {
    PATRON_RETURN_IF_ERROR(CheckId("reports.customer_id", report.customer_id));
    PATRON_RETURN_IF_ERROR(
        CheckWord("reports.kind", report.kind, wire::ReportKind::REDEEMED));
    PATRON_RETURN_IF_ERROR(CheckTime("reports.at_us", report.at_us));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const wire::CommandBody& body) {
  if (body.__isset.put_list) return Check(body.put_list);
  if (body.__isset.open_run) return Check(body.open_run);
  if (body.__isset.plan_contacts) return Check(body.plan_contacts);
  if (body.__isset.set_run_state) return Check(body.set_run_state);
  if (body.__isset.report_contacts) return Check(body.report_contacts);
  return absl::OkStatus();
}

}  // namespace patron::contacts
