#include "tools/datagen/basket.h"

#include <algorithm>

namespace patron::datagen {
namespace {

enum Stream : uint64_t { kRepertoire = 401 };

constexpr int kMinutesADay = 24 * 60;
constexpr double kComplementChance = 0.6;
// How often she takes what she always takes from a category.
constexpr double kHabitChance = 0.75;
constexpr uint32_t kRepertoireSlots = 4;
constexpr double kLoyaltyChance = 0.08;
constexpr int kFoodTaxPercent = 10;
constexpr int kOtherTaxPercent = 20;

}  // namespace

BasketMaker::BasketMaker(const ShopOptions& options, const Catalogue& catalogue,
                         const People& people)
    : seed_(options.seed), catalogue_(catalogue), people_(people) {}

void BasketMaker::Fill(const Visit& visit, Random& random,
                       absl::Span<StapleHabit> staples,
                       std::vector<Line>& lines) {
  visit_ = &visit;
  shopper_ = &people_.shoppers()[visit.shopper];
  random_ = &random;
  lines_ = &lines;
  first_ = lines.size();
  total_ = 0;
  TakeStaples(staples);
  TakeLiked();
}

// A staple is due at the visit nearest to its time, so that early and late
// balance and its interval stays what it is.
void BasketMaker::TakeStaples(absl::Span<StapleHabit> staples) {
  for (StapleHabit& staple : staples) {
    if (staple.due_minute > visit_->minute + shopper_->gap_minutes / 2)
      continue;
    TakeWithComplement(staple.product);
    const int interval =
        catalogue_.products()[staple.product].interval_days * kMinutesADay;
    staple.due_minute =
        visit_->minute +
        static_cast<int>(interval * (1 + 0.12 * random_->Around()));
  }
}

void BasketMaker::TakeLiked() {
  const double size = shopper_->basket_lines *
                      (0.3 + 0.7 * (random_->Unit() + random_->Unit()));
  const size_t wanted = std::max<size_t>(1, static_cast<size_t>(size + 0.5));
  // Small shops have few products: giving up is better than going round.
  for (size_t left = 4 * wanted + 20; count() < wanted && left > 0; --left) {
    const uint32_t product = PickLiked();
    if (product != kNone) TakeWithComplement(product);
  }
}

// Her usual products of a category follow from her number, so that habits need
// no memory.
uint32_t BasketMaker::PickLiked() {
  const int category = people_.DrawCategory(*random_, *shopper_, visit_->month);
  Taste taste = shopper_->taste;
  if (total_ > shopper_->budget) taste.tier = Tier::kLow;
  if (random_->Chance(kHabitChance)) {
    const uint32_t slot = std::min(random_->Below(kRepertoireSlots),
                                   random_->Below(kRepertoireSlots));
    Random habit(Mix(seed_ ^ kRepertoire, visit_->shopper, category, slot));
    return catalogue_.PickEveryday(habit, category, taste, visit_->place);
  }
  return catalogue_.PickEveryday(*random_, category, taste, visit_->place);
}

void BasketMaker::TakeWithComplement(uint32_t product) {
  if (!Take(product)) return;
  const uint32_t complement = catalogue_.products()[product].complement;
  if (complement != kNone && random_->Chance(kComplementChance))
    Take(complement);
}

bool BasketMaker::Take(uint32_t product) {
  if (Contains(product)) return false;
  lines_->push_back(Price(product));
  total_ += lines_->back().amount;
  return true;
}

bool BasketMaker::Contains(uint32_t product) const {
  return std::any_of(
      lines_->begin() + static_cast<std::ptrdiff_t>(first_), lines_->end(),
      [product](const Line& line) { return line.product == product; });
}

int BasketMaker::Quantity(uint32_t product) {
  if (catalogue_.CategoryOf(product).is_weighed)
    return 150 + 5 * static_cast<int>(random_->Below(
                         120u * std::min<uint32_t>(shopper_->household, 4)));
  if (total_ > shopper_->budget) return 1000;
  const uint32_t percent = random_->Below(100);
  const uint32_t more = 8u * shopper_->household;
  return percent < more / 4 ? 3000 : percent < more ? 2000 : 1000;
}

Line BasketMaker::Price(uint32_t product) {
  Line line;
  line.product = product;
  line.quantity_milli = Quantity(product);
  const int64_t price = catalogue_.PriceIn(visit_->place.store, product);
  line.list_amount =
      static_cast<int>((price * line.quantity_milli + 500) / 1000);
  if (people_.IsKnown(visit_->shopper) && random_->Chance(kLoyaltyChance))
    line.discount = line.list_amount * random_->Between(2, 5) * 5 / 100;
  line.amount = line.list_amount - line.discount;
  const int tax = catalogue_.CategoryOf(product).is_food ? kFoodTaxPercent
                                                         : kOtherTaxPercent;
  line.tax = static_cast<int>(int64_t{line.amount} * tax / (100 + tax));
  return line;
}

}  // namespace patron::datagen
