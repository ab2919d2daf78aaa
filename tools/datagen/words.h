// The words that a shop is made of: categories with what is sold in them,
// brands, people. Tables without behaviour; all ASCII.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace patron::datagen {

enum class Season : uint8_t {
  kAllYear,
  kSummer,
  kWinter,
  kChristmas,
  kEaster,
  kSpring,
  kSchool,
};

// Who buys from a category at all.
enum class Audience : uint8_t { kAll, kBaby, kChild, kCat, kDog, kDrinker };

// One of the narrowest categories. Texts with several entries separate them by
// '|'; an empty entry is an entry ("milk" beside "whole milk").
struct CategoryWords {
  absl::string_view path;      // "Food>Dairy>Milk"
  absl::string_view nouns;     // unlike those of every other category
  absl::string_view variants;  // stand before the noun
  absl::string_view sizes;     // from small to large; empty: sold by weight
  int price;                   // cents: middle tier, first size
  int interval_days;           // usual time between two purchases; 0: no staple
  int share;                   // popularity of the category
  Season season = Season::kAllYear;
  Audience audience = Audience::kAll;
  int minimum_age = 0;
  absl::string_view limitations = "";
};

absl::Span<const CategoryWords> Categories();

// In per cent of the peak; month from 1 to 12.
int SeasonPercent(Season season, int month);

// Buying the first category makes a piece of the second likely.
struct ComplementWords {
  absl::string_view source;  // last part of the path
  absl::string_view target;
};
absl::Span<const ComplementWords> ComplementCategories();

// A style is a taste that runs through all categories: it is called one thing
// on food and another on what is not eaten. Number 0 is the plain style.
inline constexpr int kStyles = 6;
absl::string_view StyleWord(int style, bool is_food);

// Brands are a first and a second half: "Alpen" + "hof".
inline constexpr int kBrands = 624;
std::string BrandName(int brand);

absl::Span<const absl::string_view> FemaleNames();
absl::Span<const absl::string_view> MaleNames();
absl::Span<const absl::string_view> FamilyNames();

// The entries of a '|' list, in order.
std::vector<absl::string_view> Entries(absl::string_view list);

}  // namespace patron::datagen
