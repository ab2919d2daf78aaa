#include "tools/datagen/people.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace patron::datagen {
namespace {

enum Stream : uint64_t {
  kArchetypes = 201,
  kHouseholds,
  kShoppers,
  kStaples,
  kFile,
  kMarketing,
};

constexpr int kMinutesADay = 24 * 60;
constexpr uint32_t kArchetypeCount = 24;
constexpr uint32_t kFavourites = 10;
// Of the receipts, so many come from people without a customer number.
constexpr uint32_t kKnownPerWalkIn = 19;
// Of a basket, so much may be staples on average.
constexpr double kStapleShare = 0.45;
constexpr uint16_t kMaxStaples = 24;
constexpr int kStapleTries = 60;

constexpr uint8_t Bit(Audience audience) {
  return static_cast<uint8_t>(1 << static_cast<int>(audience));
}

absl::string_view LastPart(absl::string_view path) {
  return path.substr(path.rfind('>') + 1);
}

absl::string_view PickWord(Random& random,
                           absl::Span<const absl::string_view> words) {
  return words[random.Below(static_cast<uint32_t>(words.size()))];
}

}  // namespace

absl::string_view ChannelName(Channel channel) {
  switch (channel) {
    case Channel::kStore:
      return "store";
    case Channel::kWeb:
      return "web";
    case Channel::kApp:
      return "app";
  }
  return "";
}

struct People::Household {
  int size = 1;
  std::vector<int> children_birth_years;
  bool has_cat = false, has_dog = false, drinks = false;
  bool is_woman = false;
  int birth_year = 0;
};

// A year has so many lines a customer; more lines mean both more visits and
// larger baskets.
People::People(const ShopOptions& options, const Catalogue& catalogue)
    : options_(options),
      catalogue_(catalogue),
      customer_count_(static_cast<uint32_t>(options.customers)) {
  MakeArchetypes();
  const uint32_t people = customer_count_ + customer_count_ / kKnownPerWalkIn;
  const double lines_a_day = static_cast<double>(options.lines) / people /
                             static_cast<double>(options.days);
  const double basket = 2 * std::sqrt(std::sqrt(lines_a_day * 365));
  const double lines = std::max(1.0, basket);
  shoppers_.reserve(people);
  for (uint32_t person = 0; person < people; ++person) {
    shoppers_.push_back(MakeShopper(person, lines_a_day / lines, lines));
    if (!IsKnown(person)) shoppers_.back().channel = Channel::kStore;
    GiveStaples(shoppers_.back(), person);
  }
}

void People::MakeArchetypes() {
  for (uint32_t a = 0; a < kArchetypeCount; ++a) {
    Random random(Mix(options_.seed, kArchetypes, a));
    Archetype archetype;
    archetype.style = static_cast<uint8_t>(a % kStyles);
    archetype.tier = static_cast<Tier>(random.Below(3));
    for (uint32_t i = 0; i < kFavourites; ++i)
      archetype.favourites.push_back(
          static_cast<uint16_t>(catalogue_.DrawEverydayCategory(random)));
    archetypes_.push_back(std::move(archetype));
  }
  std::vector<double> weights;
  for (uint32_t i = 0; i < kFavourites; ++i) weights.push_back(1 / (i + 1.5));
  favourite_table_ = AliasTable(weights);
}

People::Household People::HouseholdOf(uint32_t person) const {
  Random random(Mix(options_.seed, kHouseholds, person));
  Household home;
  const int year = static_cast<int>(options_.end_day.year());
  const int age = 18 + random.Between(0, 34) + random.Between(0, 34);
  home.birth_year = year - age;
  home.is_woman = random.Chance(0.58);
  const int adults = random.Chance(0.62) ? 2 : 1;
  const bool is_parent = age < 56 && random.Chance(adults == 2 ? 0.5 : 0.2);
  const int children = is_parent ? 1 + static_cast<int>(random.Below(3)) : 0;
  const int oldest_possible = std::min(18, age - 18);
  for (int i = 0; i < children; ++i)
    home.children_birth_years.push_back(year -
                                        random.Between(0, oldest_possible));
  std::sort(home.children_birth_years.begin(), home.children_birth_years.end());
  home.size = adults + children;
  home.has_cat = random.Chance(0.22);
  home.has_dog = random.Chance(0.16);
  home.drinks = random.Chance(0.7);
  return home;
}

