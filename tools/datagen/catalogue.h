// The products of a generated shop, their stores, and how a customer with a
// taste picks one of them.
//
// Fixed after construction; any number of threads may read.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tools/datagen/options.h"
#include "tools/datagen/random.h"
#include "tools/datagen/words.h"

namespace patron::datagen {

// "No product", "no complement".
inline constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

enum class Tier : uint8_t { kLow, kMiddle, kHigh };

// Numbers instead of texts: a shop may have millions.
struct Product {
  uint16_t category = 0;
  uint16_t brand = 0;
  uint8_t style = 0;
  Tier tier = Tier::kMiddle;
  uint8_t noun = 0;
  uint8_t variant = 0;
  uint8_t size = 0;
  uint8_t edition = 0;         // 0, or tells apart what would have one name
  bool is_quality = false;     // bought for quality rather than for value
  bool is_complement = false;  // stands in `complement` of another product
  int price = 0;               // cents, where no store says otherwise
  int release_day = 0;  // first day on sale, counted from the log's first
  uint16_t interval_days = 0;   // staple: usual time between purchases; else 0
  uint32_t complement = kNone;  // planted: likely in the same basket
};

// One of the narrowest categories, with its products.
struct Category {
  const CategoryWords* words = nullptr;
  bool is_food = false;  // to eat or drink: never returned
  bool is_weighed = false;
  std::vector<absl::string_view> nouns, variants, sizes;
  int brand_base = 0;  // brand i of the category: see Catalogue
  int brand_count = 0;
  std::vector<uint32_t> members;  // most popular first; staples come first
  uint32_t staple_count = 0;
  AliasTable staples;   // over the first staple_count members
  AliasTable everyday;  // over the others; empty where there are none
};

struct Store {
  double popularity = 0;
  int assortment_percent = 100;
  int price_per_mille = 1000;  // against list price
};

// What one customer likes, in all categories.
struct Taste {
  uint8_t style = 0;
  Tier tier = Tier::kMiddle;
  uint64_t brand_key = 0;  // who likes the same brands has the same key
};

// Where and when something is picked.
struct Place {
  uint32_t store = 0;
  int day = 0;
};

class Catalogue {
 public:
  // Options have passed Validate.
  explicit Catalogue(const ShopOptions& options);

  const std::vector<Product>& products() const { return products_; }
  const std::vector<Category>& categories() const { return categories_; }
  const std::vector<Store>& stores() const { return stores_; }
  const Category& CategoryOf(uint32_t product) const {
    return categories_[products_[product].category];
  }

  // "Alpenhof organic whole milk 1 l"; no two products share one.
  std::string Name(uint32_t product) const;

  bool IsSold(uint32_t product, Place place) const;
  // Cents a piece or a kilogram.
  int PriceIn(uint32_t store, uint32_t product) const;

  // A product of `category` that is no staple, sold at `place`, by popularity
  // and taste; kNone if none of a few candidates is sold there.
  uint32_t PickEveryday(Random& random, int category, const Taste& taste,
                        Place place) const;
  // A staple of `category`; kNone if it has none.
  uint32_t PickStaple(Random& random, int category, const Taste& taste) const;

  // Categories by popularity, all and those with staples: index of
  // categories().
  int DrawEverydayCategory(Random& random) const;
  int DrawStapleCategory(Random& random) const;
  uint32_t DrawStore(Random& random) const { return store_table_.Draw(random); }

 private:
  void MakeStores(const ShopOptions& options);
  void MakeCategories();
  void AssignCategories(int products);
  void NameMembers(int category);
  void PriceProduct(Product& product, Random& random) const;
  void ChooseStaples(int category);
  void PlantComplements();
  void PlantComplements(Category& source, Category& target, double scale);
  void ReleaseSomeLater(int days);
  void MakeTables();
  int CategoryNamed(absl::string_view name) const;
  int Affinity(uint32_t product, const Taste& taste) const;

  const uint64_t seed_;
  std::vector<Product> products_;
  std::vector<Category> categories_;
  std::vector<Store> stores_;
  AliasTable everyday_table_, staple_table_, store_table_;
};

}  // namespace patron::datagen
