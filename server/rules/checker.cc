#include "server/rules/checker.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/rules/literals.h"
#include "server/rules/measures.h"
#include "server/rules/printer.h"
#include "server/rules/resolver.h"
#include "server/rules/suggest.h"

namespace patron::rules {
namespace {

// What a part of a rule is; `measure` of numbers.
struct Kind {
  Type type = Type::kTruth;
  Measure measure = {};
};

// Of a count of rows.
Measure Counted() { return {Unit::kNone, "", /*told=*/true}; }

using StatusOrKind = absl::StatusOr<Kind>;

std::string NameOf(const Kind& kind) {
  switch (kind.type) {
    case Type::kTruth:
      return "a condition";
    case Type::kNumber:
      return NameOf(kind.measure);
    case Type::kText:
      return "a text";
    case Type::kTexts:
      return "a set of texts";
  }
  return "";
}

// Cut to what fits a message.
std::string Shorten(absl::string_view text) {
  size_t bytes = 60;
  if (text.size() <= bytes) return std::string(text);
  while ((text[bytes] & 0xC0) == 0x80) --bytes;
  return absl::StrCat(text.substr(0, bytes), "…");
}

std::string Shown(const Expr& expr) { return Shorten(Print(expr)); }

absl::Status Mismatch(const Expr& expr, const Kind& kind,
                      absl::string_view expected,
                      absl::string_view advice = "") {
  return ErrorAt(expr.at,
                 absl::StrCat("expected ", expected, ", found ", Shown(expr),
                              ", ", NameOf(kind), advice));
}

std::vector<std::string> NamesOf(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields) {
    names.push_back(field.name);
    names.insert(names.end(), field.aliases.begin(), field.aliases.end());
  }
  return names;
}

const Field* FindById(const std::vector<Field>& fields, int id) {
  for (const Field& field : fields)
    if (field.id == id) return &field;
  return nullptr;
}

// The key of a field of money is its currency.
Kind KindOf(const Field& field, const FieldName& name) {
  Kind kind = {field.type, {field.unit, "", /*told=*/true}};
  if (field.unit == Unit::kMoney) kind.measure.currency = name.key.value_or("");
  return kind;
}

class Checker {
 public:
  explicit Checker(const Schema& schema) : schema_(schema) {}

  absl::StatusOr<std::vector<Node>> Run(const Expr& rule) {
    PATRON_RETURN_IF_ERROR(AddAs(rule, Type::kTruth));
    return std::move(nodes_);
  }

 private:
  // Adds the nodes of `expr` and tells what it is.
  StatusOrKind Add(const Expr& expr) {
    const size_t index = nodes_.size();
    nodes_.emplace_back();
    nodes_[index].subtracted = expr.subtracted;
    PATRON_ASSIGN_OR_RETURN(Kind kind, Fill(expr, index));
    nodes_[index].end = static_cast<uint32_t>(nodes_.size());
    return kind;
  }

  absl::Status AddAs(const Expr& expr, Type expected) {
    PATRON_ASSIGN_OR_RETURN(const Kind kind, Add(expr));
    if (kind.type == expected) return absl::OkStatus();
    return Mismatch(expr, kind, NameOf(Kind{expected}));
  }

  StatusOrKind Fill(const Expr& expr, size_t index) {
    switch (expr.kind) {
      case ExprKind::kOr:
        return FillTruths(expr, index, Op::kOr);
      case ExprKind::kAnd:
        return FillTruths(expr, index, Op::kAnd);
      case ExprKind::kNot:
        return FillTruths(expr, index, Op::kNot);
      case ExprKind::kSum:
        return FillSum(expr, index);
      case ExprKind::kProduct:
        return FillProduct(expr, index);
      case ExprKind::kNegate:
        return FillNegate(expr, index);
      case ExprKind::kCompare:
        return FillCompare(expr, index);
      case ExprKind::kIn:
        return FillIn(expr, index);
      case ExprKind::kHas:
      case ExprKind::kHasAny:
        return FillHas(expr, index);
      case ExprKind::kNumber:
        return FillLiteral(expr, index, Op::kNumber, Type::kNumber);
      case ExprKind::kText:
        return FillLiteral(expr, index, Op::kText, Type::kText);
      case ExprKind::kTruth:
        return FillLiteral(expr, index, Op::kTruth, Type::kTruth);
      case ExprKind::kField:
        return FillField(expr, index);
      case ExprKind::kKnown:
        return FillKnown(expr, index);
      case ExprKind::kAggregate:
        return FillAggregate(expr, index);
    }
    return Kind{Type::kTruth};
  }