Shopper People::MakeShopper(uint32_t person, double visits,
                            double basket_lines) const {
  const Household home = HouseholdOf(person);
  Random random(Mix(options_.seed, kShoppers, person));
  Shopper shopper;
  const int year = static_cast<int>(options_.end_day.year());
  for (const int born : home.children_birth_years) {
    if (born >= year - 2) shopper.audiences |= Bit(Audience::kBaby);
    if (born >= year - 13) shopper.audiences |= Bit(Audience::kChild);
  }
  if (home.has_cat) shopper.audiences |= Bit(Audience::kCat);
  if (home.has_dog) shopper.audiences |= Bit(Audience::kDog);
  if (home.drinks) shopper.audiences |= Bit(Audience::kDrinker);
  shopper.household = static_cast<uint8_t>(home.size);
  GiveTaste(shopper, random, person);
  GiveRhythm(shopper, random, visits, basket_lines);
  return shopper;
}

void People::GiveTaste(Shopper& shopper, Random& random,
                       uint32_t person) const {
  for (uint16_t& archetype : shopper.archetypes)
    archetype = static_cast<uint16_t>(random.Below(kArchetypeCount));
  const Archetype& main = archetypes_[shopper.archetypes[0]];
  shopper.taste.style = random.Chance(0.65)
                            ? main.style
                            : static_cast<uint8_t>(random.Below(kStyles));
  shopper.taste.tier =
      random.Chance(0.65) ? main.tier : static_cast<Tier>(random.Below(3));
  shopper.taste.brand_key = random.Chance(0.6)
                                ? shopper.archetypes[0]
                                : Mix(options_.seed, kShoppers, person, 1);
}

// Few customers make many of the visits; large households fill larger baskets.
void People::GiveRhythm(Shopper& shopper, Random& random, double visits,
                        double basket_lines) const {
  const double u = random.Unit();
  const double activity = 0.35 + 3.9 * u * u * u * u * u;  // mean 1
  shopper.gap_minutes = static_cast<int>(
      std::max(1.0, std::min(2000.0, 1 / (visits * activity))) * kMinutesADay);
  const double people = std::min<int>(shopper.household, 4);
  shopper.basket_lines = std::max(1.0, basket_lines * (0.62 + 0.17 * people));
  shopper.weekday = static_cast<uint8_t>(
      random.Chance(0.45) ? 4 + random.Below(2) : random.Below(6));
  shopper.hour = static_cast<uint8_t>(random.Between(7, 17));
  const uint32_t habit = random.Below(100);
  shopper.channel = habit < 68   ? Channel::kStore
                    : habit < 86 ? Channel::kWeb
                                 : Channel::kApp;
  shopper.home_store = static_cast<uint16_t>(catalogue_.DrawStore(random));
  shopper.budget = static_cast<int>(
      shopper.basket_lines * random.Between(300, 900) *
      (1 + 0.5 * static_cast<double>(static_cast<int>(shopper.taste.tier))));
}

// Staples that suit her rhythm: nobody who comes once a month buys fresh milk
// every week.
void People::GiveStaples(Shopper& shopper, uint32_t person) {
  Random random(Mix(options_.seed, kStaples, person));
  shopper.first_staple = static_cast<uint32_t>(staples_.size());
  const double gap_days =
      static_cast<double>(shopper.gap_minutes) / kMinutesADay;
  const double room = kStapleShare * shopper.basket_lines;
  double expected = 0;
  for (int i = 0; i < kStapleTries && expected < room; ++i) {
    if (shopper.staple_count == kMaxStaples) break;
    const int category = catalogue_.DrawStapleCategory(random);
    const uint32_t product =
        catalogue_.PickStaple(random, category, shopper.taste);
    const Audience audience = catalogue_.categories()[category].words->audience;
    if (product == kNone || !(shopper.audiences & Bit(audience)) ||
        HasStaple(shopper, product))
      continue;
    const int interval = catalogue_.products()[product].interval_days;
    if (interval < gap_days) continue;
    const int due = static_cast<int>(
        random.Below(static_cast<uint32_t>(interval) * kMinutesADay));
    staples_.push_back({product, due});
    ++shopper.staple_count;
    expected += gap_days / interval;
  }
}

