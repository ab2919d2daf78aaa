#include "tests/testing/rule_generator.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace patron::testing {
namespace {

using rules::Field;
using rules::Source;
using rules::Type;
using rules::Unit;

const Field* Find(const std::vector<Field>& fields, const std::string& name) {
  for (const Field& field : fields)
    if (field.name == name) return &field;
  return nullptr;
}

const Source* FindLines(const rules::Schema& schema) {
  for (const Source& source : schema.sources)
    if (source.name == "lines") return &source;
  return nullptr;
}

bool HasDays(const Source& source) {
  return std::any_of(
      source.fields.begin(), source.fields.end(), [&](const Field& field) {
        return field.id == source.day_field && field.type == Type::kNumber;
      });
}

bool HasSpend(const rules::Schema& schema) {
  const Source* const lines = FindLines(schema);
  return lines != nullptr && Find(lines->fields, "amount") != nullptr &&
         Find(lines->fields, "currency") != nullptr && HasDays(*lines);
}

}  // namespace

std::string QuotedText(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return quoted + "\"";
}

RuleGenerator::RuleGenerator(const rules::Schema& schema,
                             RuleVocabulary vocabulary, uint64_t seed)
    : schema_(schema), vocabulary_(std::move(vocabulary)), random_(seed) {}

std::string RuleGenerator::Rule(int depth) {
  source_ = nullptr;
  return Condition(depth);
}

std::string RuleGenerator::Condition(int depth) {
  if (depth <= 0) return Comparison(0);
  switch (Below(7)) {
    case 0:
    case 1:
      return Joined(depth, "and");
    case 2:
    case 3:
      return Joined(depth, "or");
    case 4:
      return absl::StrCat("not", Space(), "(", Condition(depth - 1), ")");
    default:
      return Comparison(depth);
  }
}

std::string RuleGenerator::Joined(int depth, const char* word) {
  std::string text;
  for (uint64_t i = 0, parts = 2 + Below(3); i < parts; ++i) {
    if (i > 0) absl::StrAppend(&text, Space(), word, Space());
    absl::StrAppend(&text, "(", Condition(depth - 1), ")");
  }
  return text;
}

std::string RuleGenerator::Comparison(int depth) {
  switch (Below(13)) {
    case 0:
    case 1:
    case 2:
      return CompareNumbers(depth);
    case 3:
    case 4:
      return CompareTexts();
    case 5:
    case 6:
      return AskList(depth);
    case 7:
    case 8:
      return Has(Type::kTexts) ? AskSet() : Truth();
    case 9:
      return CompareTruths(depth);
    case 10:
      return KnownField();
    case 11:
      if (source_ == nullptr && vocabulary_.sugar)
        return Below(2) == 0 && HasSpend(schema_) ? Spend() : Bought(depth);
      return CompareNumbers(depth);
    default:
      return Truth();
  }
}

std::string RuleGenerator::Sign() {
  static const char* const kSigns[] = {"=", "!=", "<", "<=", ">", ">="};
  return kSigns[Below(6)];
}

std::string RuleGenerator::CompareNumbers(int depth) {
  const Number left = SomeNumber(depth);
  const bool meets_all = left.unit == Unit::kNone && !left.opaque;
  const std::string right = Below(4) == 0 && meets_all
                                ? SomeNumber(depth - 1).text
                                : Literal(left.unit, left.currency);
  return absl::StrCat(left.text, Space(), Sign(), Space(), right);
}

std::string RuleGenerator::CompareTexts() {
  const Named left = SomeField(Type::kText);
  const std::string right =
      Below(6) == 0 ? SomeField(Type::kText).text : TextFor(left);
  const std::string sign = Below(3) > 0 ? "=" : Sign();
  return Below(5) == 0 ? absl::StrCat(right, Space(), sign, Space(), left.text)
                       : absl::StrCat(left.text, Space(), sign, Space(), right);
}

