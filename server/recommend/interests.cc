// What she was interested in lately, from her newest interactions.
#include <algorithm>

#include "server/recommend/situation.h"
#include "types_types.h"

namespace patron::recommend {
namespace {

using facts::Interaction;
using wire::EventKind;

bool IsInterest(int kind) {
  switch (kind) {
    case EventKind::VIEW:
    case EventKind::CLICK:
    case EventKind::WISH:
    case EventKind::WATCH_PRICE:
    case EventKind::WATCH_STOCK:
    case EventKind::INQUIRY:
    case EventKind::CART_ADD:
      return true;
    default:
      return false;
  }
}

bool BoughtSince(const Situation& situation, const Interaction& interaction) {
  const facts::ItemFact* item = situation.Item(interaction.product.value());
  return item != nullptr &&
         item->last_day() >= DayOf(absl::FromUnixMicros(interaction.at_us),
                                   situation.options.zone);
}

double AgeDays(const Situation& situation, const Interaction& interaction) {
  const absl::Duration age =
      situation.now - absl::FromUnixMicros(interaction.at_us);
  return std::max(0.0, absl::FDivDuration(age, absl::Hours(24)));
}

}  // namespace

std::vector<Interest> InterestsOf(const Situation& situation) {
  std::vector<Interest> interests;
  std::vector<uint32_t> met;  // the newest interaction with a product decides
  for (const Interaction& interaction : situation.facts.summary.recent) {
    const uint32_t product = interaction.product.value();
    if (interaction.product == kNoProduct ||
        std::find(met.begin(), met.end(), product) != met.end())
      continue;
    const bool removed = interaction.kind == EventKind::CART_REMOVE;
    if (!removed && !IsInterest(interaction.kind)) continue;
    met.push_back(product);
    const double age = AgeDays(situation, interaction);
    if (removed || age > situation.options.interaction_days ||
        BoughtSince(situation, interaction))
      continue;
    interests.push_back(
        {product, age, interaction.kind == EventKind::CART_ADD});
  }
  return interests;
}

}  // namespace patron::recommend