  StatusOrKind FillTruths(const Expr& expr, size_t index, Op op) {
    nodes_[index].op = op;
    for (const Expr& child : expr.children)
      PATRON_RETURN_IF_ERROR(AddAs(child, Type::kTruth));
    return Kind{Type::kTruth};
  }

  absl::StatusOr<Measure> AddNumber(const Expr& expr) {
    PATRON_ASSIGN_OR_RETURN(const Kind kind, Add(expr));
    if (kind.type == Type::kNumber) return kind.measure;
    return Mismatch(expr, kind, NameOf(Kind{Type::kNumber}));
  }

  StatusOrKind FillSum(const Expr& expr, size_t index) {
    nodes_[index].op = Op::kSum;
    PATRON_ASSIGN_OR_RETURN(Measure sum, AddNumber(expr.children[0]));
    for (size_t i = 1; i < expr.children.size(); ++i) {
      const Expr& child = expr.children[i];
      PATRON_ASSIGN_OR_RETURN(const Measure part, AddNumber(child));
      const std::optional<Measure> both = OfSum(sum, part, child.subtracted);
      if (!both.has_value())
        return ErrorAt(
            child.at,
            absl::StrCat("found ", Shown(child), ", ", NameOf(part),
                         child.subtracted ? ", to take from " : ", to add to ",
                         NameOf(sum)));
      sum = *both;
    }
    return Kind{Type::kNumber, sum};
  }

  StatusOrKind FillProduct(const Expr& expr, size_t index) {
    nodes_[index].op = Op::kProduct;
    Measure product;
    for (const Expr& child : expr.children) {
      PATRON_ASSIGN_OR_RETURN(const Measure factor, AddNumber(child));
      const std::optional<Measure> both = OfProduct(product, factor);
      if (!both.has_value())
        return ErrorAt(
            child.at, absl::StrCat("found ", Shown(child), ", ", NameOf(factor),
                                   ", to multiply by ", NameOf(product)));
      product = *both;
    }
    return Kind{Type::kNumber, product};
  }

  StatusOrKind FillNegate(const Expr& expr, size_t index) {
    nodes_[index].op = Op::kNegate;
    PATRON_ASSIGN_OR_RETURN(const Measure measure, AddNumber(expr.children[0]));
    return Kind{Type::kNumber, OfNegated(measure)};
  }

  StatusOrKind FillLiteral(const Expr& expr, size_t index, Op op, Type type) {
    nodes_[index].op = op;
    nodes_[index].number = expr.number;
    nodes_[index].text = expr.text;
    return Kind{type, {expr.unit, expr.currency}};
  }

  StatusOrKind FillCompare(const Expr& expr, size_t index) {
    const Expr& left = expr.children[0];
    const Expr& right = expr.children[1];
    nodes_[index].comparison = expr.comparison;
    PATRON_ASSIGN_OR_RETURN(const Kind kind, Add(left));
    PATRON_RETURN_IF_ERROR(CheckComparable(left, kind, expr.comparison));
    PATRON_ASSIGN_OR_RETURN(const Kind other, Add(right));
    if (other.type != kind.type || !Fit(kind.measure, other.measure))
      return Mismatch(
          right, other,
          absl::StrCat(NameOf(kind), " to compare with ", Shown(left)));
    nodes_[index].op = kind.type == Type::kTruth    ? Op::kCompareTruths
                       : kind.type == Type::kNumber ? Op::kCompareNumbers
                                                    : Op::kCompareTexts;
    return Kind{Type::kTruth};
  }