std::string RuleGenerator::CompareTruths(int depth) {
  const std::string left =
      Below(2) == 0 ? Truth() : absl::StrCat("(", Condition(depth - 1), ")");
  return absl::StrCat(left, Space(), Below(2) == 0 ? "=" : "!=", Space(),
                      Truth());
}

std::string RuleGenerator::AskList(int depth) {
  const std::string in = Below(3) == 0 ? "not in" : "in";
  if (Below(2) == 0) {
    const Named asked = SomeField(Type::kText);
    return absl::StrCat(asked.text, Space(), in, Space(), TextList(asked));
  }
  const Number asked = SomeNumber(depth - 1);
  return absl::StrCat(asked.text, Space(), in, " ", SomeList(asked));
}

// All of one unit.
std::string RuleGenerator::SomeList(const Number& asked) {
  const bool with_unit = vocabulary_.sugar && Below(2) == 0;
  const std::string& currency =
      asked.currency.empty() ? OneOf(vocabulary_.currencies) : asked.currency;
  std::string list;
  for (uint64_t i = 0, numbers = 1 + Below(3); i < numbers; ++i)
    absl::StrAppend(
        &list, i > 0 ? ", " : "",
        with_unit ? WithUnit(asked.unit, currency) : Bare(asked.unit));
  return absl::StrCat("(", list, ")");
}

std::string RuleGenerator::AskSet() {
  const Named set = SomeField(Type::kTexts);
  switch (Below(vocabulary_.sugar ? 4 : 2)) {
    case 0:
      return absl::StrCat(set.text, " has ", TextFor(set));
    case 1:
      return absl::StrCat(set.text, " has any ", TextList(set));
    case 2:
      return absl::StrCat(set.text, Space(), "=", Space(), TextFor(set));
    default:
      return absl::StrCat(set.text, " in ", TextList(set));
  }
}

std::string RuleGenerator::Truth() {
  const Field* const consent = Find(schema_.fields, "consent");
  if (vocabulary_.sugar && consent != nullptr && consent->keyed &&
      Below(4) == 0) {
    const std::string key = KeyOf(*consent, "consent");
    const size_t slash = key.find('/');
    if (slash != std::string::npos)
      return absl::StrCat("consent(", QuotedText(key.substr(0, slash)), ", ",
                          QuotedText(key.substr(slash + 1)), ")");
  }
  if (Below(8) == 0) return Below(2) == 0 ? "true" : "false";
  return SomeField(Type::kTruth).text;
}

std::string RuleGenerator::KnownField() {
  static constexpr Type kTypes[] = {Type::kNumber, Type::kText, Type::kTruth,
                                    Type::kTexts};
  const Type type = kTypes[Below(Has(Type::kTexts) ? 4 : 3)];
  return absl::StrCat("known(", SomeField(type).text, ")");
}

std::string RuleGenerator::Spend() {
  const std::string& currency = OneOf(vocabulary_.currencies);
  const std::string window =
      absl::StrCat(1 + Below(vocabulary_.longest_window), "d");
  if (Below(2) == 0)
    return absl::StrCat("spend(", window, ", \"", currency, "\") ", Sign(), " ",
                        Literal(Unit::kNone, ""));
  return absl::StrCat("spend(", window, ") ", Sign(), " ",
                      Below(vocabulary_.largest_number + 1), " ", currency);
}

std::string RuleGenerator::Bought(int depth) {
  const Source* const lines = FindLines(schema_);
  if (lines == nullptr) return Truth();
  source_ = lines;
  std::string text = absl::StrCat("bought(", Condition(std::min(depth, 2) - 1));
  source_ = nullptr;
  if (HasDays(*lines) && Below(3) > 0) absl::StrAppend(&text, ",", Window());
  return absl::StrCat(text, ") ", Sign(), " ", Below(4));
}

