#include "server/definitions/form.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "server/base/text.h"
#include "server/rules/suggest.h"

namespace patron::definitions {
namespace {

// What tells an element of a list from the others: its id, or its kind.
const Node* NameOf(const Node& item) {
  for (const absl::string_view key : {"id", "kind"})
    if (const Node* name = item.Find(key);
        name != nullptr && name->kind == Node::Kind::kText)
      return name;
  return nullptr;
}

}  // namespace

void Form::Numbers(absl::string_view key,
                   std::map<std::string, int64_t>& values) {
  if (!reading()) return WriteNumbers(key, values);
  values.clear();
  const Node* node = Take(key, Presence::kOptional);
  if (node == nullptr || !IsTable(key, *node)) return;
  Form form(*node, PathOf(key), *faults_);
  for (const Member& member : node->members)
    form.ReadField(member.key, member.value, values[member.key], AsNumber());
}

void Form::WriteNumbers(absl::string_view key,
                        const std::map<std::string, int64_t>& values) {
  Node table;
  for (const auto& [name, value] : values)
    table.members.push_back({name, AsNumber().Write(value)});
  if (!values.empty()) Add(key, std::move(table), Placing::kSection);
}

void Form::Finish() {
  for (const Member& member : in_->members) {
    if (std::count(known_.begin(), known_.end(), member.key) > 0) continue;
    std::string hint = rules::Suggestion(member.key, known_);
    if (hint.empty())
      hint = absl::StrCat("; the keys here are ", absl::StrJoin(known_, ", "));
    Fault(member.key, absl::StrCat("no such key", hint));
  }
}

void Form::Fault(absl::string_view key, absl::string_view what) {
  const Node* node = in_->Find(key);
  const Node& at = node == nullptr ? *in_ : *node;
  const std::string place = at.line == 0 ? "" : absl::StrCat(PlaceOf(at), ": ");
  faults_->Add(absl::StrCat(place, PathOf(key)), what);
}

const Node* Form::Take(absl::string_view key, Presence presence) {
  known_.emplace_back(key);
  const Node* node = in_->Find(key);
  if (node == nullptr && presence == Presence::kRequired)
    Fault(key, "is missing");
  return node;
}

bool Form::IsTable(absl::string_view key, const Node& node) {
  if (node.kind == Node::Kind::kTable) return true;
  Fault(key, absl::StrCat(Shown(node), " is not a table such as { … }"));
  return false;
}

bool Form::IsListOfTables(absl::string_view key, const Node& node) {
  const bool fits =
      node.kind == Node::Kind::kList &&
      std::all_of(node.items.begin(), node.items.end(), [](const Node& item) {
        return item.kind == Node::Kind::kTable;
      });
  if (!fits)
    Fault(key, absl::StrCat(Shown(node), " is not a list of tables: write [[",
                            key, "]], or [{ … }, { … }]"));
  return fits;
}

std::string Form::PathOf(absl::string_view key) const {
  // A key in quotes may be anything.
  const std::string name =
      CheckId("", key).ok() ? std::string(key) : Quoted(key);
  return path_.empty() ? name : absl::StrCat(path_, ".", name);
}

std::string Form::PathOfItem(absl::string_view key, const Node& item,
                             size_t index) const {
  const Node* name = NameOf(item);
  return name != nullptr ? absl::StrCat(PathOf(key), " ", Quoted(name->text))
                         : absl::StrCat(PathOf(key), "[", index + 1, "]");
}

void Form::WriteNone(absl::string_view key) {
  if (detail_ == Detail::kFull) Add(key, TextNode("none"), Placing::kInline);
}

void Form::Add(absl::string_view key, Node value, Placing placing) {
  value.section = placing == Placing::kSection;
  out_->members.push_back({std::string(key), std::move(value)});
}

}  // namespace patron::definitions
