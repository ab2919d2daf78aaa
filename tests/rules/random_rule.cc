#include "tests/rules/random_rule.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/rules/naive_rows.h"

namespace patron::rules {
namespace {

template <typename T>
Naive<T> OfSubject(int field, const std::string& key = "") {
  return [=](const ShopSubject& subject, const ShopRow*) {
    return StoredAs<T>(subject.fields, field, key);
  };
}

template <typename T>
Naive<T> OfRow(int field) {
  return [=](const ShopSubject&, const ShopRow* row) {
    return StoredAs<T>(row->fields, field, "");
  };
}

template <typename T>
bool Compared(const std::string& sign, const T& a, const T& b) {
  if (sign == "=") return a == b;
  if (sign == "!=") return !(a == b);
  if (sign == "<") return a < b;
  if (sign == "<=") return !(b < a);
  if (sign == ">") return b < a;
  return !(a < b);
}

std::string Quote(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\n') {
      quoted += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

template <typename T>
Part<bool> ComparedParts(const std::string& text, const std::string& sign,
                         const Naive<T>& a, const Naive<T>& b) {
  return {text, 3, [=](const ShopSubject& subject, const ShopRow* row) {
            const auto left = a(subject, row);
            const auto right = b(subject, row);
            return std::optional<bool>(left && right &&
                                       Compared(sign, *left, *right));
          }};
}

bool Includes(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

}  // namespace

std::string RandomRule::Space() {
  static const char* const kSpaces[] = {" ", " ", "  ", "\n", " # why\n", "\t"};
  return kSpaces[Below(6)];
}

template <typename T>
std::string RandomRule::In(const Part<T>& part, int binding) {
  if (part.binding >= binding && Below(8) > 0) return part.text;
  return absl::StrCat("(", part.text, Below(2) > 0 ? ")" : " )");
}

std::string RandomRule::Word() {
  static const char* const kWords[] = {"a", "b", "c", "ä", "", "q\"\\\n"};
  return kWords[Below(Below(2) > 0 ? 3 : 6)];
}

// In `where` the name alone will do.
std::string RandomRule::OfLine(const std::string& field) {
  return Below(2) == 0 ? field : absl::StrCat("lines.", field);
}

std::vector<std::string> RandomRule::Words() {
  std::vector<std::string> words(1 + Below(3));
  for (std::string& word : words) word = Word();
  return words;
}

int64_t RandomRule::SomeNumber() {
  switch (Below(12)) {
    case 0:
      return kMost - int64_t(Below(2));
    case 1:
      return kLeast + int64_t(Below(2));
    default:
      return int64_t(Below(9)) - 4;
  }
}

Part<bool> RandomRule::Condition(int depth) {
  if (depth <= 0) return Comparison(0);
  switch (Below(6)) {
    case 0:
    case 1:
      return Joined(depth, true);
    case 2:
    case 3:
      return Joined(depth, false);
    case 4:
      return Not(depth);
    default:
      return Comparison(depth);
  }
}

Part<bool> RandomRule::Joined(int depth, bool all) {
  std::vector<Naive<bool>> answers;
  std::string text;
  for (uint64_t i = 0, count = 2 + Below(2); i < count; ++i) {
    const Part<bool> part = Condition(depth - 1);
    if (i > 0) absl::StrAppend(&text, Space(), all ? "and" : "or", Space());
    absl::StrAppend(&text, In(part, all ? 1 : 0));
    answers.push_back(part.answer);
  }
  return {text, all ? 1 : 0,
          [=](const ShopSubject& subject, const ShopRow* row) {
            bool result = all;
            for (const Naive<bool>& answer : answers) {
              const bool holds = answer(subject, row).value_or(false);
              result = all ? result && holds : result || holds;
            }
            return std::optional<bool>(result);
          }};
}

Part<bool> RandomRule::Not(int depth) {
  const Part<bool> part = Condition(depth - 1);
  return {
      absl::StrCat("not", Space(), In(part, 2)), 2,
      [=](const ShopSubject& subject, const ShopRow* row) {
        return std::optional<bool>(!part.answer(subject, row).value_or(false));
      }};
}

Part<bool> RandomRule::Comparison(int depth) {
  switch (Below(10)) {
    case 0:
    case 1:
      return CompareNumbers(depth);
    case 2:
    case 3:
      return CompareTexts();
    case 4:
      return InTexts();
    case 5:
      return InNumbers(depth);
    case 6:
      return Has();
    case 7:
      return Known();
    case 8:
      return CompareTruths(depth);
    default:
      return Truth();
  }
}

namespace {
const char* const kSigns[] = {"=", "!=", "<", "<=", ">", ">="};
}  // namespace

Part<bool> RandomRule::CompareNumbers(int depth) {
  const Part<int64_t> a = Number(depth);
  const Part<int64_t> b = Number(depth - 1);
  const std::string sign = kSigns[Below(6)];
  return ComparedParts(absl::StrCat(In(a, 4), sign, In(b, 4)), sign, a.answer,
                       b.answer);
}

Part<bool> RandomRule::CompareTexts() {
  const Part<std::string> a = Text();
  const Part<std::string> b = Text();
  const std::string sign = kSigns[Below(3) > 0 ? 0 : Below(6)];
  return ComparedParts(absl::StrCat(In(a, 4), Space(), sign, In(b, 4)), sign,
                       a.answer, b.answer);
}

Part<bool> RandomRule::CompareTruths(int depth) {
  const Part<bool> a = depth > 0 ? Condition(depth - 1) : Truth();
  const Part<bool> b = Truth();
  const std::string sign = kSigns[Below(2)];
  return ComparedParts(absl::StrCat(In(a, 4), sign, In(b, 4)), sign, a.answer,
                       b.answer);
}

Part<bool> RandomRule::InTexts() {
  const Part<std::string> asked = Text();
  const std::vector<std::string> words = Words();
  const bool negated = Below(3) == 0;
  const std::string list =
      absl::StrJoin(words, ", ", [](std::string* out, const std::string& word) {
        absl::StrAppend(out, Quote(word));
      });
  return {
      absl::StrCat(In(asked, 4), Space(), negated ? "not in (" : "in(", list,
                   ")"),
      3, [=](const ShopSubject& subject, const ShopRow* row) {
        const auto text = asked.answer(subject, row);
        return std::optional<bool>(text && Includes(words, *text) != negated);
      }};
}

Part<bool> RandomRule::InNumbers(int depth) {
  const Part<int64_t> asked = Number(depth - 1);
  std::vector<int64_t> numbers(1 + Below(4));
  for (int64_t& number : numbers) number = SomeNumber();
  const bool negated = Below(3) == 0;
  return {absl::StrCat(In(asked, 4), Space(), negated ? "not in" : "in", " (",
                       absl::StrJoin(numbers, ","), ")"),
          3, [=](const ShopSubject& subject, const ShopRow* row) {
            const auto number = asked.answer(subject, row);
            const bool found = number && std::count(numbers.begin(),
                                                    numbers.end(), *number) > 0;
            return std::optional<bool>(number && found != negated);
          }};
}

Part<bool> RandomRule::Has() {
  const Part<std::vector<std::string>> set = Set();
  if (Below(2) == 0) {
    const Part<std::string> member = Text();
    return {
        absl::StrCat(In(set, 4), Below(2) == 0 ? " has " : " = ",
                     In(member, 4)),
        3, [=](const ShopSubject& subject, const ShopRow* row) {
          const auto texts = set.answer(subject, row);
          const auto text = member.answer(subject, row);
          return std::optional<bool>(texts && text && Includes(*texts, *text));
        }};
  }
  const std::vector<std::string> words = Words();
  std::string text = absl::StrCat(
      In(set, 4), Below(2) == 0 ? " has any (" : " in (", Quote(words[0]));
  for (size_t i = 1; i < words.size(); ++i)
    absl::StrAppend(&text, " ,", Quote(words[i]));
  return {text + ")", 3, [=](const ShopSubject& subject, const ShopRow* row) {
            const auto texts = set.answer(subject, row);
            bool found = false;
            for (const std::string& word : words)
              found = found || (texts && Includes(*texts, word));
            return std::optional<bool>(found);
          }};
}

Part<bool> RandomRule::Known() {
  if (in_rows_ && Below(2) == 0)
    return {absl::StrCat("known(", OfLine("amount"), ")"), 7,
            [](const ShopSubject& subject, const ShopRow* row) {
              return std::optional<bool>(
                  OfRow<int64_t>(kLineAmount)(subject, row).has_value());
            }};
  return {"known(tags)", 7, [](const ShopSubject& subject, const ShopRow*) {
            return std::optional<bool>(
                StoredAs<std::vector<std::string>>(subject.fields, kTags, "")
                    .has_value());
          }};
}

Part<bool> RandomRule::Truth() {
  if (in_rows_ && Below(2) == 0)
    return {OfLine("gift"), 7, OfRow<bool>(kLineGift)};
  if (Below(6) == 0) {
    const bool truth = Below(2) == 0;
    return {truth ? "true" : "false", 7,
            [=](const ShopSubject&, const ShopRow*) {
              return std::optional<bool>(truth);
            }};
  }
  return Below(2) == 0 ? Part<bool>{"is_staff", 7, OfSubject<bool>(kStaff)}
                       : Part<bool>{"opted_in", 7, OfSubject<bool>(kOptedIn)};
}

Part<int64_t> RandomRule::Number(int depth) {
  if (depth <= 0) return NumberLeaf();
  switch (Below(6)) {
    case 0:
      return Sum(depth);
    case 1:
      return Product(depth);
    case 2: {
      const Part<int64_t> part = Number(depth - 1);
      return {absl::StrCat("-", In(part, 6)), 6,
              [=](const ShopSubject& subject, const ShopRow* row) {
                const auto number = part.answer(subject, row);
                return number ? std::optional<int64_t>(Bounded(-Wide(*number)))
                              : std::nullopt;
              }};
    }
    case 3:
      return in_rows_ ? NumberLeaf() : Aggregated(depth);
    default:
      return NumberLeaf();
  }
}

Part<int64_t> RandomRule::NumberLeaf() {
  if (in_rows_ && Below(2) == 0)
    return {OfLine("amount"), 7, OfRow<int64_t>(kLineAmount)};
  switch (Below(5)) {
    case 0:
      return {"purchases", 7, OfSubject<int64_t>(kPurchases)};
    case 1:
      return {"spent", 7, OfSubject<int64_t>(kSpent)};
    case 2:
      return {"points[\"a\"]", 7, OfSubject<int64_t>(kPoints, "a")};
    default: {
      const int64_t number = SomeNumber();
      return {absl::StrCat(number), number < 0 ? 6 : 7,
              [=](const ShopSubject&, const ShopRow*) {
                return std::optional<int64_t>(number);
              }};
    }
  }
}

Part<int64_t> RandomRule::Sum(int depth) {
  const Part<int64_t> a = Number(depth - 1);
  const Part<int64_t> b = Number(depth - 1);
  const bool minus = Below(2) == 0;
  return {absl::StrCat(In(a, 4), minus ? "-" : "+", In(b, 5)), 4,
          [=](const ShopSubject& subject,
              const ShopRow* row) -> std::optional<int64_t> {
            const auto left = a.answer(subject, row);
            const auto right = b.answer(subject, row);
            if (!left || !right) return std::nullopt;
            return Bounded(minus ? Wide(*left) - *right : Wide(*left) + *right);
          }};
}

Part<int64_t> RandomRule::Product(int depth) {
  const Part<int64_t> a = Number(depth - 1);
  Part<int64_t> b = Number(depth - 1);
  // Amounts are not multiplied by amounts.
  while (absl::StrContains(a.text, "amount") &&
         absl::StrContains(b.text, "amount"))
    b = NumberLeaf();
  return {absl::StrCat(In(a, 5), " *", In(b, 6)), 5,
          [=](const ShopSubject& subject,
              const ShopRow* row) -> std::optional<int64_t> {
            const auto left = a.answer(subject, row);
            const auto right = b.answer(subject, row);
            if (!left || !right) return std::nullopt;
            return Bounded(Wide(*left) * *right);
          }};
}

Part<int64_t> RandomRule::Aggregated(int depth) {
  static const std::string kFunctions[] = {"count",    "sum", "min",   "max",
                                           "distinct", "avg", "first", "last"};
  const std::string function = kFunctions[Below(8)];
  std::string text = absl::StrCat(
      function, "(", function == "count" ? "lines" : "lines.amount");
  Part<bool> where;
  if (Below(2) == 0) {
    in_rows_ = true;
    where = Condition(depth - 1);
    in_rows_ = false;
    absl::StrAppend(&text, " where ", In(where, 0));
  }
  const int64_t weeks = Below(3);
  if (weeks > 0)
    absl::StrAppend(&text, Below(2) == 0 ? ", last " : ", ", weeks,
                    Below(2) == 0 ? " weeks" : "w");
  return {
      text + ")", 7, [=](const ShopSubject& subject, const ShopRow*) {
        std::vector<ShopRow> rows;
        for (const ShopRow& row : subject.rows.at(kLines))
          if (InWindow(subject, row, weeks * 7) &&
              (!where.answer || where.answer(subject, &row).value_or(false)))
            rows.push_back(row);
        return Folded(function, rows);
      }};
}

Part<std::string> RandomRule::Text() {
  if (in_rows_ && Below(2) == 0)
    return {OfLine("brand"), 7, OfRow<std::string>(kLineBrand)};
  switch (Below(4)) {
    case 0:
      return {"city", 7, OfSubject<std::string>(kCity)};
    case 1:
      return {"tier[ \"a\"]", 7, OfSubject<std::string>(kTier, "a")};
    default: {
      const std::string word = Word();
      if (Below(3) == 0)
        return {"favourite", 7, OfSubject<std::string>(kFavourite)};
      return {Quote(word), 7, [=](const ShopSubject&, const ShopRow*) {
                return std::optional<std::string>(word);
              }};
    }
  }
}

Part<std::vector<std::string>> RandomRule::Set() {
  using Texts = std::vector<std::string>;
  if (in_rows_ && Below(2) == 0)
    return {OfLine("category"), 7, OfRow<Texts>(kLineCategory)};
  return Below(2) == 0 ? Part<Texts>{"tags", 7, OfSubject<Texts>(kTags)}
                       : Part<Texts>{"badges", 7, OfSubject<Texts>(kBadges)};
}

void RandomRule::Maybe(Fields& fields, int field, const std::string& key,
                       Stored value) {
  if (Below(4) > 0) fields[{field, key}] = std::move(value);
}

ShopRow RandomRule::SomeLine(int64_t today) {
  ShopRow line;
  const int64_t age = static_cast<int64_t>(Below(18)) - 2;
  Maybe(line.fields, kLineDay, "", today - age);
  Maybe(line.fields, kLineAmount, "", SomeNumber());
  Maybe(line.fields, kLineBrand, "", Word());
  Maybe(line.fields, kLineCategory, "", Words());
  Maybe(line.fields, kLineGift, "", Below(2) == 0);
  return line;
}

ShopSubject RandomRule::Subject() {
  ShopSubject subject;
  Fields& fields = subject.fields;
  for (const int field : {kPurchases, kSpent})
    Maybe(fields, field, "", SomeNumber());
  for (const int field : {kStaff, kOptedIn})
    Maybe(fields, field, "", Below(2) == 0);
  for (const int field : {kCity, kFavourite}) Maybe(fields, field, "", Word());
  for (const int field : {kTags, kBadges}) Maybe(fields, field, "", Words());
  Maybe(fields, kPoints, "a", SomeNumber());
  Maybe(fields, kTier, "a", Word());
  std::vector<ShopRow>& lines = subject.rows[kLines];
  for (uint64_t i = 0, count = Below(6); i < count; ++i)
    lines.push_back(SomeLine(subject.today));
  return subject;
}

}  // namespace patron::rules
