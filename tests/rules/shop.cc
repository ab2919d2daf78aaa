#include "tests/rules/shop.h"

#include <limits>

namespace patron::rules {
namespace {

Value Lend(const Fields& fields, int field, absl::string_view key) {
  const auto found = fields.find({field, std::string(key)});
  if (found == fields.end()) return {};
  const Stored& stored = found->second;
  if (const auto* truth = std::get_if<bool>(&stored)) return *truth;
  if (const auto* number = std::get_if<int64_t>(&stored)) return *number;
  if (const auto* text = std::get_if<std::string>(&stored))
    return absl::string_view(*text);
  if (const auto* texts = std::get_if<std::vector<std::string>>(&stored))
    return absl::MakeConstSpan(*texts);
  return {};
}

int DayField(int source) {
  return source == kLines ? kLineDay : source == kEvents ? kEventDay : -1;
}

Field Counts(Unit unit, Field field) {
  field.unit = unit;
  return field;
}

Field Recency() {
  Field field = Counts(Unit::kDays,
                       {"days_since_last_purchase", Type::kNumber, kRecency});
  field.aliases = {"recency"};
  return field;
}

Field Rank() {
  Field field = {"rank", Type::kText, kRank, true};
  field.key_optional = true;
  return field;
}

Field Survey() {
  Field field = {"survey", Type::kNumber, kSurvey, true};
  field.keys = {"nps", "csat"};
  return field;
}

Field Guests() {
  Field field = {"guests", Type::kNumber, kGuests, true};
  field.most_key = 30;
  return field;
}

std::vector<Field> SubjectFields() {
  return {{"purchases", Type::kNumber, kPurchases},
          {"spent", Type::kNumber, kSpent},
          {"birthday", Type::kNumber, kBirthday},
          {"is_staff", Type::kTruth, kStaff},
          {"is_member", Type::kTruth, kMember},
          {"opted_in", Type::kTruth, kOptedIn},
          {"city", Type::kText, kCity},
          {"email", Type::kText, kEmail},
          {"favourite", Type::kText, kFavourite},
          {"tags", Type::kTexts, kTags},
          {"badges", Type::kTexts, kBadges},
          {"labels", Type::kTexts, kLabels},
          {"tier", Type::kText, kTier, true},
          {"points", Type::kNumber, kPoints, true},
          {"huge", Type::kNumber, kHuge},
          {"lowest", Type::kNumber, kLowest},
          Recency(),
          Counts(Unit::kMoney, {"spend", Type::kNumber, kSpend, true}),
          {"consent", Type::kTruth, kConsent, true},
          Rank(),
          {"attribute", Type::kText, kAttribute, true},
          Counts(Unit::kDate, {"joined", Type::kNumber, kJoined}),
          Survey(),
          Guests()};
}

}  // namespace

Schema ShopSchema() {
  const Source lines = {
      "lines",
      kLines,
      {Counts(Unit::kDate, {"day", Type::kNumber, kLineDay}),
       Counts(Unit::kMoney, {"amount", Type::kNumber, kLineAmount}),
       {"brand", Type::kText, kLineBrand},
       {"category", Type::kTexts, kLineCategory},
       {"gift", Type::kTruth, kLineGift},
       {"note", Type::kText, kLineNote, true},
       {"currency", Type::kText, kLineCurrency},
       {"attribute", Type::kText, kLineAttribute, true}},
      kLineDay,
      kLineCurrency};
  const Source events = {
      "events",
      kEvents,
      {{"kind", Type::kText, kEventKind}, {"day", Type::kNumber, kEventDay}},
      kEventDay};
  const Source letters = {
      "letters", kLetters, {{"subject", Type::kText, kLetterSubject}}, -1};
  return {"customer", SubjectFields(), {lines, events, letters}};
}

Value ShopRow::Get(int field, absl::string_view key) const {
  return Lend(fields, field, key);
}

Value ShopSubject::Get(int field, absl::string_view key) const {
  return Lend(fields, field, key);
}

void ShopSubject::ForEach(int source, int64_t first_day,
                          absl::FunctionRef<bool(const Row&)> visit) const {
  const auto found = rows.find(source);
  if (found == rows.end()) return;
  for (const ShopRow& row : found->second) {
    const Value day = row.Get(DayField(source), "");
    const int64_t* const known = std::get_if<int64_t>(&day);
    if (known != nullptr && *known < first_day) continue;
    if (!visit(row)) return;
  }
}

ShopRow Line(Stored day, Stored amount, Stored brand,
             std::vector<std::string> category) {
  ShopRow row;
  row.fields[{kLineDay, ""}] = std::move(day);
  row.fields[{kLineAmount, ""}] = std::move(amount);
  row.fields[{kLineBrand, ""}] = std::move(brand);
  row.fields[{kLineCategory, ""}] = std::move(category);
  return row;
}

ShopRow Event(const std::string& kind, int64_t day) {
  ShopRow row;
  row.fields[{kEventKind, ""}] = kind;
  row.fields[{kEventDay, ""}] = day;
  return row;
}

ShopSubject Kim() {
  const std::string acme = "Acme";
  const std::string moka = "Moka";
  ShopSubject kim;
  kim.fields[{kPurchases, ""}] = int64_t{4};
  kim.fields[{kSpent, ""}] = int64_t{12'500};
  kim.fields[{kStaff, ""}] = false;
  kim.fields[{kMember, ""}] = true;
  kim.fields[{kCity, ""}] = std::string("Bern");
  kim.fields[{kFavourite, ""}] = std::string("coffee");
  kim.fields[{kTags, ""}] = std::vector<std::string>{"coffee", "tea"};
  kim.fields[{kBadges, ""}] = std::vector<std::string>{};
  kim.fields[{kTier, "club"}] = std::string("gold");
  kim.fields[{kPoints, "club"}] = int64_t{250};
  kim.fields[{kRecency, ""}] = int64_t{6};
  kim.fields[{kSpend, "EUR"}] = int64_t{12'500};
  kim.fields[{kConsent, "email/marketing"}] = true;
  kim.fields[{kConsent, "email/service"}] = false;
  kim.fields[{kRank, ""}] = std::string("vip");
  kim.fields[{kAttribute, "size"}] = std::string("L");
  kim.fields[{kJoined, ""}] = int64_t{365};
  kim.fields[{kHuge, ""}] = std::numeric_limits<int64_t>::max();
  kim.fields[{kLowest, ""}] = std::numeric_limits<int64_t>::min();
  kim.rows[kLines] = {
      Line(int64_t{1001}, int64_t{7000}, acme, {"tea"}),
      Line(int64_t{1000}, int64_t{300}, acme, {"coffee", "beans"}),
      Line(int64_t{994}, int64_t{-50}, moka, {"coffee"}),
      Line(int64_t{993}, int64_t{800}, moka, {"cups"}),
      Line(int64_t{910}, int64_t{5000}, {}, {"coffee"}),
      Line({}, {}, acme, {})};
  kim.rows[kLines][1].fields[{kLineGift, ""}] = true;
  kim.rows[kLines][2].fields[{kLineNote, "colour"}] = std::string("red");
  kim.rows[kLines][2].fields[{kLineAttribute, "size"}] = std::string("L");
  for (const int line : {0, 1, 2, 3})
    kim.rows[kLines][line].fields[{kLineCurrency, ""}] = std::string("EUR");
  kim.rows[kLines][4].fields[{kLineCurrency, ""}] = std::string("USD");
  kim.rows[kEvents] = {Event("view", 1000), Event("view", 999),
                       Event("click", 998)};
  return kim;
}

}  // namespace patron::rules
