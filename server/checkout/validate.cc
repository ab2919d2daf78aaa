#include "server/base/validate.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/checkout/apply.h"
#include "server/definitions/definitions.h"
#include "server/offers/quote.h"

namespace patron::checkout {
namespace {

constexpr int64_t kSecondUs = 1'000'000;
constexpr int64_t kShortestHoldUs = 10 * kSecondUs;
constexpr int64_t kLongestHoldUs = 86'400 * kSecondUs;
constexpr size_t kMaxTokenBytes = 8192;
constexpr size_t kMaxCodes = 10'000;

absl::Status Check(const wire::PutDefinitions& command) {
  PATRON_RETURN_IF_ERROR(
      CheckRange("base_version", command.base_version, 0, INT64_MAX));
  PATRON_RETURN_IF_ERROR(CheckText("change", command.change, kMaxShortText));
  return definitions::Validate(command.definitions);
}

absl::Status Check(const wire::SetOfferState& command) {
  PATRON_RETURN_IF_ERROR(CheckId("offer_id", command.offer_id));
  return CheckRange("state", command.state, wire::OfferState::RUNNING,
                    wire::OfferState::EXPIRED);
}

absl::Status Check(const wire::PutCodes& command) {
  PATRON_RETURN_IF_ERROR(CheckId("batch_id", command.batch_id));
  PATRON_RETURN_IF_ERROR(CheckCount("codes", command.codes.size(), kMaxCodes));
  std::set<absl::string_view> seen;
  for (const std::string& code : command.codes) {
    PATRON_RETURN_IF_ERROR(CheckId("codes", code));
    if (absl::StripAsciiWhitespace(code) != code)
      return absl::InvalidArgumentError(
          absl::StrCat("codes: ", Quoted(code), " has spaces around it"));
    if (!seen.insert(code).second)
      return absl::InvalidArgumentError(
          absl::StrCat("codes: ", Quoted(code), " stands twice"));
  }
  return absl::OkStatus();
}

absl::Status Check(const wire::Reserve& command) {
  PATRON_RETURN_IF_ERROR(CheckId("reservation_id", command.reservation_id));
  PATRON_RETURN_IF_ERROR(
      CheckRange("hold_us", command.hold_us, kShortestHoldUs, kLongestHoldUs));
  const wire::QuoteRequest& request = command.request;
  if (request.__isset.customer_id)
    PATRON_RETURN_IF_ERROR(CheckId("customer_id", request.customer_id));
  if (request.lines.empty())
    return absl::InvalidArgumentError("lines: a reservation has at least one");
  return offers::Validate(request);
}

absl::Status Check(const wire::CommitReservation& command) {
  PATRON_RETURN_IF_ERROR(CheckId("reservation_id", command.reservation_id));
  PATRON_RETURN_IF_ERROR(CheckId("receipt_id", command.receipt_id));
  PATRON_RETURN_IF_ERROR(
      CheckText("impression_token", command.impression_token, kMaxTokenBytes));
  return CheckTime("happened_at_us", command.happened_at_us);
}

absl::Status Check(const wire::ClaimReceipt& command) {
  PATRON_RETURN_IF_ERROR(CheckId("receipt_id", command.receipt_id));
  return CheckId("customer_id", command.customer_id);
}

absl::Status CheckReason(const std::string& reason) {
  if (reason.empty()) return absl::InvalidArgumentError("reason: is not given");
  return CheckText("reason", reason, kMaxShortText);
}

absl::Status Check(const wire::AdjustPoints& command) {
  PATRON_RETURN_IF_ERROR(CheckId("customer_id", command.customer_id));
  PATRON_RETURN_IF_ERROR(CheckId("programme_id", command.programme_id));
  PATRON_RETURN_IF_ERROR(
      CheckRange("points", command.points, -kMaxAmount, kMaxAmount));
  if (command.points == 0)
    return absl::InvalidArgumentError("points: 0 changes nothing");
  return CheckReason(command.reason);
}

absl::Status Check(const wire::GiveBonus& command) {
  PATRON_RETURN_IF_ERROR(CheckId("programme_id", command.programme_id));
  PATRON_RETURN_IF_ERROR(CheckReason(command.reason));
  PATRON_RETURN_IF_ERROR(
      CheckCount("bonuses", command.entries.size(), kMaxListed));
  std::set<absl::string_view> seen;
  for (const wire::BonusEntry& entry : command.entries) {
    PATRON_RETURN_IF_ERROR(CheckId("bonuses.customer_id", entry.customer_id));
    PATRON_RETURN_IF_ERROR(
        CheckRange("bonuses.points", entry.points, 1, kMaxAmount));
    if (!seen.insert(entry.customer_id).second)
      return absl::InvalidArgumentError(absl::StrCat(
          "bonuses.customer_id: ", Quoted(entry.customer_id), " stands twice"));
  }
  return absl::OkStatus();
}

absl::Status Check(const wire::IssueOffer& command) {
  PATRON_RETURN_IF_ERROR(CheckId("offer_id", command.offer_id));
  PATRON_RETURN_IF_ERROR(
      CheckCount("customer_ids", command.customer_ids.size(), kMaxListed));
  for (const std::string& id : command.customer_ids)
    PATRON_RETURN_IF_ERROR(CheckId("customer_ids", id));
  PATRON_RETURN_IF_ERROR(CheckTime("expires_at_us", command.expires_at_us));
  return CheckText("cause", command.cause, kMaxShortText);
}

absl::Status Check(const wire::LinkId& command) {
  PATRON_RETURN_IF_ERROR(CheckId("customer_id", command.customer_id));
  return CheckId("external_id", command.external_id);
}

absl::Status Check(const wire::MergeCustomers& command) {
  PATRON_RETURN_IF_ERROR(CheckId("kept_id", command.kept_id));
  PATRON_RETURN_IF_ERROR(CheckId("absorbed_id", command.absorbed_id));
  if (command.kept_id == command.absorbed_id)
    return absl::InvalidArgumentError(absl::StrCat(
        "absorbed_id: ", Quoted(command.absorbed_id), " is kept_id as well"));
  return absl::OkStatus();
}

absl::Status Check(const wire::Refer& command) {
  PATRON_RETURN_IF_ERROR(CheckId("referrer_id", command.referrer_id));
  return CheckId("friend_id", command.friend_id);
}

absl::Status Check(const wire::SettleAccounts& command) {
  PATRON_RETURN_IF_ERROR(
      CheckRange("first_customer", command.first_customer, 0, INT32_MAX));
  return CheckRange("customers", command.customers, 1, 10'000);
}

}  // namespace

absl::Status Validate(const wire::CommandBody& body) {
  if (body.__isset.put_definitions) return Check(body.put_definitions);
  if (body.__isset.set_offer_state) return Check(body.set_offer_state);
  if (body.__isset.put_codes) return Check(body.put_codes);
  if (body.__isset.reserve) return Check(body.reserve);
  if (body.__isset.commit_reservation) return Check(body.commit_reservation);
  if (body.__isset.release_reservation)
    return CheckId("reservation_id", body.release_reservation.reservation_id);
  if (body.__isset.claim_receipt) return Check(body.claim_receipt);
  if (body.__isset.adjust_points) return Check(body.adjust_points);
  if (body.__isset.give_bonus) return Check(body.give_bonus);
  if (body.__isset.issue_offer) return Check(body.issue_offer);
  if (body.__isset.link_id) return Check(body.link_id);
  if (body.__isset.merge_customers) return Check(body.merge_customers);
  if (body.__isset.refer) return Check(body.refer);
  if (body.__isset.settle_accounts) return Check(body.settle_accounts);
  return absl::OkStatus();
}

}  // namespace patron::checkout
