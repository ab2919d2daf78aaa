#include "server/rules/resolver.h"

#include <algorithm>
#include <utility>

namespace patron::rules {
namespace {

bool FitsKey(const Field& field, const FieldName& name) {
  return field.keyed ? name.key.has_value() || field.key_optional
                     : !name.key.has_value();
}

class Resolver {
 public:
  explicit Resolver(const Schema& schema) : schema_(schema) {}

  void Visit(Expr& expr) {
    if (expr.kind == ExprKind::kAggregate) return VisitAggregate(expr);
    if (expr.kind == ExprKind::kField || expr.kind == ExprKind::kKnown)
      return ResolveName(expr.name);
    for (Expr& child : expr.children) Visit(child);
    if (expr.kind == ExprKind::kCompare) ResolveEqual(expr);
    if (expr.kind == ExprKind::kIn) ResolveIn(expr);
  }

 private:
  void VisitAggregate(Expr& expr) {
    const Source* const outer = source_;
    source_ = FindSource(schema_, expr.name.source);
    if (source_ != nullptr)
      UseNameOf(FindField(source_->fields, expr.name.field), expr.name);
    for (Expr& child : expr.children) Visit(child);
    source_ = outer;
  }

  void ResolveName(FieldName& name) {
    const bool of_subject = name.source == schema_.subject;
    if (!of_subject && !name.source.empty()) {
      const Source* const source = FindSource(schema_, name.source);
      if (source != nullptr)
        UseNameOf(FindField(source->fields, name.field), name);
      return;
    }
    const Field* const row = RowFieldOf(name);
    const Field* const own = FindField(schema_.fields, name.field);
    if (of_subject || row == nullptr ||
        (own != nullptr && !FitsKey(*row, name)))
      return ResolveOwn(own, name);
    name.source = source_->name;
    UseNameOf(row, name);
  }

  // What a name without a source means in `where`.
  const Field* RowFieldOf(const FieldName& name) const {
    return source_ == nullptr ? nullptr
                              : FindField(source_->fields, name.field);
  }

  // A field of the subject: says so where the name alone would be the row's.
  void ResolveOwn(const Field* own, FieldName& name) {
    name.source.clear();
    if (own == nullptr) return;
    UseNameOf(own, name);
    const Field* const row = RowFieldOf(name);
    if (row != nullptr && FitsKey(*row, name)) name.source = schema_.subject;
  }

  static void UseNameOf(const Field* field, FieldName& name) {
    if (field == nullptr) return;
    name.field = field->name;
    if (field->key_optional && name.key == "") name.key.reset();
  }

  void ResolveEqual(Expr& expr) const {
    if (expr.comparison != Comparison::kEqual) return;
    if (IsSet(expr.children[0]) == IsSet(expr.children[1])) return;
    if (IsSet(expr.children[1])) std::swap(expr.children[0], expr.children[1]);
    expr.kind = ExprKind::kHas;
  }

  void ResolveIn(Expr& expr) const {
    if (!expr.negated && !expr.texts.empty() && IsSet(expr.children[0]))
      expr.kind = ExprKind::kHasAny;
  }

  bool IsSet(const Expr& expr) const {
    if (expr.kind != ExprKind::kField) return false;
    const Source* const source = FindSource(schema_, expr.name.source);
    const Field* const field = FindField(
        source == nullptr ? schema_.fields : source->fields, expr.name.field);
    return field != nullptr && field->type == Type::kTexts;
  }

  const Schema& schema_;
  const Source* source_ = nullptr;  // of the aggregate whose `where` this is
};

}  // namespace

const Field* FindField(const std::vector<Field>& fields,
                       absl::string_view name) {
  for (const Field& field : fields)
    if (field.name == name ||
        std::find(field.aliases.begin(), field.aliases.end(), name) !=
            field.aliases.end())
      return &field;
  return nullptr;
}

const Source* FindSource(const Schema& schema, absl::string_view name) {
  for (const Source& source : schema.sources)
    if (source.name == name) return &source;
  return nullptr;
}

void Resolve(Expr& rule, const Schema& schema) { Resolver(schema).Visit(rule); }

}  // namespace patron::rules
