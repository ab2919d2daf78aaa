// The people of a generated shop: what the shop knows of a customer, and what
// it does not know, her habits.
//
// Everything follows from the seed and her number, so that nobody needs to be
// kept in memory except for the habits that the simulation reads all the time.
// Fixed after construction; any number of threads may read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/datagen/catalogue.h"
#include "tools/datagen/options.h"
#include "tools/datagen/random.h"

namespace patron::datagen {

enum class Channel : uint8_t { kStore, kWeb, kApp };
absl::string_view ChannelName(Channel channel);

enum class ServicePreference : uint8_t { kUnknown, kAssisted, kSelf };

// A customer as the shop has her on file. Empty texts and zeros: not told.
struct Customer {
  std::string name, email, phone, locale, gender;
  int birth_year = 0, birth_month = 0, birth_day = 0;
  int household_size = 0;
  std::vector<int> children_birth_years;
  std::vector<absl::string_view> priorities;  // category names, at most three
  ServicePreference service = ServicePreference::kUnknown;
  uint32_t preferred_store = 0;
  Channel preferred_channel = Channel::kStore;
  bool is_staff = false, is_business = false;
  std::optional<bool> consents_to_email;
  // Where ShopOptions::marketing asks for them.
  absl::string_view time_zone;
  std::optional<bool> consents_to_sms;
};

// How she shops. Walk-ins, who have no customer number, have habits as well.
struct Shopper {
  Taste taste;
  uint16_t archetypes[2] = {};  // the first shapes more of her baskets
  uint8_t audiences = 1;        // bit by Audience
  uint8_t household = 1;        // people
  uint8_t weekday = 0;          // likes to come then; Monday is 0
  uint8_t hour = 12;            // likes to come then, UTC
  Channel channel = Channel::kStore;
  uint16_t home_store = 0;
  uint16_t staple_count = 0;
  uint32_t first_staple = 0;  // index into People::staples()
  int gap_minutes = 0;        // mean time between two visits
  double basket_lines = 0;    // mean
  int budget = 0;             // cents a visit before she looks at prices
};

// A product that she buys again when due.
struct StapleHabit {
  uint32_t product = 0;
  int due_minute = 0;  // the first time, counted from the start of the log
};

class People {
 public:
  // Borrows `catalogue`, which outlives the people.
  People(const ShopOptions& options, const Catalogue& catalogue);

  // The known customers come first, from 0; walk-ins follow.
  const std::vector<Shopper>& shoppers() const { return shoppers_; }
  uint32_t customer_count() const { return customer_count_; }
  bool IsKnown(uint32_t shopper) const { return shopper < customer_count_; }
  const std::vector<StapleHabit>& staples() const { return staples_; }

  Customer CustomerAt(uint32_t customer) const;

  // A category that she likes today: by her archetypes, or just by popularity.
  int DrawCategory(Random& random, const Shopper& shopper, int month) const;

 private:
  // A way of living that many customers share.
  struct Archetype {
    std::vector<uint16_t> favourites;  // categories, the dearest first
    uint8_t style = 0;
    Tier tier = Tier::kMiddle;
  };
  struct Household;

  void MakeArchetypes();
  Household HouseholdOf(uint32_t person) const;
  Shopper MakeShopper(uint32_t person, double visits,
                      double basket_lines) const;
  void GiveTaste(Shopper& shopper, Random& random, uint32_t person) const;
  void GiveRhythm(Shopper& shopper, Random& random, double visits,
                  double basket_lines) const;
  void GiveStaples(Shopper& shopper, uint32_t person);
  void GiveMarketing(Customer& customer, uint32_t at) const;
  bool HasStaple(const Shopper& shopper, uint32_t product) const;

  const ShopOptions options_;
  const Catalogue& catalogue_;
  const uint32_t customer_count_;
  std::vector<Archetype> archetypes_;
  AliasTable favourite_table_;
  std::vector<Shopper> shoppers_;
  std::vector<StapleHabit> staples_;
};

}  // namespace patron::datagen
