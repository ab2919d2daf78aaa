// The Storefront service, for shop and till: recommendations, purchases,
// returns, events, customers and what is known of one. Decode, call, encode:
// what a call means stands where it is done.
//
// A purchase, return or event that is there already (its id is known) is
// answered as a duplicate and changes nothing, with or without a request id.
//
// Ownership: borrows the services and the session; a connection has one.
// Threads: the one that answers its connection. Errors: every call throws
// wire::PatronError and nothing else (SessionHandler::Answer), with the code
// of the status that the call ended with.
#pragma once

#include <string>
#include <vector>

#include "Storefront.h"
#include "server/api/session_handler.h"

namespace patron::api {

class StorefrontHandler final : public wire::StorefrontIf,
                                public SessionHandler {
 public:
  using SessionHandler::SessionHandler;

  void recommend(wire::RecommendReply& reply,
                 const wire::RecommendRequest& request) override;
  void explainImpression(wire::ImpressionContent& content,
                         const std::string& impression_token) override;
  void recordPurchase(wire::PurchaseReply& reply, const std::string& request_id,
                      const wire::Purchase& purchase) override;
  void recordReturn(wire::ReturnReply& reply, const std::string& request_id,
                    const wire::PurchaseReturn& purchase_return) override;
  void recordEvent(wire::EventReply& reply, const std::string& request_id,
                   const wire::Event& event) override;
  void recordPurchases(std::vector<wire::PurchaseOutcome>& outcomes,
                       const std::vector<wire::Purchase>& purchases) override;
  void putCustomer(const std::string& request_id,
                   const wire::Customer& customer) override;
  void getCustomer(wire::Customer& customer,
                   const std::string& customer_id) override;
  void getHistory(wire::HistoryPage& page, const std::string& customer_id,
                  int32_t limit, const std::string& cursor) override;
  void getContext(wire::CustomerContext& context,
                  const std::string& customer_id,
                  const std::string& store_id) override;
};

}  // namespace patron::api
