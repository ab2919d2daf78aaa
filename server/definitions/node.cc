#include "server/definitions/node.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace patron::definitions {
namespace {

Node Scalar(Node::Kind kind, absl::string_view text) {
  Node node;
  node.kind = kind;
  node.text = std::string(text);
  return node;
}

bool SameMember(const Member& a, const Member& b) {
  return a.key == b.key && SameValue(a.value, b.value);
}

}  // namespace

const Node* Node::Find(absl::string_view key) const {
  for (const Member& member : members)
    if (member.key == key) return &member.value;
  return nullptr;
}

Node TextNode(absl::string_view text) {
  return Scalar(Node::Kind::kText, text);
}

Node NumberNode(absl::string_view text) {
  return Scalar(Node::Kind::kNumber, text);
}

Node TruthNode(bool truth) {
  return Scalar(Node::Kind::kTruth, truth ? "true" : "false");
}

Node ListNode(std::vector<Node> items) {
  Node node;
  node.kind = Node::Kind::kList;
  node.items = std::move(items);
  return node;
}

absl::string_view KindName(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kText:
      return "a text";
    case Node::Kind::kNumber:
      return "a number";
    case Node::Kind::kTruth:
      return "true or false";
    case Node::Kind::kTime:
      return "a date or time";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kTable:
      return "a table";
  }
  return "something else";
}

std::string PlaceOf(const Node& node) {
  return absl::StrCat(node.file, " line ", node.line);
}

bool SameValue(const Node& a, const Node& b) {
  return a.kind == b.kind && a.text == b.text &&
         std::equal(a.items.begin(), a.items.end(), b.items.begin(),
                    b.items.end(), SameValue) &&
         std::equal(a.members.begin(), a.members.end(), b.members.begin(),
                    b.members.end(), SameMember);
}

}  // namespace patron::definitions