  static absl::Status CheckComparable(const Expr& left, const Kind& kind,
                                      Comparison comparison) {
    if (kind.type == Type::kTexts)
      return ErrorAt(
          left.at,
          absl::StrCat(Shown(left), " is a set of texts: write ",
                       comparison == Comparison::kNotEqual ? "not " : "",
                       Shown(left), " has \"…\""));
    if (kind.type == Type::kTruth && comparison != Comparison::kEqual &&
        comparison != Comparison::kNotEqual)
      return Mismatch(
          left, kind,
          absl::StrCat("a number or a text before ", ToText(comparison)));
    return absl::OkStatus();
  }

  StatusOrKind FillIn(const Expr& expr, size_t index) {
    const Expr& asked = expr.children[0];
    const bool of_numbers = expr.texts.empty();
    nodes_[index].op = of_numbers ? Op::kInNumbers : Op::kInTexts;
    nodes_[index].negated = expr.negated;
    nodes_[index].texts = expr.texts;
    nodes_[index].numbers = expr.numbers;
    PATRON_ASSIGN_OR_RETURN(const Kind kind, Add(asked));
    const Measure listed = {expr.unit, expr.currency};
    if (kind.type == Type::kNumber && of_numbers && !Fit(kind.measure, listed))
      return Mismatch(
          asked, kind,
          absl::StrCat(NameOf(listed), " before in with a list of such"));
    if (kind.type == (of_numbers ? Type::kNumber : Type::kText))
      return Kind{Type::kTruth};
    const std::string advice =
        kind.type == Type::kTexts
            ? absl::StrCat(": write ", expr.negated ? "not " : "", Shown(asked),
                           " has any (…)")
            : "";
    return Mismatch(asked, kind,
                    of_numbers ? "a number before in with a list of numbers"
                               : "a text before in with a list of texts",
                    advice);
  }

  StatusOrKind FillHas(const Expr& expr, size_t index) {
    const Expr& set = expr.children[0];
    const bool any = expr.kind == ExprKind::kHasAny;
    nodes_[index].op = any ? Op::kHasAny : Op::kHas;
    nodes_[index].texts = expr.texts;
    PATRON_ASSIGN_OR_RETURN(const Kind kind, Add(set));
    if (kind.type != Type::kTexts) {
      const std::string advice =
          kind.type != Type::kText ? ""
          : any ? absl::StrCat(": write ", Shown(set), " in (…)")
                : absl::StrCat(": write ", Shown(set), " = \"…\"");
      return Mismatch(set, kind, "a set of texts before has", advice);
    }
    if (!any) PATRON_RETURN_IF_ERROR(AddAs(expr.children[1], Type::kText));
    return Kind{Type::kTruth};
  }

  StatusOrKind FillField(const Expr& expr, size_t index) {
    PATRON_ASSIGN_OR_RETURN(const Field* field, Lookup(expr.name, expr.at));
    SetField(nodes_[index], *field, expr.name);
    nodes_[index].op = IsOwn(expr.name) ? Op::kField : Op::kRowField;
    return KindOf(*field, expr.name);
  }

  StatusOrKind FillKnown(const Expr& expr, size_t index) {
    nodes_[index].op = Op::kKnown;
    Expr field;
    field.kind = ExprKind::kField;
    field.at = expr.at;
    field.name = expr.name;
    PATRON_RETURN_IF_ERROR(Add(field).status());
    return Kind{Type::kTruth};
  }

  StatusOrKind FillAggregate(const Expr& expr, size_t index) {
    if (source_ != nullptr)
      return ErrorAt(expr.at, absl::StrCat(ToText(expr.aggregate),
                                           " cannot stand inside where"));
    PATRON_ASSIGN_OR_RETURN(const Source* source,
                            LookupSource(expr.name, expr.at));
    Node& node = nodes_[index];
    node.op = Op::kAggregate;
    node.aggregate = expr.aggregate;
    node.source = source->id;
    node.number = expr.window_days;
    PATRON_ASSIGN_OR_RETURN(Measure measure, FillAdded(expr, *source, node));
    PATRON_RETURN_IF_ERROR(FillWindow(expr, *source, node));
    if (expr.children.empty()) return Kind{Type::kNumber, measure};
    source_ = source;
    PATRON_RETURN_IF_ERROR(AddAs(expr.children[0], Type::kTruth));
    source_ = nullptr;
    if (measure.unit == Unit::kMoney && measure.currency.empty())
      measure.currency = CurrencyAsked(expr.children[0], *source);
    return Kind{Type::kNumber, measure};
  }