RuleGenerator::Number RuleGenerator::SomeNumber(int depth) {
  if (depth > 0 && Below(3) == 0) return Arithmetic(depth);
  if (source_ == nullptr && !schema_.sources.empty() && Below(2) == 0)
    return Aggregated(depth);
  const Named named = SomeField(Type::kNumber);
  return {named.text, named.field->unit, named.currency};
}

RuleGenerator::Number RuleGenerator::Arithmetic(int depth) {
  Number part = SomeNumber(depth - 1);
  const std::string some = absl::StrCat(Below(5));
  switch (Below(5)) {
    case 0:
      part.text = absl::StrCat(part.text, " + ", some);
      return part;
    case 1:
      part.text = absl::StrCat(part.text, " - (", some, ")");
      return part;
    case 2:
      part.text = absl::StrCat("(", part.text, ") * ", some);
      return part;
    case 3:
      part.text = absl::StrCat("-(", part.text, ")");
      if (part.unit == Unit::kDate) part.unit = Unit::kNone;
      return part;
    default:
      return Difference(std::move(part), depth);
  }
}

RuleGenerator::Number RuleGenerator::Difference(Number part, int depth) {
  const Number other = SomeNumber(depth - 1);
  if (part.unit != Unit::kNone || other.unit != Unit::kNone || part.opaque ||
      other.opaque)
    return part;
  part.text = absl::StrCat("(", part.text, ") - (", other.text, ")");
  return part;
}

RuleGenerator::Number RuleGenerator::Aggregated(int depth) {
  static const char* const kNames[] = {"sum",   "avg",  "min",     "max",
                                       "first", "last", "distinct"};
  const Source& source = schema_.sources[Below(schema_.sources.size())];
  std::vector<const Field*> numbers;
  for (const Field& field : source.fields)
    if (field.type == Type::kNumber) numbers.push_back(&field);
  std::string function = kNames[Below(7)];
  if ((function == "first" || function == "last") && !HasDays(source))
    function = "max";
  Number number;
  if (numbers.empty() || Below(3) == 0) {
    number.text = absl::StrCat("count(", source.name);
  } else {
    const Field& field = *numbers[Below(numbers.size())];
    const Named named = Write(field, &source);
    const bool plain = function == "distinct" ||
                       (function == "sum" && field.unit == Unit::kDate);
    number.unit = plain ? Unit::kNone : field.unit;
    number.currency = plain ? "" : named.currency;
    number.text = absl::StrCat(function, "(", named.name, named.key);
  }
  const std::string where = Where(depth, source);
  number.opaque = !where.empty() && number.unit == Unit::kMoney;
  if (number.opaque) number.unit = Unit::kNone;
  number.text += where;
  if (HasDays(source) && Below(2) == 0)
    absl::StrAppend(&number.text, ",", Window());
  number.text += ")";
  return number;
}

std::string RuleGenerator::Where(int depth, const Source& source) {
  if (Below(2) == 0) return "";
  source_ = &source;
  std::string where =
      absl::StrCat(" where ", Condition(std::min(depth, 2) - 1));
  source_ = nullptr;
  return where;
}

std::string RuleGenerator::Window() {
  const uint64_t days = 1 + Below(vocabulary_.longest_window);
  if (vocabulary_.sugar && Below(2) == 0) return absl::StrCat(" ", days, "d");
  if (Below(3) == 0) return absl::StrCat(" last ", 1 + days / 7, " weeks");
  return absl::StrCat(" last ", days, days == 1 ? " day" : " days");
}

std::string RuleGenerator::Literal(Unit unit, const std::string& currency) {
  if (!vocabulary_.sugar || Below(3) == 0) return Bare(unit);
  return WithUnit(unit,
                  currency.empty() ? OneOf(vocabulary_.currencies) : currency);
}

std::string RuleGenerator::Bare(Unit unit) {
  const auto number =
      static_cast<int64_t>(Below(vocabulary_.largest_number + 1));
  if (unit == Unit::kDate) return absl::StrCat(vocabulary_.today - number);
  return absl::StrCat(Below(6) == 0 ? -number : number);
}

