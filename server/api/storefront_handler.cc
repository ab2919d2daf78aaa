#include "server/api/storefront_handler.h"

#include <utility>

#include "server/api/customer_picture.h"
#include "server/api/error.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/base/validate.h"
#include "server/customers/history.h"

namespace patron::api {
namespace {

constexpr int kMaxHistory = 1000;

wire::CommandBody Recording(const wire::Purchase& purchase) {
  wire::CommandBody body;
  body.record_purchase = purchase;
  body.__isset.record_purchase = true;
  return body;
}

}  // namespace

void StorefrontHandler::recommend(wire::RecommendReply& reply,
                                  const wire::RecommendRequest& request) {
  Answer([&]() -> absl::Status {
    recommend::StageTimes times;
    PATRON_ASSIGN_OR_RETURN(auto answer,
                            services_.recommender.Recommend(request, &times));
    services_.metrics.OnRecommend(times);
    reply = std::move(answer.reply);
    reply.impression_token = services_.showings.Show(request, answer.ranked);
    return absl::OkStatus();
  });
}

void StorefrontHandler::explainImpression(wire::ImpressionContent& content,
                                          const std::string& impression_token) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(const auto facts,
                            services_.signer.Verify(impression_token));
    content = recommend::ToWire(facts, services_.state.ordinals);
    return absl::OkStatus();
  });
}

void StorefrontHandler::recordPurchase(wire::PurchaseReply& reply,
                                       const std::string& request_id,
                                       const wire::Purchase& purchase) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(auto done,
                            Execute(Recording(purchase), request_id));
    reply = std::move(done.purchase);
    return absl::OkStatus();
  });
}

void StorefrontHandler::recordReturn(
    wire::ReturnReply& reply, const std::string& request_id,
    const wire::PurchaseReturn& purchase_return) {
  Answer([&]() -> absl::Status {
    wire::CommandBody body;
    body.record_return = purchase_return;
    body.__isset.record_return = true;
    PATRON_ASSIGN_OR_RETURN(auto done, Execute(std::move(body), request_id));
    reply = std::move(done.purchase_return);
    return absl::OkStatus();
  });
}

void StorefrontHandler::recordEvent(wire::EventReply& reply,
                                    const std::string& request_id,
                                    const wire::Event& event) {
  Answer([&]() -> absl::Status {
    wire::CommandBody body;
    body.record_event = event;
    body.__isset.record_event = true;
    PATRON_ASSIGN_OR_RETURN(const auto done,
                            Execute(std::move(body), request_id));
    reply.duplicate = done.done.duplicate;
    reply.log_position = done.done.log_position;
    return absl::OkStatus();
  });
}

void StorefrontHandler::recordPurchases(
    std::vector<wire::PurchaseOutcome>& outcomes,
    const std::vector<wire::Purchase>& purchases) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckElements("purchases", purchases.size()));
    std::vector<wire::CommandBody> bodies;
    bodies.reserve(purchases.size());
    for (const auto& purchase : purchases)
      bodies.push_back(Recording(purchase));
    auto replies =
        services_.engine.ExecuteAll(std::move(bodies), session_.actor());
    outcomes.resize(replies.size());
    for (size_t at = 0; at < replies.size(); ++at) {
      if (replies[at].ok()) {
        outcomes[at].__set_reply(std::move(replies[at]->purchase));
      } else {
        outcomes[at].__set_error(ToError(replies[at].status()));
      }
    }
    return absl::OkStatus();
  });
}

void StorefrontHandler::putCustomer(const std::string& request_id,
                                    const wire::Customer& customer) {
  Answer([&]() -> absl::Status {
    wire::CommandBody body;
    body.put_customer = customer;
    body.__isset.put_customer = true;
    return Execute(std::move(body), request_id).status();
  });
}

void StorefrontHandler::getCustomer(wire::Customer& customer,
                                    const std::string& customer_id) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(customer,
                            ReadCustomer(services_.state, customer_id));
    return absl::OkStatus();
  });
}

void StorefrontHandler::getHistory(wire::HistoryPage& page,
                                   const std::string& customer_id,
                                   int32_t limit, const std::string& cursor) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckRange("limit", limit, 1, kMaxHistory));
    PATRON_ASSIGN_OR_RETURN(const CustomerOrdinal customer,
                            FindCustomer(services_.state, customer_id));
    PATRON_ASSIGN_OR_RETURN(
        page,
        customers::ReadHistory(*services_.state.store, services_.state.ordinals,
                               customer, limit, cursor));
    return absl::OkStatus();
  });
}

void StorefrontHandler::getContext(wire::CustomerContext& context,
                                   const std::string& customer_id,
                                   const std::string& store_id) {
  Answer([&]() -> absl::Status {
    if (!store_id.empty())
      PATRON_RETURN_IF_ERROR(CheckId("store_id", store_id));
    PATRON_ASSIGN_OR_RETURN(context,
                            ReadContext(services_.state, services_.recommender,
                                        services_.desk, customer_id, store_id));
    PATRON_ASSIGN_OR_RETURN(auto next,
                            services_.next_offers.ForOne(customer_id));
    if (next) context.__set_next_offer(*std::move(next));
    return absl::OkStatus();
  });
}

}  // namespace patron::api
