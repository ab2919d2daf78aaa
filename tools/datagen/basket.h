// What one shopper puts into one basket.
#pragma once

#include <vector>

#include "absl/types/span.h"
#include "tools/datagen/people.h"
#include "tools/datagen/shop.h"

namespace patron::datagen {

// One time that somebody shops.
struct Visit {
  uint32_t shopper = 0;
  Place place;
  int month = 1;
  int minute = 0;  // since the start of the log
};

// Staples that are due come first, then what she likes until the basket is as
// large as she meant it; each product brings its complement, if it has one,
// with a set probability.
//
// Borrows catalogue and people. One thread at a time.
class BasketMaker {
 public:
  BasketMaker(const ShopOptions& options, const Catalogue& catalogue,
              const People& people);

  // Appends the lines to `lines`, each product once, and sets the next due time
  // of the staples taken. Appends none if the store had nothing for her.
  void Fill(const Visit& visit, Random& random, absl::Span<StapleHabit> staples,
            std::vector<Line>& lines);

 private:
  void TakeStaples(absl::Span<StapleHabit> staples);
  void TakeLiked();
  // True if the product was not in the basket yet.
  bool Take(uint32_t product);
  void TakeWithComplement(uint32_t product);
  uint32_t PickLiked();
  bool Contains(uint32_t product) const;
  int Quantity(uint32_t product);
  Line Price(uint32_t product);
  size_t count() const { return lines_->size() - first_; }

  const uint64_t seed_;
  const Catalogue& catalogue_;
  const People& people_;

  // The basket in the making.
  const Visit* visit_ = nullptr;
  const Shopper* shopper_ = nullptr;
  Random* random_ = nullptr;
  std::vector<Line>* lines_ = nullptr;
  size_t first_ = 0;
  int64_t total_ = 0;  // cents so far
};

}  // namespace patron::datagen
