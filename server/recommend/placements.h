// The placements, each with what it is for. A placement chooses by its own
// objective; what every request may ask beside (weights, spread, filters) is
// applied to all of them alike, and so is the fill.
//
//   home            what she is most likely to buy next: a blend of her own
//                   habits, what customers alike buy, and what she did just now
//   similar         others of the product's kind: nearness of embedding, and
//                   of attributes for products put since the index was learned
//   goes_with       what is bought together with the product: the pair decides,
//                   its kind where the product is new
//   basket          what completes the set of the basket (compatible_with both
//                   ways, over variants too), then what goes with its content
//   buy_again       timing: her own products that have an interval, by the
//                   chance that she buys them now where an order was learned,
//                   else by how due they are; short where she has few
//   trending        what sells more than it used to, in the store first
//   new_arrivals    taste alone: the newest products in the categories and of
//                   the brands that she buys
//   substitute      what does instead: of the same narrowest category first, by
//                   nearness of embedding and attributes, the price above all;
//                   never the product itself, nothing that is told to be out of
//                   stock
//   checkout        one small extra: at most a share of the basket's worth, by
//                   what goes with the basket and what the store's customers
//                   take along; what is dearer only to make up the number,
//                   cheapest first; nothing that is told to be out of stock
//   after_purchase  what looks after what she bought (product_ids, else her
//                   newest purchase): what is compatible with it, then what
//                   cares for its category (below), then what goes with it; not
//                   what she owns, unless that is due again
//   kiosk           nobody known: what this store sells and has, no more than a
//                   few of a category
//   email           read days later: what will be due within the coming week
//                   and new arrivals of her taste, then her home page without
//                   what she did just now
//
// What cares for a product (guides, services, warranties, consumables) is a
// product too. It is found by convention:
//   - its attribute care_for names categories, with commas between, of which
//     one is a level of the product's path; or
//   - it lies in a category of kCareCategories (any level, any of the two
//     spellings) and shares another level with the product.
// Its attribute kind (care_guide, service, warranty, consumable, spare_part)
// gives the reason its words.
#pragma once

#include <array>

#include "absl/strings/string_view.h"
#include "storefront_types.h"

namespace patron::recommend {

inline constexpr std::array<absl::string_view, 10> kCareCategories = {
    "care",       "care guides", "service",     "services",    "warranty",
    "warranties", "consumables", "accessories", "spare parts", "insurance"};
inline constexpr char kKindAttribute[] = "kind";

// How a placement is asked, and what may be done to its answer.
struct Placing {
  wire::Placement::type placement;
  bool needs_products;  // product_ids, at least one
  bool fills;           // with popular products up to k
  bool sinks;           // what was shown and ignored sinks in it
  bool in_stock;        // shows nothing that is told to be out of stock
};

// Null for a number that is no placement.
const Placing* FindPlacing(int placement);

}  // namespace patron::recommend
