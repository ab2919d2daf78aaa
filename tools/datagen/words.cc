#include "tools/datagen/words.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/check.h"

namespace patron::datagen {
namespace {

constexpr int kMonths = 12;
constexpr int kSeasons = 7;
constexpr int kSeasonPercent[kSeasons][kMonths] = {
    {100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100},
    {10, 10, 20, 45, 75, 95, 100, 95, 55, 25, 10, 10},
    {100, 95, 70, 40, 20, 12, 10, 12, 30, 55, 80, 95},
    {6, 4, 3, 3, 3, 3, 3, 3, 6, 25, 70, 100},
    {5, 25, 100, 90, 10, 3, 3, 3, 3, 3, 3, 4},
    {12, 25, 70, 100, 95, 65, 35, 20, 15, 12, 10, 8},
    {45, 30, 25, 20, 20, 30, 50, 100, 95, 40, 30, 25},
};

constexpr ComplementWords kComplements[] = {
    {"Pasta", "Pasta sauce"},
    {"Rice", "Curry sauce"},
    {"Crisps", "Dips"},
    {"Tortilla", "Salsa"},
    {"Burger buns", "Burger patties"},
    {"Sausages", "Mustard"},
    {"Charcoal", "Barbecue sauce"},
    {"Salad", "Dressing"},
    {"Ground coffee", "Coffee filters"},
    {"Tea", "Honey"},
    {"Muesli", "Yoghurt"},
    {"Bread", "Jam"},
    {"Flour", "Baking aids"},
    {"Pancake mix", "Maple syrup"},
    {"Ice cream", "Ice cream toppings"},
    {"Gin", "Tonic water"},
    {"Red wine", "Olives"},
    {"White wine", "Soft cheese"},
    {"Beer", "Pretzels"},
    {"Shampoo", "Conditioner"},
    {"Toothbrushes", "Mouthwash"},
    {"Razors", "Shaving foam"},
    {"Sunscreen", "After sun"},
    {"Make-up", "Make-up remover"},
    {"Nappies", "Baby wipes"},
    {"Cat food", "Cat snacks"},
    {"Dog food", "Dog snacks"},
    {"Washing powder", "Fabric softener"},
    {"Dishwasher tabs", "Rinse aid"},
    {"Flower bulbs", "Potting soil"},
    {"Wrapping paper", "Gift ribbon"},
    {"Pens", "Notebooks"},
    {"Torches", "Batteries"},
    {"Sushi rice", "Soy sauce"},
};

constexpr absl::string_view kFoodStyles[kStyles] = {
    "", "organic", "light", "gourmet", "farmhouse", "vegan"};
constexpr absl::string_view kCareStyles[kStyles] = {
    "", "eco", "sensitive", "deluxe", "classic", "natural"};

constexpr absl::string_view kBrandFirst[] = {
    "Alpen", "Berg",  "Sonnen", "Wald",  "Quell", "Nord", "Silber", "Linden",
    "Stern", "Feld",  "Rosen",  "Korn",  "Insel", "Gold", "Birken", "Donau",
    "Adler", "Honig", "Morgen", "Kraut", "Fluss", "Gams", "Edel",   "Mond"};
constexpr absl::string_view kBrandSecond[] = {
    "hof",   "garten", "land",   "tal",  "stein",  "bach",   "wiese",
    "haus",  "glueck", "ernte",  "kost", "muehle", "heim",   "brunn",
    "krone", "blick",  "zauber", "gut",  "werk",   "freude", "markt",
    "perle", "quelle", "see",    "ried", "au"};
static_assert(std::size(kBrandFirst) * std::size(kBrandSecond) == kBrands);

constexpr absl::string_view kFemaleNames[] = {
    "Anna",      "Sophie",    "Laura",   "Julia",  "Lena",   "Maria",
    "Katharina", "Sarah",     "Lisa",    "Eva",    "Nina",   "Johanna",
    "Theresa",   "Elena",     "Clara",   "Emma",   "Hannah", "Mia",
    "Ida",       "Valentina", "Barbara", "Monika", "Sabine", "Claudia",
    "Petra",     "Ingrid",    "Renate",  "Helga",  "Amira",  "Ivana",
    "Jelena",    "Zeynep",    "Chiara",  "Marta",  "Olga",   "Ruth",
    "Vera",      "Paula",     "Nora",    "Greta"};
constexpr absl::string_view kMaleNames[] = {
    "Paul",   "Lukas",     "Felix",  "Jakob",   "David",   "Maximilian",
    "Elias",  "Jonas",     "Simon",  "Tobias",  "Moritz",  "Noah",
    "Leon",   "Alexander", "Thomas", "Michael", "Andreas", "Stefan",
    "Markus", "Christian", "Josef",  "Franz",   "Karl",    "Peter",
    "Georg",  "Anton",     "Emir",   "Marko",   "Nikola",  "Mehmet",
    "Luca",   "Pavel",     "Ivan",   "Oskar",   "Theo",    "Viktor",
    "Hugo",   "Ben",       "Adam",   "Erik"};
constexpr absl::string_view kFamilyNames[] = {
    "Gruber",     "Huber",   "Bauer",    "Wagner",      "Mueller", "Pichler",
    "Steiner",    "Moser",   "Mayer",    "Hofer",       "Leitner", "Berger",
    "Fuchs",      "Eder",    "Fischer",  "Schmid",      "Winkler", "Weber",
    "Schwarz",    "Maier",   "Reiter",   "Schneider",   "Mayr",    "Wimmer",
    "Egger",      "Brunner", "Lang",     "Baumgartner", "Auer",    "Binder",
    "Lechner",    "Wolf",    "Wallner",  "Aigner",      "Ebner",   "Koller",
    "Lehner",     "Haas",    "Schuster", "Heilig",      "Novak",   "Horvath",
    "Kovac",      "Yilmaz",  "Petrovic", "Rossi",       "Svoboda", "Nemeth",
    "Kowalski",   "Jansen",  "Larsen",   "Dubois",      "Costa",   "Ivanov",
    "Zimmermann", "Kaiser",  "Vogel",    "Frank",       "Seidl",   "Kern"};

}  // namespace

int SeasonPercent(Season season, int month) {
  PATRON_CHECK(month >= 1 && month <= kMonths);
  return kSeasonPercent[static_cast<int>(season)][month - 1];
}

absl::Span<const ComplementWords> ComplementCategories() {
  return kComplements;
}

absl::string_view StyleWord(int style, bool is_food) {
  PATRON_CHECK(style >= 0 && style < kStyles);
  return (is_food ? kFoodStyles : kCareStyles)[style];
}

std::string BrandName(int brand) {
  PATRON_CHECK(brand >= 0 && brand < kBrands);
  constexpr int kSeconds = std::size(kBrandSecond);
  return absl::StrCat(kBrandFirst[brand / kSeconds],
                      kBrandSecond[brand % kSeconds]);
}

absl::Span<const absl::string_view> FemaleNames() { return kFemaleNames; }
absl::Span<const absl::string_view> MaleNames() { return kMaleNames; }
absl::Span<const absl::string_view> FamilyNames() { return kFamilyNames; }

std::vector<absl::string_view> Entries(absl::string_view list) {
  return absl::StrSplit(list, '|');
}

}  // namespace patron::datagen
