#include "server/recommend/placements.h"

#include <algorithm>

namespace patron::recommend {
namespace {

using wire::Placement;

// placement, needs_products, fills, sinks, in_stock. Timing alone decides
// buy-again; a page's own product decides similar, substitute and
// after-purchase: there nothing sinks.
constexpr std::array kPlacings = {
    Placing{Placement::HOME, false, true, true, false},
    Placing{Placement::SIMILAR, true, true, false, false},
    Placing{Placement::GOES_WITH, true, true, true, false},
    Placing{Placement::BASKET, true, true, true, false},
    Placing{Placement::BUY_AGAIN, false, false, false, false},
    Placing{Placement::TRENDING, false, true, true, false},
    Placing{Placement::NEW_ARRIVALS, false, true, true, false},
    Placing{Placement::SUBSTITUTE, true, true, false, true},
    Placing{Placement::CHECKOUT, true, true, true, true},
    Placing{Placement::AFTER_PURCHASE, false, true, false, false},
    Placing{Placement::KIOSK, false, true, false, true},
    Placing{Placement::EMAIL, false, true, true, false}};

}  // namespace

const Placing* FindPlacing(int placement) {
  const auto at = std::find_if(
      kPlacings.begin(), kPlacings.end(),
      [&](const Placing& one) { return one.placement == placement; });
  return at == kPlacings.end() ? nullptr : &*at;
}

}  // namespace patron::recommend
