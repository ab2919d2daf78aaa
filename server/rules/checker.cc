#include "server/rules/checker.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/rules/printer.h"
#include "server/rules/suggest.h"

namespace patron::rules {
namespace {

using StatusOrType = absl::StatusOr<Type>;

absl::string_view NameOf(Type type) {
  switch (type) {
    case Type::kTruth:
      return "a condition";
    case Type::kNumber:
      return "a number";
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

absl::Status Mismatch(const Expr& expr, Type type, absl::string_view expected,
                      absl::string_view advice = "") {
  return ErrorAt(expr.at,
                 absl::StrCat("expected ", expected, ", found ", Shown(expr),
                              ", ", NameOf(type), advice));
}

const Field* Find(const std::vector<Field>& fields, absl::string_view name) {
  for (const Field& field : fields)
    if (field.name == name) return &field;
  return nullptr;
}

std::vector<std::string> NamesOf(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  return names;
}

class Checker {
 public:
  explicit Checker(const Schema& schema) : schema_(schema) {}

  absl::StatusOr<std::vector<Node>> Run(const Expr& rule) {
    PATRON_RETURN_IF_ERROR(AddAs(rule, Type::kTruth));
    return std::move(nodes_);
  }

 private:
  // Adds the nodes of `expr` and tells its type.
  StatusOrType Add(const Expr& expr) {
    const size_t index = nodes_.size();
    nodes_.emplace_back();
    nodes_[index].subtracted = expr.subtracted;
    PATRON_ASSIGN_OR_RETURN(const Type type, Fill(expr, index));
    nodes_[index].end = static_cast<uint32_t>(nodes_.size());
    return type;
  }

  absl::Status AddAs(const Expr& expr, Type expected) {
    PATRON_ASSIGN_OR_RETURN(const Type type, Add(expr));
    if (type == expected) return absl::OkStatus();
    return Mismatch(expr, type, NameOf(expected));
  }

  StatusOrType Fill(const Expr& expr, size_t index) {
    switch (expr.kind) {
      case ExprKind::kOr:
        return FillUniform(expr, index, Op::kOr, Type::kTruth);
      case ExprKind::kAnd:
        return FillUniform(expr, index, Op::kAnd, Type::kTruth);
      case ExprKind::kNot:
        return FillUniform(expr, index, Op::kNot, Type::kTruth);
      case ExprKind::kSum:
        return FillUniform(expr, index, Op::kSum, Type::kNumber);
      case ExprKind::kProduct:
        return FillUniform(expr, index, Op::kProduct, Type::kNumber);
      case ExprKind::kNegate:
        return FillUniform(expr, index, Op::kNegate, Type::kNumber);
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
    return Type::kTruth;
  }

  // All children of the one type, which is the whole's.
  StatusOrType FillUniform(const Expr& expr, size_t index, Op op, Type type) {
    nodes_[index].op = op;
    for (const Expr& child : expr.children)
      PATRON_RETURN_IF_ERROR(AddAs(child, type));
    return type;
  }

  StatusOrType FillLiteral(const Expr& expr, size_t index, Op op, Type type) {
    nodes_[index].op = op;
    nodes_[index].number = expr.number;
    nodes_[index].text = expr.text;
    return type;
  }

  StatusOrType FillCompare(const Expr& expr, size_t index) {
    const Expr& left = expr.children[0];
    const Expr& right = expr.children[1];
    nodes_[index].comparison = expr.comparison;
    PATRON_ASSIGN_OR_RETURN(const Type type, Add(left));
    PATRON_RETURN_IF_ERROR(CheckComparable(left, type, expr.comparison));
    PATRON_ASSIGN_OR_RETURN(const Type other, Add(right));
    if (other != type)
      return Mismatch(
          right, other,
          absl::StrCat(NameOf(type), " to compare with ", Shown(left)));
    nodes_[index].op = type == Type::kTruth    ? Op::kCompareTruths
                       : type == Type::kNumber ? Op::kCompareNumbers
                                               : Op::kCompareTexts;
    return Type::kTruth;
  }

  static absl::Status CheckComparable(const Expr& left, Type type,
                                      Comparison comparison) {
    if (type == Type::kTexts)
      return ErrorAt(left.at,
                     absl::StrCat(Shown(left), " is a set of texts: write ",
                                  Shown(left), " has \"…\""));
    if (type == Type::kTruth && comparison != Comparison::kEqual &&
        comparison != Comparison::kNotEqual)
      return Mismatch(
          left, type,
          absl::StrCat("a number or a text before ", ToText(comparison)));
    return absl::OkStatus();
  }

  StatusOrType FillIn(const Expr& expr, size_t index) {
    const Expr& asked = expr.children[0];
    const bool of_numbers = expr.texts.empty();
    nodes_[index].op = of_numbers ? Op::kInNumbers : Op::kInTexts;
    nodes_[index].negated = expr.negated;
    nodes_[index].texts = expr.texts;
    nodes_[index].numbers = expr.numbers;
    PATRON_ASSIGN_OR_RETURN(const Type type, Add(asked));
    if (type == (of_numbers ? Type::kNumber : Type::kText)) return Type::kTruth;
    const std::string advice =
        type == Type::kTexts
            ? absl::StrCat(": write ", Shown(asked), " has any (…)")
            : "";
    return Mismatch(asked, type,
                    of_numbers ? "a number before in with a list of numbers"
                               : "a text before in with a list of texts",
                    advice);
  }

  StatusOrType FillHas(const Expr& expr, size_t index) {
    const Expr& set = expr.children[0];
    const bool any = expr.kind == ExprKind::kHasAny;
    nodes_[index].op = any ? Op::kHasAny : Op::kHas;
    nodes_[index].texts = expr.texts;
    PATRON_ASSIGN_OR_RETURN(const Type type, Add(set));
    if (type != Type::kTexts) {
      const std::string advice =
          type != Type::kText ? ""
          : any ? absl::StrCat(": write ", Shown(set), " in (…)")
                : absl::StrCat(": write ", Shown(set), " = \"…\"");
      return Mismatch(set, type, "a set of texts before has", advice);
    }
    if (!any) PATRON_RETURN_IF_ERROR(AddAs(expr.children[1], Type::kText));
    return Type::kTruth;
  }

  StatusOrType FillField(const Expr& expr, size_t index) {
    PATRON_ASSIGN_OR_RETURN(const Field* field, Lookup(expr.name, expr.at));
    SetField(nodes_[index], *field, expr.name);
    nodes_[index].op = expr.name.source.empty() ? Op::kField : Op::kRowField;
    return field->type;
  }

  StatusOrType FillKnown(const Expr& expr, size_t index) {
    nodes_[index].op = Op::kKnown;
    Expr field;
    field.kind = ExprKind::kField;
    field.at = expr.at;
    field.name = expr.name;
    PATRON_RETURN_IF_ERROR(Add(field).status());
    return Type::kTruth;
  }

  StatusOrType FillAggregate(const Expr& expr, size_t index) {
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
    PATRON_RETURN_IF_ERROR(FillAdded(expr, *source, node));
    PATRON_RETURN_IF_ERROR(FillWindow(expr, *source, node));
    if (expr.children.empty()) return Type::kNumber;
    source_ = source;
    PATRON_RETURN_IF_ERROR(AddAs(expr.children[0], Type::kTruth));
    source_ = nullptr;
    return Type::kNumber;
  }

  // What sum, min, distinct and the others look at.
  absl::Status FillAdded(const Expr& expr, const Source& source, Node& node) {
    if (expr.aggregate == Aggregate::kCount) return absl::OkStatus();
    PATRON_ASSIGN_OR_RETURN(const Field* field,
                            LookupIn(source, expr.name, expr.at));
    const bool distinct = expr.aggregate == Aggregate::kDistinct;
    if (distinct ? field->type == Type::kTruth : field->type != Type::kNumber)
      return ErrorAt(
          expr.at,
          absl::StrCat(ToText(expr.aggregate), " takes ",
                       distinct ? "numbers or texts" : "numbers", ", but ",
                       Print(expr.name), " is ", NameOf(field->type)));
    SetField(node, *field, expr.name);
    return absl::OkStatus();
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

  absl::StatusOr<const Field*> Lookup(const FieldName& name, Position at) {
    if (!name.source.empty()) return LookupOfRow(name, at);
    const Field* field = Find(schema_.fields, name.field);
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
    const Field* field = Find(source.fields, name.field);
    if (field == nullptr)
      return ErrorAt(
          at, absl::StrCat(source.name, " have no ", Quoted(name.field),
                           Suggestion(name.field, NamesOf(source.fields))));
    PATRON_RETURN_IF_ERROR(CheckKey(*field, name, at));
    return field;
  }

  absl::StatusOr<const Source*> LookupSource(const FieldName& name,
                                             Position at) const {
    std::vector<std::string> known;
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
    const bool of_row =
        source_ != nullptr && Find(source_->fields, name.field) != nullptr;
    const std::string advice =
        of_row ? absl::StrCat("; did you mean \"", source_->name, ".",
                              name.field, "\"?")
               : Suggestion(name.field, NamesOf(schema_.fields));
    return ErrorAt(at, absl::StrCat(schema_.subject, " has no ",
                                    Quoted(name.field), advice));
  }

  static absl::Status CheckKey(const Field& field, const FieldName& name,
                               Position at) {
    if (field.keyed == name.key.has_value()) return absl::OkStatus();
    if (!field.keyed)
      return ErrorAt(at,
                     absl::StrCat("\"", field.name, "\" takes no key, found ",
                                  Shorten(Print(name))));
    return ErrorAt(at, absl::StrCat("\"", field.name, "\" needs a key: ",
                                    Print(name), "[\"…\"]"));
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
