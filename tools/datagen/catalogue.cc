#include "tools/datagen/catalogue.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/check.h"

namespace patron::datagen {
namespace {

// One number a use of the seed, so that no two uses see the same randomness.
enum Stream : uint64_t {
  kStoreStream = 101,
  kSequence,
  kNames,
  kPrices,
  kIntervals,
  kReleases,
  kAssortment,
  kStorePrices,
  kBrandTier,
};

constexpr double kComplementShare = 0.2;
constexpr double kReleasedLaterShare = 0.1;
constexpr int kCandidates = 4;
// Coprime to kBrands, so that a category's brands are all different.
constexpr int kBrandStride = 217;
static_assert(std::gcd(kBrandStride, kBrands) == 1);

// (rank + 1)^-0.75, by correctly rounded steps alone.
double FlatZipf(uint32_t rank) {
  const double root = std::sqrt(static_cast<double>(rank) + 1);
  return 1 / (root * std::sqrt(root));
}
// (rank + 1)^-1
double SteepZipf(uint32_t rank) { return 1 / (static_cast<double>(rank) + 1); }

AliasTable ZipfTable(uint32_t count, double (*weight)(uint32_t rank)) {
  std::vector<double> weights(count);
  for (uint32_t rank = 0; rank < count; ++rank) weights[rank] = weight(rank);
  return AliasTable(weights);
}

// How many of a category's products have a complement, before scaling: more of
// a popular one, so that most pairs are seen often.
double SourceWeight(const Category& category) {
  return static_cast<double>(category.members.size()) *
         std::sqrt(static_cast<double>(category.words->share));
}

void Shuffle(std::vector<uint32_t>& items, Random& random) {
  for (uint32_t left = static_cast<uint32_t>(items.size()); left > 1; --left)
    std::swap(items[left - 1], items[random.Below(left)]);
}

bool IsEaten(const CategoryWords& words) {
  const absl::string_view top =
      std::pair<absl::string_view, absl::string_view>(
          absl::StrSplit(words.path, absl::MaxSplits('>', 1)))
          .first;
  return top == "Food" || top == "Drinks";
}

// About 0.618 of `total`, and coprime to it: multiples visit every remainder
// once and lie far apart.
uint64_t GoldenStride(uint64_t total) {
  uint64_t stride = std::max<uint64_t>(1, total * 618 / 1000);
  while (std::gcd(stride, total) != 1) ++stride;
  return stride;
}

int TierPercent(Tier tier) {
  switch (tier) {
    case Tier::kLow:
      return 75;
    case Tier::kMiddle:
      return 100;
    case Tier::kHigh:
      return 145;
  }
  return 100;
}

// Shops like prices that end in 9.
int Charming(int64_t cents) {
  return static_cast<int>(std::max<int64_t>(19, cents / 10 * 10 + 9));
}

Tier TierOf(uint64_t hash) {
  const uint32_t percent = Reduce(hash, 100);
  return percent < 30 ? Tier::kLow : percent < 75 ? Tier::kMiddle : Tier::kHigh;
}

}  // namespace

Catalogue::Catalogue(const ShopOptions& options) : seed_(options.seed) {
  MakeStores(options);
  MakeCategories();
  AssignCategories(options.products);
  for (int c = 0; c < static_cast<int>(categories_.size()); ++c) {
    NameMembers(c);
    ChooseStaples(c);
  }
  PlantComplements();
  ReleaseSomeLater(options.days);
  MakeTables();
}

void Catalogue::MakeStores(const ShopOptions& options) {
  stores_.resize(options.stores);
  std::vector<double> weights;
  for (int s = 0; s < options.stores; ++s) {
    Random random(Mix(seed_, kStoreStream, s));
    stores_[s].popularity = 1 / std::sqrt(s + 1.0);
    stores_[s].assortment_percent =
        s == 0 ? 100 : std::max(45, 95 - 5 * s) + random.Between(-3, 3);
    stores_[s].price_per_mille = random.Between(970, 1040);
    weights.push_back(stores_[s].popularity);
  }
  store_table_ = AliasTable(weights);
}

void Catalogue::MakeCategories() {
  for (const CategoryWords& words : Categories()) {
    Category category;
    category.words = &words;
    category.is_food = IsEaten(words);
    category.is_weighed = words.sizes.empty();
    category.nouns = Entries(words.nouns);
    category.variants = Entries(words.variants);
    category.sizes = Entries(words.sizes);
    categories_.push_back(std::move(category));
  }
}

// Every category gets a product, the popular ones first, before any gets two;
// then by how much there is to choose from. The sequence is shuffled, so that a
// product's number tells nothing.
void Catalogue::AssignCategories(int products) {
  std::vector<uint32_t> sequence(categories_.size());
  std::iota(sequence.begin(), sequence.end(), 0);
  std::stable_sort(
      sequence.begin(), sequence.end(), [&](uint32_t a, uint32_t b) {
        return categories_[a].words->share > categories_[b].words->share;
      });
  sequence.resize(std::min<size_t>(sequence.size(), products));
  std::vector<double> width;
  for (const Category& c : categories_)
    width.push_back(std::sqrt(static_cast<double>(
        c.nouns.size() * c.variants.size() * c.sizes.size())));
  const AliasTable table(width);
  Random random(Mix(seed_, kSequence));
  while (sequence.size() < static_cast<size_t>(products))
    sequence.push_back(table.Draw(random));
  Shuffle(sequence, random);
  products_.resize(products);
  for (uint32_t p = 0; p < products_.size(); ++p) {
    products_[p].category = static_cast<uint16_t>(sequence[p]);
    categories_[sequence[p]].members.push_back(p);
  }
}

// Walks all combinations of brand, style, variant, noun and size in long steps;
// only after the last one do names repeat, and then an edition tells them
// apart.
void Catalogue::NameMembers(int at) {
  Category& category = categories_[at];
  Random random(Mix(seed_, kNames, at));
  Shuffle(category.members, random);
  const double count = static_cast<double>(category.members.size());
  category.brand_count =
      std::min(kBrands, 4 + static_cast<int>(std::sqrt(2 * count)));
  category.brand_base = random.Between(0, kBrands - 1);
  const uint64_t total = uint64_t{kStyles} * category.brand_count *
                         category.variants.size() * category.nouns.size() *
                         category.sizes.size();
  const uint64_t stride = GoldenStride(total), start = random.Next() % total;
  for (uint64_t i = 0; i < category.members.size(); ++i) {
    uint64_t rest = (start + i * stride) % total;
    const auto digit = [&rest](uint64_t base) {
      const uint64_t value = rest % base;
      rest /= base;
      return value;
    };
    Product& product = products_[category.members[i]];
    product.brand = static_cast<uint16_t>(digit(category.brand_count));
    product.noun = static_cast<uint8_t>(digit(category.nouns.size()));
    product.style = static_cast<uint8_t>(digit(kStyles));
    product.variant = static_cast<uint8_t>(digit(category.variants.size()));
    product.size = static_cast<uint8_t>(digit(category.sizes.size()));
    product.edition = static_cast<uint8_t>(i / total);
    product.brand = static_cast<uint16_t>(
        (category.brand_base + product.brand * kBrandStride) % kBrands);
    PriceProduct(product, random);
  }
}

void Catalogue::PriceProduct(Product& product, Random& random) const {
  const CategoryWords& words = *categories_[product.category].words;
  constexpr int kGourmet = 3;
  product.tier = product.style == kGourmet
                     ? Tier::kHigh
                     : TierOf(Mix(seed_, kBrandTier, product.brand));
  product.is_quality =
      product.tier == Tier::kHigh || product.style == 1 || product.style == 4;
  const int64_t size_percent = 100 + 70 * product.size;
  const int64_t style_percent = product.style == 1 ? 120 : 100;
  product.price =
      Charming(int64_t{words.price} * size_percent * style_percent *
               TierPercent(product.tier) * random.Between(88, 112) / 100000000);
}

void Catalogue::ChooseStaples(int at) {
  Category& category = categories_[at];
  const int usual = category.words->interval_days;
  if (usual == 0 || category.members.empty()) return;
  category.staple_count = std::max<uint32_t>(
      1, static_cast<uint32_t>(category.members.size() * 3 / 10));
  Random random(Mix(seed_, kIntervals, at));
  for (uint32_t rank = 0; rank < category.staple_count; ++rank)
    products_[category.members[rank]].interval_days =
        static_cast<uint16_t>((usual * random.Between(85, 125) + 50) / 100);
}

int Catalogue::CategoryNamed(absl::string_view name) const {
  for (size_t c = 0; c < categories_.size(); ++c) {
    const absl::string_view path = categories_[c].words->path;
    if (path.substr(path.rfind('>') + 1) == name) return static_cast<int>(c);
  }
  return -1;
}

void Catalogue::PlantComplements() {
  double weight = 0;
  for (const ComplementWords& pair : ComplementCategories())
    weight += SourceWeight(categories_[CategoryNamed(pair.source)]);
  if (weight == 0) return;
  const double scale =
      kComplementShare * static_cast<double>(products_.size()) / weight;
  for (const ComplementWords& pair : ComplementCategories())
    PlantComplements(categories_[CategoryNamed(pair.source)],
                     categories_[CategoryNamed(pair.target)], scale);
}

// Popular products of `source` go with popular ones of `target`; neither is
// both source and target, which would thin out the pairs, and no target is a
// staple, which would blur its interval.
void Catalogue::PlantComplements(Category& source, Category& target,
                                 double scale) {
  std::vector<uint32_t> from, to;
  for (const uint32_t p : source.members)
    if (!products_[p].is_complement) from.push_back(p);
  for (const uint32_t p : target.members)
    if (products_[p].complement == kNone && products_[p].interval_days == 0)
      to.push_back(p);
  const size_t wanted = std::min(
      from.size(), static_cast<size_t>(scale * SourceWeight(source) + 0.5));
  if (to.empty() || wanted == 0) return;
  const size_t targets = std::min(wanted, to.size());
  for (size_t i = 0; i < wanted; ++i) {
    const uint32_t complement = to[i * targets / wanted];
    products_[from[i]].complement = complement;
    products_[complement].is_complement = true;
  }
}

void Catalogue::ReleaseSomeLater(int days) {
  for (uint32_t p = 0; p < products_.size(); ++p) {
    Product& product = products_[p];
    if (product.interval_days > 0 || product.is_complement ||
        product.complement != kNone)
      continue;
    Random random(Mix(seed_, kReleases, p));
    if (random.Chance(kReleasedLaterShare))
      product.release_day = random.Between(0, days - 1);
  }
}

void Catalogue::MakeTables() {
  std::vector<double> everyday, staple;
  for (Category& category : categories_) {
    const uint32_t staples = category.staple_count;
    const uint32_t others =
        static_cast<uint32_t>(category.members.size()) - staples;
    if (staples > 0) category.staples = ZipfTable(staples, SteepZipf);
    if (others > 0) category.everyday = ZipfTable(others, FlatZipf);
    const double share = category.words->share;
    everyday.push_back(others > 0 ? share : 0);
    staple.push_back(staples > 0 ? share : 0);
  }
  everyday_table_ = AliasTable(everyday);
  staple_table_ = AliasTable(staple);
}

std::string Catalogue::Name(uint32_t at) const {
  const Product& product = products_[at];
  const Category& category = categories_[product.category];
  std::string name = BrandName(product.brand);
  for (const absl::string_view word :
       {StyleWord(product.style, category.is_food),
        category.variants[product.variant], category.nouns[product.noun],
        category.sizes[product.size]})
    if (!word.empty()) absl::StrAppend(&name, " ", word);
  if (product.edition > 0)
    absl::StrAppend(&name, ", no. ", product.edition + 1);
  return name;
}

bool Catalogue::IsSold(uint32_t at, Place place) const {
  const Product& product = products_[at];
  if (product.release_day > place.day) return false;
  if (product.interval_days > 0 || product.is_complement ||
      product.complement != kNone)
    return true;
  return static_cast<int>(
             Reduce(Mix(seed_, kAssortment, place.store, at), 100)) <
         stores_[place.store].assortment_percent;
}

int Catalogue::PriceIn(uint32_t store, uint32_t at) const {
  const int price = products_[at].price;
  if (Reduce(Mix(seed_, kStorePrices, store, at), 100) >= 25) return price;
  return Charming(int64_t{price} * stores_[store].price_per_mille / 1000);
}

int Catalogue::Affinity(uint32_t at, const Taste& taste) const {
  const Product& product = products_[at];
  const Category& category = categories_[product.category];
  const uint64_t likes = Mix(taste.brand_key, product.category);
  const int liked = static_cast<int>(
      (category.brand_base +
       uint64_t{Reduce(likes, category.brand_count)} * kBrandStride) %
      kBrands);
  const int apart =
      std::abs(static_cast<int>(product.tier) - static_cast<int>(taste.tier));
  return (product.style == taste.style ? 3
          : product.style == 0         ? 1
                                       : 0) +
         (product.brand == liked ? 3 : 0) + 2 - 2 * apart;
}

uint32_t Catalogue::PickEveryday(Random& random, int at, const Taste& taste,
                                 Place place) const {
  const Category& category = categories_[at];
  if (category.everyday.empty()) return kNone;
  uint32_t best = kNone;
  int best_affinity = 0;
  for (int i = 0; i < kCandidates; ++i) {
    const uint32_t candidate =
        category
            .members[category.staple_count + category.everyday.Draw(random)];
    const int affinity =
        Affinity(candidate, taste) + static_cast<int>(random.Below(3));
    if (best != kNone && affinity <= best_affinity) continue;
    if (!IsSold(candidate, place)) continue;
    best = candidate;
    best_affinity = affinity;
  }
  return best;
}

uint32_t Catalogue::PickStaple(Random& random, int at,
                               const Taste& taste) const {
  const Category& category = categories_[at];
  if (category.staples.empty()) return kNone;
  uint32_t best = kNone;
  int best_affinity = 0;
  for (int i = 0; i < kCandidates; ++i) {
    const uint32_t candidate = category.members[category.staples.Draw(random)];
    const int affinity =
        Affinity(candidate, taste) + static_cast<int>(random.Below(3));
    if (best != kNone && affinity <= best_affinity) continue;
    best = candidate;
    best_affinity = affinity;
  }
  return best;
}

int Catalogue::DrawEverydayCategory(Random& random) const {
  return static_cast<int>(everyday_table_.Draw(random));
}

int Catalogue::DrawStapleCategory(Random& random) const {
  return static_cast<int>(staple_table_.Draw(random));
}

}  // namespace patron::datagen