  // Of the rows for which `where` holds; empty where it does not tell.
  static std::string CurrencyAsked(const Expr& where, const Source& source) {
    const Field* const field = FindById(source.fields, source.currency_field);
    if (field == nullptr) return "";
    if (where.kind == ExprKind::kAnd) {
      for (const Expr& part : where.children)
        if (std::string currency = CurrencyAsked(part, source);
            !currency.empty())
          return currency;
      return "";
    }
    if (where.kind != ExprKind::kCompare ||
        where.comparison != Comparison::kEqual)
      return "";
    const Expr& left = where.children[0];
    const Expr& right = where.children[1];
    const bool asks =
        left.kind == ExprKind::kField && left.name.source == source.name &&
        left.name.field == field->name && right.kind == ExprKind::kText;
    return asks ? right.text : "";
  }

  // What sum, min, distinct and the others look at.
  absl::StatusOr<Measure> FillAdded(const Expr& expr, const Source& source,
                                    Node& node) {
    if (expr.aggregate == Aggregate::kCount) return Counted();
    PATRON_ASSIGN_OR_RETURN(const Field* field,
                            LookupIn(source, expr.name, expr.at));
    const bool distinct = expr.aggregate == Aggregate::kDistinct;
    if (distinct ? field->type == Type::kTruth : field->type != Type::kNumber)
      return ErrorAt(expr.at,
                     absl::StrCat(ToText(expr.aggregate), " takes ",
                                  distinct ? "numbers or texts" : "numbers",
                                  ", but ", Print(expr.name), " is ",
                                  NameOf(KindOf(*field, expr.name))));
    SetField(node, *field, expr.name);
    const bool sum_of_dates =
        field->unit == Unit::kDate && expr.aggregate == Aggregate::kSum;
    // Different days may be compared with days.
    if (distinct && (field->unit == Unit::kNone || field->unit == Unit::kMoney))
      return Counted();
    if (distinct || sum_of_dates) return Measure();
    return KindOf(*field, expr.name).measure;
  }

  static absl::Status FillWindow(const Expr& expr, const Source& source,
                                 Node& node) {
    node.day_field = source.day_field;
    const bool asks_order = expr.aggregate == Aggregate::kFirst ||
                            expr.aggregate == Aggregate::kLast;
    if (expr.window_days == 0 && !asks_order) return absl::OkStatus();
    for (const Field& field : source.fields)
      if (field.id == source.day_field && field.type == Type::kNumber)
        return absl::OkStatus();
    const std::string asked =
        expr.window_days == 0
            ? std::string(ToText(expr.aggregate))
            : absl::StrCat("last ", expr.window_days, " days");
    return ErrorAt(
        expr.at, absl::StrCat("rows of ", source.name, " have no day: ", asked,
                              " cannot be asked of them"));
  }

  static void SetField(Node& node, const Field& field, const FieldName& name) {
    node.field = field.id;
    node.keyed = field.keyed;
    node.text = name.key.value_or("");
  }

  bool IsOwn(const FieldName& name) const {
    return name.source.empty() || name.source == schema_.subject;
  }

  absl::StatusOr<const Field*> Lookup(const FieldName& name, Position at) {
    if (!IsOwn(name)) return LookupOfRow(name, at);
    const Field* field = FindField(schema_.fields, name.field);
    if (field == nullptr) return Unknown(name, at);
    PATRON_RETURN_IF_ERROR(CheckKey(*field, name, at));
    return field;
  }

