// The words of an answer: why an item is shown, and what its buyer should know.
#pragma once

#include <string>
#include <vector>

#include "server/recommend/situation.h"

namespace patron::recommend {

// One English sentence or two for customers, naming products and categories as
// the catalogue does. The only place where such words stand.
std::string ReasonText(const Situation& situation, const RankedItem& item);

// The product's own limitations, then those of its stock in the request's store
// and its age limit.
std::vector<std::string> Limitations(const Situation& situation,
                                     const catalog::Entry& entry);

// The product's name, its id where it has none.
const std::string& NameOf(const catalog::Entry& entry);

}  // namespace patron::recommend
