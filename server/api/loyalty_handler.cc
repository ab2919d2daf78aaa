#include "server/api/loyalty_handler.h"

#include <utility>

#include "server/api/quote_token.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/base/validate.h"

namespace patron::api {
namespace {

constexpr int kMaxEntries = 1000;
constexpr int kShortestHold = 10;
constexpr int kLongestHold = 86'400;

}  // namespace

void LoyaltyHandler::quote(wire::Quote& quote,
                           const wire::QuoteRequest& request) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(quote, services_.desk.Quote(request));
    const QuotedPromise promise{services_.clock.Now() + kQuoteValidity,
                                quote.total, PointsSpent(quote)};
    quote.quote_token = services_.quote_signer.Sign(request, promise);
    quote.valid_until_us = absl::ToUnixMicros(promise.expires_at);
    return absl::OkStatus();
  });
}

// A token that has expired since still passes for a reservation that was made:
// whoever asks again gets the first answer.
absl::Status LoyaltyHandler::Expect(const std::string& quote_token,
                                    wire::Reserve& command) {
  if (quote_token.empty()) return absl::OkStatus();
  PATRON_ASSIGN_OR_RETURN(
      const QuotedPromise promise,
      services_.quote_signer.Open(command.request, quote_token));
  PATRON_ASSIGN_OR_RETURN(
      const auto known, services_.state.store->Get(store::Family::kReservations,
                                                   command.reservation_id));
  if (!known)
    PATRON_RETURN_IF_ERROR(
        services_.quote_signer
            .Verify(command.request, quote_token, services_.clock.Now())
            .status());
  command.__set_expected_total(promise.total);
  command.expected_points = promise.points;
  return absl::OkStatus();
}

void LoyaltyHandler::reserve(wire::Reservation& reservation,
                             const std::string& request_id,
                             const std::string& reservation_id,
                             const wire::QuoteRequest& request,
                             const std::string& quote_token,
                             int32_t hold_seconds) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckId("reservation_id", reservation_id));
    PATRON_RETURN_IF_ERROR(
        CheckRange("hold_seconds", hold_seconds, kShortestHold, kLongestHold));
    wire::CommandBody body;
    body.__isset.reserve = true;
    body.reserve.reservation_id = reservation_id;
    body.reserve.request = request;
    body.reserve.hold_us = int64_t{hold_seconds} * 1'000'000;
    PATRON_RETURN_IF_ERROR(Expect(quote_token, body.reserve));
    PATRON_ASSIGN_OR_RETURN(auto done, Execute(std::move(body), request_id));
    reservation = std::move(done.reservation);
    return absl::OkStatus();
  });
}

void LoyaltyHandler::commit(wire::CommitReply& reply,
                            const std::string& request_id,
                            const std::string& reservation_id,
                            const std::string& receipt_id,
                            int64_t happened_at_us,
                            const std::string& impression_token) {
  Answer([&]() -> absl::Status {
    wire::CommandBody body;
    body.__isset.commit_reservation = true;
    wire::CommitReservation& command = body.commit_reservation;
    command.reservation_id = reservation_id;
    command.receipt_id = receipt_id;
    command.happened_at_us = happened_at_us;
    if (!impression_token.empty())
      command.__set_impression_token(impression_token);
    PATRON_ASSIGN_OR_RETURN(auto done, Execute(std::move(body), request_id));
    reply = std::move(done.committed);
    return absl::OkStatus();
  });
}

void LoyaltyHandler::release(const std::string& request_id,
                             const std::string& reservation_id) {
  Answer([&]() -> absl::Status {
    wire::CommandBody body;
    body.__isset.release_reservation = true;
    body.release_reservation.reservation_id = reservation_id;
    return Execute(std::move(body), request_id).status();
  });
}

void LoyaltyHandler::claimReceipt(wire::CommitReply& reply,
                                  const std::string& request_id,
                                  const std::string& receipt_id,
                                  const std::string& customer_id) {
  Answer([&]() -> absl::Status {
    wire::CommandBody body;
    body.__isset.claim_receipt = true;
    body.claim_receipt.receipt_id = receipt_id;
    body.claim_receipt.customer_id = customer_id;
    PATRON_ASSIGN_OR_RETURN(auto done, Execute(std::move(body), request_id));
    reply = std::move(done.committed);
    return absl::OkStatus();
  });
}

void LoyaltyHandler::balances(std::vector<wire::Balance>& balances,
                              const std::string& customer_id) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(balances, services_.desk.Balances(customer_id));
    return absl::OkStatus();
  });
}

void LoyaltyHandler::entries(wire::EntriesPage& page,
                             const std::string& customer_id, int32_t limit,
                             const std::string& cursor) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckRange("limit", limit, 1, kMaxEntries));
    PATRON_ASSIGN_OR_RETURN(page,
                            services_.desk.Entries(customer_id, limit, cursor));
    return absl::OkStatus();
  });
}

void LoyaltyHandler::loyaltyPicture(wire::LoyaltyPicture& picture,
                                    const std::string& customer_id) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(picture, services_.desk.Picture(customer_id));
    return absl::OkStatus();
  });
}

void LoyaltyHandler::explainReceipt(std::vector<std::string>& lines,
                                    const std::string& receipt_id) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(lines, services_.desk.ExplainReceipt(receipt_id));
    return absl::OkStatus();
  });
}

void LoyaltyHandler::adjustPoints(wire::PointsChange& change,
                                  const std::string& request_id,
                                  const std::string& customer_id,
                                  const std::string& programme_id,
                                  int64_t points, const std::string& reason) {
  Answer([&]() -> absl::Status {
    wire::CommandBody body;
    body.__isset.adjust_points = true;
    body.adjust_points.customer_id = customer_id;
    body.adjust_points.programme_id = programme_id;
    body.adjust_points.points = points;
    body.adjust_points.reason = reason;
    PATRON_ASSIGN_OR_RETURN(auto done, Execute(std::move(body), request_id));
    change = std::move(done.points);
    return absl::OkStatus();
  });
}

void LoyaltyHandler::linkId(const std::string& request_id,
                            const std::string& customer_id,
                            const std::string& external_id) {
  Answer([&]() -> absl::Status {
    wire::CommandBody body;
    body.__isset.link_id = true;
    body.link_id.customer_id = customer_id;
    body.link_id.external_id = external_id;
    return Execute(std::move(body), request_id).status();
  });
}

void LoyaltyHandler::mergeCustomers(const std::string& request_id,
                                    const std::string& kept_id,
                                    const std::string& absorbed_id) {
  Answer([&]() -> absl::Status {
    wire::CommandBody body;
    body.__isset.merge_customers = true;
    body.merge_customers.kept_id = kept_id;
    body.merge_customers.absorbed_id = absorbed_id;
    return Execute(std::move(body), request_id).status();
  });
}

void LoyaltyHandler::refer(const std::string& request_id,
                           const std::string& referrer_id,
                           const std::string& friend_id) {
  Answer([&]() -> absl::Status {
    wire::CommandBody body;
    body.__isset.refer = true;
    body.refer.referrer_id = referrer_id;
    body.refer.friend_id = friend_id;
    return Execute(std::move(body), request_id).status();
  });
}

void LoyaltyHandler::readyQuote(wire::Quote& quote,
                                const wire::QuoteRequest& request,
                                int32_t offers) {
  Answer([&] {
    absl::Status status = CheckRange("offers", offers, 0, kMostReadyOffers);
    if (status.ok()) services_.ready_answer.Fill(request, offers, quote);
    return status;
  });
}

}  // namespace patron::api