bool People::HasStaple(const Shopper& shopper, uint32_t product) const {
  const auto first = staples_.begin() + shopper.first_staple;
  return std::any_of(first, staples_.end(), [&](const StapleHabit& habit) {
    return habit.product == product;
  });
}

int People::DrawCategory(Random& random, const Shopper& shopper,
                         int month) const {
  constexpr int kTries = 12;
  int category = 0;
  for (int i = 0; i < kTries; ++i) {
    const uint32_t percent = random.Below(100);
    if (percent < 75) {
      const Archetype& archetype =
          archetypes_[shopper.archetypes[percent < 55 ? 0 : 1]];
      category = archetype.favourites[favourite_table_.Draw(random)];
    } else {
      category = catalogue_.DrawEverydayCategory(random);
    }
    const CategoryWords& words = *catalogue_.categories()[category].words;
    if (!(shopper.audiences & Bit(words.audience))) continue;
    if (static_cast<int>(random.Below(100)) <
        SeasonPercent(words.season, month))
      break;
  }
  return category;
}

// Nine in ten live where the shop is.
void People::GiveMarketing(Customer& customer, uint32_t at) const {
  constexpr absl::string_view kZones[] = {"Europe/Vienna", "Europe/London",
                                          "Europe/Istanbul"};
  Random random(Mix(options_.seed, kMarketing, at));
  const uint32_t zone = random.Below(100);
  customer.time_zone = kZones[zone < 90 ? 0 : zone < 96 ? 1 : 2];
  const uint32_t consent = random.Below(100);
  if (consent < 60) customer.consents_to_sms = consent < 35;
}

Customer People::CustomerAt(uint32_t at) const {
  const Household home = HouseholdOf(at);
  const Shopper& shopper = shoppers_[at];
  Random random(Mix(options_.seed, kFile, at));
  Customer customer;
  const absl::string_view first =
      PickWord(random, home.is_woman ? FemaleNames() : MaleNames());
  const absl::string_view last = PickWord(random, FamilyNames());
  customer.name = absl::StrCat(first, " ", last);
  const bool has_email = random.Chance(0.8), has_phone = random.Chance(0.45);
  if (has_email)
    customer.email =
        absl::StrCat(absl::AsciiStrToLower(first), ".",
                     absl::AsciiStrToLower(last), ".", at + 1, "@example.org");
  if (has_phone) customer.phone = absl::StrFormat("+43 720 %07d", at + 1);
  const uint32_t tongue = random.Below(100);
  customer.locale = tongue < 78 ? "de-AT" : tongue < 90 ? "en-GB" : "tr-TR";
  const bool tells_gender = random.Chance(0.85);
  if (tells_gender) customer.gender = home.is_woman ? "female" : "male";
  const int month = random.Between(1, 12), day = random.Between(1, 28);
  const bool tells_birth_date = random.Chance(0.75);
  if (tells_birth_date) {
    customer.birth_year = home.birth_year;
    customer.birth_month = month;
    customer.birth_day = day;
  }
  const bool tells_household = random.Chance(0.6);
  if (tells_household) {
    customer.household_size = home.size;
    customer.children_birth_years = home.children_birth_years;
  }
  const Archetype& archetype = archetypes_[shopper.archetypes[0]];
  const bool tells_priorities = random.Chance(0.2);
  if (tells_priorities)
    customer.priorities = {
        LastPart(catalogue_.categories()[archetype.favourites[0]].words->path)};
  customer.service = static_cast<ServicePreference>(random.Below(3));
  customer.preferred_store = shopper.home_store;
  customer.preferred_channel = shopper.channel;
  customer.is_staff = random.Chance(0.01);
  customer.is_business = random.Chance(0.02);
  const uint32_t consent = random.Below(100);
  if (consent < 80) customer.consents_to_email = has_email && consent < 55;
  if (options_.marketing) GiveMarketing(customer, at);
  return customer;
}

}  // namespace patron::datagen