std::string RuleGenerator::WithUnit(Unit unit, const std::string& currency) {
  const std::string number = Bare(unit);
  switch (unit) {
    case Unit::kDays:
      return number + "d";
    case Unit::kDate:
      return absl::FormatCivilTime(
          absl::CivilDay(1970) + vocabulary_.today -
          static_cast<int64_t>(Below(vocabulary_.largest_number + 1)));
    case Unit::kMoney:
      return absl::StrCat(number, " ", currency);
    case Unit::kNone:
      break;
  }
  return number;
}

bool RuleGenerator::Has(Type type) const {
  const auto has = [type](const std::vector<Field>& fields) {
    return std::any_of(
        fields.begin(), fields.end(),
        [type](const Field& field) { return field.type == type; });
  };
  return has(schema_.fields) || (source_ != nullptr && has(source_->fields));
}

RuleGenerator::Named RuleGenerator::SomeField(Type type) {
  std::vector<const Field*> own;
  for (const Field& field : schema_.fields)
    if (field.type == type) own.push_back(&field);
  std::vector<const Field*> rows;
  if (source_ != nullptr)
    for (const Field& field : source_->fields)
      if (field.type == type) rows.push_back(&field);
  if (!rows.empty() && (own.empty() || Below(4) > 0))
    return Write(*rows[Below(rows.size())], source_);
  return Write(*own[Below(own.size())], nullptr);
}

RuleGenerator::Named RuleGenerator::Write(const Field& field,
                                          const Source* source) {
  Named named;
  named.field = &field;
  named.name = source == nullptr ? field.name
                                 : absl::StrCat(source->name, ".", field.name);
  const bool bare = source != nullptr && vocabulary_.sugar && Below(2) == 0;
  named.text = bare ? field.name : named.name;
  // Beside rows the name alone may be theirs.
  if (source == nullptr && source_ != nullptr)
    named.text = absl::StrCat(schema_.subject, ".", field.name);
  if (source == nullptr && source_ == nullptr && !field.aliases.empty() &&
      Below(2) == 0)
    named.text = OneOf(field.aliases);
  if (!field.keyed || (field.key_optional && Below(2) == 0)) return named;
  const std::string key = KeyOf(field, named.name);
  if (field.unit == Unit::kMoney) named.currency = key;
  named.key = absl::StrCat("[", QuotedText(key), "]");
  named.text += named.key;
  return named;
}

std::string RuleGenerator::KeyOf(const Field& field, const std::string& name) {
  for (const std::string& known : {name, field.name}) {
    const auto keys = vocabulary_.keys_of.find(known);
    if (keys != vocabulary_.keys_of.end()) return OneOf(keys->second);
  }
  if (!field.keys.empty()) return OneOf(field.keys);
  if (field.most_key > 0)
    return absl::StrCat(1 + Below(static_cast<size_t>(field.most_key)));
  return field.unit == Unit::kMoney ? OneOf(vocabulary_.currencies)
                                    : OneOf(vocabulary_.texts);
}

std::string RuleGenerator::TextFor(const Named& named) {
  for (const std::string& known : {named.name, named.field->name}) {
    const auto texts = vocabulary_.texts_of.find(known);
    if (texts != vocabulary_.texts_of.end())
      return QuotedText(OneOf(texts->second));
  }
  return QuotedText(OneOf(vocabulary_.texts));
}

std::string RuleGenerator::TextList(const Named& named) {
  std::string list = TextFor(named);
  for (uint64_t i = Below(3); i > 0; --i)
    absl::StrAppend(&list, ",", Space(), TextFor(named));
  return absl::StrCat("(", list, ")");
}

const std::string& RuleGenerator::OneOf(const std::vector<std::string>& texts) {
  return texts[Below(texts.size())];
}

std::string RuleGenerator::Space() {
  static const char* const kSpaces[] = {" ", " ", " ", "  ", "\n", " # why\n"};
  return kSpaces[Below(6)];
}

}  // namespace patron::testing
