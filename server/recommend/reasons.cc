#include "server/recommend/reasons.h"

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"
#include "server/recommend/placements.h"

namespace patron::recommend {
namespace {

using catalog::Entry;
using catalog::StoreLevel;
using wire::ReasonCode;

std::string Days(int64_t days) {
  return days == 1 ? "1 day" : absl::StrCat(days, " days");
}

// "today", "yesterday", "14 days ago"
std::string Ago(Day day, Day today) {
  if (day >= today) return "today";
  if (day == today - 1) return "yesterday";
  return absl::StrCat(Days(today - day), " ago");
}

std::string BoughtBefore(const RankedItem& item, Day today) {
  const std::string ago = Ago(item.last_day, today);
  if (item.times <= 1) return absl::StrCat("You bought this ", ago, ".");
  return absl::StrCat("You have bought this ", item.times, " times; last time ",
                      ago, ".");
}

std::string DueAgain(const RankedItem& item, Day today) {
  const std::string ago = Ago(item.last_day, today);
  const std::string every =
      item.interval_days == 1 ? "day" : Days(item.interval_days);
  if (item.times > 1)
    return absl::StrCat("You usually buy this every ", every, "; last time ",
                        ago, ".");
  return absl::StrCat("Customers usually buy this every ", every,
                      "; you did so ", ago, ".");
}

// "5 June": what is read days later counts no days from now.
std::string Date(Day day) {
  constexpr std::array kMonths = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const absl::CivilDay date = absl::CivilDay(1970) + day;
  return absl::StrCat(date.day(), " ",
                      kMonths[static_cast<size_t>(date.month() - 1)]);
}

std::string DueOn(const RankedItem& item) {
  const std::string every =
      item.interval_days == 1 ? "day" : Days(item.interval_days);
  return absl::StrCat(item.times > 1 ? "You" : "Customers",
                      " usually buy this every ", every,
                      "; you last did so on ", Date(item.last_day), ".");
}

// "Warranty", "Care guide"; "Made" where the product does not tell its kind.
std::string KindOf(const Entry& entry) {
  const auto kind = entry.product.attributes.find(kKindAttribute);
  if (kind == entry.product.attributes.end() || kind->second.empty())
    return "Made";
  std::string words = absl::StrReplaceAll(kind->second, {{"_", " "}});
  words[0] = absl::ascii_toupper(words[0]);
  return words;
}

// "Ground coffee", or words that fit where the catalogue has no name for it.
std::string NameOfCause(const Situation& situation, const RankedItem& item) {
  const Entry& entry = situation.catalog.Get(item.because_of);
  return entry.listed ? NameOf(entry) : "a product you know";
}

// ", which you bought yesterday"; empty if she did not.
std::string BoughtWhen(const Situation& situation, const RankedItem& item) {
  const facts::ItemFact* cause = situation.Item(item.because_of);
  if (cause == nullptr) return "";
  return absl::StrCat(", which you bought ",
                      Ago(cause->last_day(), situation.today));
}

absl::string_view CategoryOf(const Situation& situation,
                             const RankedItem& item) {
  return situation.catalog.CategoryName(
      situation.catalog.Get(item.product).narrowest());
}

// The priority category of the customer that the product lies in.
std::string PriorityOf(const Situation& situation, const RankedItem& item) {
  const auto& path = situation.catalog.Get(item.product).product.category_path;
  for (const std::string& wanted : situation.facts.summary.priorities)
    for (const std::string& level : path)
      if (level == wanted) return wanted;
  return std::string(CategoryOf(situation, item));
}

// `text` with the category, where the product has one: "New in our range: Tea."
std::string WithCategory(absl::string_view text, const Situation& situation,
                         const RankedItem& item) {
  const absl::string_view category = CategoryOf(situation, item);
  if (category.empty()) return absl::StrCat(text, ".");
  return absl::StrCat(text, ": ", category, ".");
}

// What goes with a product that was never sold, or is one, follows from its
// kind.
std::string GoesWith(const Situation& situation, const RankedItem& item) {
  const std::string cause = NameOfCause(situation, item);
  if (situation.GoesWith(item.because_of).empty())
    return absl::StrCat("Often bought together with products like ", cause,
                        ".");
  if (situation.index != nullptr && item.product >= situation.index->products())
    return absl::StrCat(
        "New, and of a kind that is often bought together with ", cause, ".");
  return absl::StrCat("Often bought together with ", cause, ".");
}

std::string Substitute(const Situation& situation, const RankedItem& item) {
  const StoreLevel* level =
      LevelOf(situation.catalog.Get(item.product), situation.query.store);
  const bool there = level != nullptr && level->quantity_milli.value_or(0) > 0;
  return absl::StrCat("Can be taken in place of ", NameOfCause(situation, item),
                      there ? ", and is in stock in this store." : ".");
}

std::string SmallExtra(const Situation& situation, const RankedItem& item) {
  if (item.because_of == kNoProduct.value())
    return situation.Popularity(item.product) > 0
               ? "A small extra that many take along."
               : "A small extra for your basket.";
  return absl::StrCat("A small extra that goes with ",
                      NameOfCause(situation, item), ".");
}

std::string SameCategory(const Situation& situation, const RankedItem& item) {
  return WithCategory(
      absl::StrCat("Of the same kind as ", NameOfCause(situation, item)),
      situation, item);
}

void AddStock(const Situation& situation, const StoreLevel& level,
              std::vector<std::string>& out) {
  if (!level.quantity_milli) return;
  if (*level.quantity_milli <= 0) {
    out.push_back("Not in stock in this store.");
  } else if (*level.quantity_milli <= situation.options.low_stock_milli) {
    const int64_t left = (*level.quantity_milli + 999) / 1000;
    out.push_back(absl::StrCat("Only ", left, " left in this store."));
  }
  const absl::Duration age =
      situation.now - absl::FromUnixMicros(level.as_of_us);
  if (level.as_of_us > 0 && age > situation.options.stale_stock_after)
    out.push_back(absl::StrCat("The stock figure is ",
                               Days(age / absl::Hours(24)), " old."));
}

}  // namespace

std::string ReasonText(const Situation& situation, const RankedItem& item) {
  const auto cause = [&] { return NameOfCause(situation, item); };
  switch (item.reason) {
    case ReasonCode::BOUGHT_BEFORE:
      return BoughtBefore(item, situation.today);
    case ReasonCode::DUE_AGAIN:
      return situation.query.placement == wire::Placement::EMAIL
                 ? DueOn(item)
                 : DueAgain(item, situation.today);
    case ReasonCode::GOES_WITH_PURCHASE:
      return absl::StrCat("Goes with ", cause(), BoughtWhen(situation, item),
                          ".");
    case ReasonCode::SIMILAR_TO_PURCHASE:
      return absl::StrCat("Liked by customers of ", cause(),
                          BoughtWhen(situation, item), ".");
    case ReasonCode::SIMILAR_TO_VIEWED:
      return absl::StrCat("Like ", cause(), ", which you looked at.");
    case ReasonCode::GOES_WITH_PRODUCT:
      return GoesWith(situation, item);
    case ReasonCode::SIMILAR_TO_PRODUCT:
      return absl::StrCat("Similar to ", cause(), ".");
    case ReasonCode::GOES_WITH_BASKET:
      return absl::StrCat("Goes with ", cause(), " in your basket.");
    case ReasonCode::TRENDING:
      return "Sells more than usual these days.";
    case ReasonCode::POPULAR:
      return "Popular with our customers.";
    case ReasonCode::POPULAR_IN_STORE:
      return "Popular in this store.";
    case ReasonCode::PRIORITY_CATEGORY:
      return absl::StrCat("From ", PriorityOf(situation, item),
                          ", which matters to you.");
    case ReasonCode::SAME_CATEGORY:
      return SameCategory(situation, item);
    case ReasonCode::NEW_ARRIVAL:
      return WithCategory("New in our range", situation, item);
    case ReasonCode::IN_CATALOGUE:
      return WithCategory("From our range", situation, item);
    case ReasonCode::SUBSTITUTE_FOR:
      return Substitute(situation, item);
    case ReasonCode::COMPLETES_SET:
      return absl::StrCat("Completes the set with ", cause(),
                          " in your basket.");
    case ReasonCode::CARES_FOR_PURCHASE:
      return absl::StrCat(KindOf(situation.catalog.Get(item.product)), " for ",
                          cause(), BoughtWhen(situation, item), ".");
    case ReasonCode::SMALL_EXTRA:
      return SmallExtra(situation, item);
  }
  return "";
}

std::vector<std::string> Limitations(const Situation& situation,
                                     const Entry& entry) {
  std::vector<std::string> out = entry.product.limitations;
  if (const StoreLevel* level = LevelOf(entry, situation.query.store))
    AddStock(situation, *level, out);
  if (entry.product.__isset.minimum_age && entry.product.minimum_age > 0)
    out.push_back(absl::StrCat("Only for customers of ",
                               entry.product.minimum_age, " years or more."));
  return out;
}

const std::string& NameOf(const Entry& entry) {
  return entry.product.name.empty() ? entry.product.product_id
                                    : entry.product.name;
}

}  // namespace patron::recommend
