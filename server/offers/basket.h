// The lines of one basket, and which of them each product rule of the
// definitions covers: asked once, read by offers, sets and earning rules.
//
// Ownership: borrows definitions and the texts of the request. Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/offers/compiled.h"
#include "server/offers/quote.h"

namespace patron::offers {

struct Line {
  absl::string_view product_id;
  int64_t quantity_milli = 0;
  int64_t list_amount = 0;
  std::optional<int64_t> match_amount;
};

// Places of lines, rising.
using Places = absl::Span<const uint32_t>;

class Basket {
 public:
  Basket(std::vector<Line> lines, const World& world);

  const std::vector<Line>& lines() const { return lines_; }
  Places Covered(Scope scope) const;
  // Those that both scopes cover. `memory` holds them where it must.
  Places CoveredByBoth(Scope one, Scope other,
                       std::vector<uint32_t>& memory) const;

  int64_t ListAmountOf(Places places) const;
  int64_t QuantityOf(Places places) const;

 private:
  struct Hit {
    Scope scope = 0;
    uint32_t line = 0;
  };
  std::vector<Hit> FindHits(const World& world) const;
  void SortByScope(const std::vector<Hit>& hits, size_t scopes);

  const std::vector<Line> lines_;
  std::vector<uint32_t> everything_;
  // The lines of scope s stand from starts_[s] to starts_[s + 1].
  std::vector<uint32_t> starts_;
  std::vector<uint32_t> places_;
};

}  // namespace patron::offers
