// A recommendation that was prepared at the start: what an answer of this size
// costs when nothing is decided. Threads: Fill from any.
#pragma once

#include "storefront_types.h"

namespace patron::api {

class ReadyAnswer {
 public:
  ReadyAnswer();

  // The first `items` of it, at most recommend::kMaxItems.
  void Fill(int items, wire::RecommendReply& reply) const;

 private:
  wire::RecommendReply reply_;
};

}  // namespace patron::api