  absl::StatusOr<const Field*> LookupOfRow(const FieldName& name, Position at) {
    PATRON_ASSIGN_OR_RETURN(const Source* source, LookupSource(name, at));
    if (source_ == nullptr)
      return ErrorAt(at, absl::StrCat(Quoted(Print(name)),
                                      " is a field of rows: it stands in sum, "
                                      "min, max, distinct or after where"));
    if (source_ != source)
      return ErrorAt(at, absl::StrCat("expected a field of ", source_->name,
                                      ", whose rows are asked here, found ",
                                      Quoted(Print(name))));
    return LookupIn(*source, name, at);
  }

  absl::StatusOr<const Field*> LookupIn(const Source& source,
                                        const FieldName& name, Position at) {
    const Field* field = FindField(source.fields, name.field);
    if (field == nullptr)
      return ErrorAt(
          at, absl::StrCat(source.name, " have no ", Quoted(name.field),
                           Suggestion(name.field, NamesOf(source.fields))));
    PATRON_RETURN_IF_ERROR(CheckKey(*field, name, at));
    return field;
  }

  absl::StatusOr<const Source*> LookupSource(const FieldName& name,
                                             Position at) const {
    std::vector<std::string> known = {schema_.subject};
    for (const Source& source : schema_.sources) {
      if (source.name == name.source) return &source;
      known.push_back(source.name);
    }
    return ErrorAt(
        at, absl::StrCat(schema_.subject, " has no rows ", Quoted(name.source),
                         Suggestion(name.source, known)));
  }

  absl::Status Unknown(const FieldName& name, Position at) const {
    for (const Source& source : schema_.sources)
      if (source.name == name.field)
        return ErrorAt(at, absl::StrCat("expected a field, found the rows ",
                                        Quoted(name.field), ": write count(",
                                        name.field, ")"));
    std::vector<std::string> known = NamesOf(schema_.fields);
    if (source_ != nullptr)
      for (std::string& row : NamesOf(source_->fields)) known.push_back(row);
    return ErrorAt(at,
                   absl::StrCat(schema_.subject, " has no ", Quoted(name.field),
                                Suggestion(name.field, known)));
  }

  static absl::Status CheckKey(const Field& field, const FieldName& name,
                               Position at) {
    if (field.keyed && name.key.has_value())
      return CheckKeyIs(field, *name.key, name, at);
    if (field.keyed == name.key.has_value()) return absl::OkStatus();
    if (field.keyed && field.key_optional) return absl::OkStatus();
    if (!field.keyed)
      return ErrorAt(at,
                     absl::StrCat("\"", field.name, "\" takes no key, found ",
                                  Shorten(Print(name))));
    return ErrorAt(at, absl::StrCat("\"", field.name, "\" needs a key: ",
                                    Print(name), "[\"…\"]"));
  }

  static absl::Status CheckKeyIs(const Field& field, const std::string& key,
                                 const FieldName& name, Position at) {
    const auto wanted = [&](absl::string_view what, absl::string_view hint) {
      return ErrorAt(at, absl::StrCat("\"", field.name, "\" takes ", what,
                                      ", found ", Shorten(Print(name)), hint));
    };
    if (!field.keys.empty() && !absl::c_linear_search(field.keys, key))
      return wanted(absl::StrCat("one of the keys \"",
                                 absl::StrJoin(field.keys, "\", \""), "\""),
                    Suggestion(key, field.keys));
    int number = 0;
    if (field.most_key > 0 && (!absl::SimpleAtoi(key, &number) || number < 1 ||
                               number > field.most_key))
      return wanted(absl::StrCat("a whole number of 1 to ", field.most_key,
                                 " as its key"),
                    "");
    if (field.unit == Unit::kMoney && !HasFormOfCurrency(key))
      return wanted("a currency such as \"EUR\" as its key", "");
    return absl::OkStatus();
  }

  const Schema& schema_;
  std::vector<Node> nodes_;
  const Source* source_ = nullptr;  // of the aggregate whose `where` is checked
};

}  // namespace

absl::StatusOr<std::vector<Node>> Check(const Expr& rule,
                                        const Schema& schema) {
  return Checker(schema).Run(rule);
}

}  // namespace patron::rules
