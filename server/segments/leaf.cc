#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/rules/evaluator.h"
#include "server/segments/dated.h"
#include "server/segments/kept.h"
#include "server/subjects/fields.h"

namespace patron::segments {
namespace {

using rules::Code;
using rules::Node;
using rules::Op;
using rules::Type;

Type TypeOf(int field) {
  for (const rules::Field& one : subjects::CustomerSchema().fields)
    if (one.id == field) return one.type;
  return Type::kTexts;  // of no field of a customer: never a leaf
}

Leaf::Kind KindOf(const Node& node) {
  if (node.op == Op::kAggregate) return Leaf::Kind::kNumber;
  if (node.op != Op::kField) return Leaf::Kind::kTruth;
  switch (TypeOf(node.field)) {
    case Type::kNumber:
      return Leaf::Kind::kNumber;
    case Type::kText:
      return Leaf::Kind::kText;
    default:
      return Leaf::Kind::kTruth;
  }
}

Code CopyOf(const Code& code, size_t index) {
  Code copy;
  copy.nodes.assign(code.nodes.begin() + index,
                    code.nodes.begin() + code.nodes[index].end);
  for (Node& node : copy.nodes) node.end -= static_cast<uint32_t>(index);
  return copy;
}

void AppendTexts(const Node& node, std::string& signature) {
  const auto add = [&signature](const std::string& text) {
    absl::StrAppend(&signature, text.size(), ":", text);
  };
  add(node.text);
  for (const std::string& text : node.texts) add(text);
  for (const int64_t number : node.numbers)
    absl::StrAppend(&signature, number, ",");
}

}  // namespace

std::string SignatureOf(const Code& code, size_t index) {
  std::string signature;
  for (size_t i = index; i < code.nodes[index].end; ++i) {
    const Node& node = code.nodes[i];
    absl::StrAppend(&signature, static_cast<int>(node.op), ".",
                    static_cast<int>(node.comparison), ".",
                    static_cast<int>(node.aggregate), ".", node.negated,
                    node.subtracted, node.end - i, ".", node.field, ".",
                    node.source, ".", node.number, ".", node.texts.size(), ".",
                    node.numbers.size(), ";");
    AppendTexts(node, signature);
  }
  return signature;
}

bool IsLeaf(const Code& code, size_t index) {
  const Node& node = code.nodes[index];
  const auto asks_set = [&] {
    const Node& child = code.nodes[index + 1];
    return child.op == Op::kField && TypeOf(child.field) == Type::kTexts;
  };
  switch (node.op) {
    case Op::kAggregate:
      return true;
    case Op::kField:
      return TypeOf(node.field) != Type::kTexts;
    case Op::kHas:
      return asks_set() &&
             code.nodes[code.nodes[index + 1].end].op == Op::kText;
    case Op::kHasAny:
    case Op::kKnown:
      return asks_set();
    default:
      return false;
  }
}

// ---- Dictionary

uint32_t Dictionary::CodeOf(absl::string_view text) {
  const absl::MutexLock lock(&mutex_);
  if (const auto at = codes_.find(text); at != codes_.end()) return at->second;
  const auto code = static_cast<uint32_t>(texts_.size());
  codes_.emplace(texts_.emplace_back(text), code);
  return code;
}

std::string Dictionary::TextOf(uint32_t code) const {
  const absl::MutexLock lock(&mutex_);
  return texts_[code];
}

size_t Dictionary::size() const {
  const absl::MutexLock lock(&mutex_);
  return texts_.size();
}

// ---- Leaf

Leaf::Leaf() = default;

Leaf::Leaf(const Code& code, size_t index)
    : kind_(KindOf(code.nodes[index])), code_(CopyOf(code, index)) {
  for (const Node& node : code_.nodes)
    if (node.op == Op::kField) LookAtField(node);
  const Node& root = code_.nodes[0];
  if (root.op != Op::kAggregate) {
    const Node& field = root.op == Op::kField ? root : code_.nodes[1];
    slope_ = kind_ == Kind::kNumber ? SlopeOf(field.field) : 0;
    knows_days_ = !StandsStill(field.field);
    return;
  }
  counting_.emplace(code_, 0);
  reads_products_ |= counting_->reads_products();
  knows_days_ = root.number != 0 || counting_->changes_daily();
}

void Leaf::LookAtField(const Node& node) {
  reads_definitions_ |= subjects::ReadsDefinitions(node.field);
  reads_products_ |= node.field == subjects::kTopCategoryShare;
}

Leaf::Reading Leaf::Read(const RowSubject& subject,
                         Dictionary& dictionary) const {
  const Node& root = code_.nodes[0];
  const Node& field = root.op == Op::kField ? root : code_.nodes[1];
  Reading reading;
  if (field.field == subjects::kDueProducts)
    reading.until = subject.DueUntil();
  else if (knows_days_)
    reading.until = UntilOf(subject.parts(), field.field, field.text);
  if (root.op == Op::kHas && field.field == subjects::kBought) {
    reading.stored = subject.HasBought(code_.nodes[field.end].text);
    return reading;
  }
  if (root.op != Op::kField) {
    reading.stored = rules::Holds(code_, 0, subject);
    return reading;
  }
  const rules::Value value = subject.Get(field.field, field.text);
  if (const auto* number = std::get_if<int64_t>(&value))
    reading.stored = *number - slope_ * subject.Today();
  else if (const auto* truth = std::get_if<bool>(&value))
    reading.stored = *truth;
  else if (const auto* text = std::get_if<absl::string_view>(&value))
    reading.stored = dictionary.CodeOf(*text);
  return reading;
}

}  // namespace patron::segments
