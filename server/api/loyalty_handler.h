// The Loyalty service, for the till and the customer's account: quotes,
// reservations and their commits, points, tiers, merged and referred customers.
// Decode, call, encode: what a call means stands where it is done.
//
// A command with a request id that is repeated gets its first answer; one
// without is done again.
//
// Ownership: borrows the services and the session; a connection has one.
// Threads: the one that answers its connection. Errors: every call throws
// wire::PatronError and nothing else (SessionHandler::Answer), with the code
// of the status that the call ended with: a limit that was reached is
// FAILED_PRECONDITION, not a fault.
#pragma once

#include <string>
#include <vector>

#include "Loyalty.h"
#include "server/api/session_handler.h"

namespace patron::api {

class LoyaltyHandler final : public wire::LoyaltyIf, public SessionHandler {
 public:
  using SessionHandler::SessionHandler;

  void quote(wire::Quote& quote, const wire::QuoteRequest& request) override;
  void reserve(wire::Reservation& reservation, const std::string& request_id,
               const std::string& reservation_id,
               const wire::QuoteRequest& request,
               const std::string& quote_token, int32_t hold_seconds) override;
  void commit(wire::CommitReply& reply, const std::string& request_id,
              const std::string& reservation_id, const std::string& receipt_id,
              int64_t happened_at_us,
              const std::string& impression_token) override;
  void release(const std::string& request_id,
               const std::string& reservation_id) override;
  void claimReceipt(wire::CommitReply& reply, const std::string& request_id,
                    const std::string& receipt_id,
                    const std::string& customer_id) override;

  void balances(std::vector<wire::Balance>& balances,
                const std::string& customer_id) override;
  void entries(wire::EntriesPage& page, const std::string& customer_id,
               int32_t limit, const std::string& cursor) override;
  void loyaltyPicture(wire::LoyaltyPicture& picture,
                      const std::string& customer_id) override;
  void explainReceipt(std::vector<std::string>& lines,
                      const std::string& receipt_id) override;

  void adjustPoints(wire::PointsChange& change, const std::string& request_id,
                    const std::string& customer_id,
                    const std::string& programme_id, int64_t points,
                    const std::string& reason) override;
  void linkId(const std::string& request_id, const std::string& customer_id,
              const std::string& external_id) override;
  void mergeCustomers(const std::string& request_id, const std::string& kept_id,
                      const std::string& absorbed_id) override;
  void refer(const std::string& request_id, const std::string& referrer_id,
             const std::string& friend_id) override;

  void readyQuote(wire::Quote& quote, const wire::QuoteRequest& request,
                  int32_t offers) override;

 private:
  // What the token promises goes into the command.
  absl::Status Expect(const std::string& quote_token, wire::Reserve& command);
};

}  // namespace patron::api
