// A recommendation and a quote that were prepared at the start: what answers of
// their size cost when nothing is decided. Threads: Fill from any.
#pragma once

#include <string>
#include <vector>

#include "checkout_types.h"
#include "storefront_types.h"

namespace patron::api {

// Decisions about offers in one ready quote.
inline constexpr int kMostReadyOffers = 1000;

class ReadyAnswer {
 public:
  ReadyAnswer();

  // The first `items` of it, at most recommend::kMaxItems.
  void Fill(int items, wire::RecommendReply& reply) const;

  // The lines of `request` at their list prices and `offers` decisions, at most
  // kMostReadyOffers.
  void Fill(const wire::QuoteRequest& request, int offers,
            wire::Quote& quote) const;

 private:
  wire::RecommendReply reply_;
  std::vector<wire::OfferDecision> decisions_;
  std::string quote_token_;
};

}  // namespace patron::api
