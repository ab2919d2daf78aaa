#include "server/rules/demands.h"

#include <algorithm>
#include <utility>

namespace patron::rules {
namespace {

using Texts = std::optional<std::vector<std::string>>;

class Demands {
 public:
  Demands(const std::vector<Node>& nodes, int field)
      : nodes_(nodes), field_(field) {}

  Texts Of(size_t index) const {
    const Node& node = nodes_[index];
    const size_t first = index + 1;
    switch (node.op) {
      case Op::kAnd:
        return OfAnd(index);
      case Op::kOr:
        return OfOr(index);
      case Op::kCompareTexts:
        return OfCompare(node, first);
      case Op::kInTexts:
        if (node.negated || !IsAsked(nodes_[first])) return std::nullopt;
        return node.texts;
      case Op::kHas:
        if (!IsAsked(nodes_[first])) return std::nullopt;
        return Literal(nodes_[nodes_[first].end]);
      case Op::kHasAny:
        if (!IsAsked(nodes_[first])) return std::nullopt;
        return node.texts;
      case Op::kTruth:
        if (node.number != 0) return std::nullopt;
        return std::vector<std::string>();
      default:
        return std::nullopt;
    }
  }

 private:
  // With a key there is more than one text to the field.
  bool IsAsked(const Node& node) const {
    return node.op == Op::kField && node.field == field_ && !node.keyed;
  }

  static Texts Literal(const Node& node) {
    if (node.op != Op::kText) return std::nullopt;
    return std::vector<std::string>{node.text};
  }

  Texts OfCompare(const Node& node, size_t first) const {
    if (node.comparison != Comparison::kEqual) return std::nullopt;
    const Node& left = nodes_[first];
    const Node& right = nodes_[left.end];
    if (IsAsked(left)) return Literal(right);
    if (IsAsked(right)) return Literal(left);
    return std::nullopt;
  }

  Texts OfAnd(size_t index) const {
    Texts shortest;
    for (size_t i = index + 1; i < nodes_[index].end; i = nodes_[i].end) {
      Texts texts = Of(i);
      if (!texts.has_value()) continue;
      if (!shortest.has_value() || texts->size() < shortest->size())
        shortest = std::move(texts);
    }
    return shortest;
  }

  Texts OfOr(size_t index) const {
    std::vector<std::string> all;
    for (size_t i = index + 1; i < nodes_[index].end; i = nodes_[i].end) {
      const Texts texts = Of(i);
      if (!texts.has_value()) return std::nullopt;
      all.insert(all.end(), texts->begin(), texts->end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  const std::vector<Node>& nodes_;
  const int field_;
};

}  // namespace

Texts Demanded(const Code& code, int field) {
  return Demands(code.nodes, field).Of(0);
}

}  // namespace patron::rules
