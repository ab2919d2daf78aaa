#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "server/definitions/definitions.h"
#include "server/definitions/describe.h"
#include "server/definitions/node.h"

namespace patron::definitions {
namespace {

// A list by id as people call one of it.
struct Listed {
  absl::string_view key;
  absl::string_view name;
};
constexpr Listed kLists[] = {
    {"programmes", "programme"},    {"offers", "offer"},
    {"code_batches", "code batch"}, {"segments", "segment"},
    {"campaigns", "campaign"},      {"stores", "store"}};
// Tables that stand once.
constexpr absl::string_view kTables[] = {"shop", "contact", "holdout",
                                         "segment_thresholds", "prediction"};

Node AllOf(wire::Definitions definitions, const absl::TimeZone& zone) {
  Node all;
  Form form(all, Detail::kFull);
  Describe(form, definitions, zone);
  return all;
}

// A value on one line and without quotes.
std::string Plain(const Node& node) {
  if (node.kind == Node::Kind::kText)
    return absl::StrJoin(absl::StrSplit(node.text, absl::ByAnyChar(" \t\r\n"),
                                        absl::SkipEmpty()),
                         " ");
  if (node.kind == Node::Kind::kTable)
    return absl::StrCat("{",
                        absl::StrJoin(node.members, ", ",
                                      [](std::string* out, const Member& m) {
                                        absl::StrAppend(out, m.key, " ",
                                                        Plain(m.value));
                                      }),
                        "}");
  if (node.kind == Node::Kind::kList)
    return absl::StrJoin(
        node.items, ", ",
        [](std::string* out, const Node& item) { out->append(Plain(item)); });
  return node.text;
}

std::string NameOf(const Node& item) {
  for (const absl::string_view key : {"id", "kind"})
    if (const Node* name = item.Find(key)) return Plain(*name);
  return "";
}

using ByName = absl::flat_hash_map<std::string, const Node*>;

// The first of a name.
ByName IndexOf(const Node& list) {
  ByName index;
  for (const Node& item : list.items) index.emplace(NameOf(item), &item);
  return index;
}

const Node* Named(const ByName& index, absl::string_view name) {
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

// Lists of tables that tell themselves apart are compared one by one; one may
// be "none".
bool IsNamedList(const Node& node) {
  return node.kind == Node::Kind::kList && !node.items.empty() &&
         node.items[0].kind == Node::Kind::kTable &&
         !NameOf(node.items[0]).empty();
}

// The names of `list` that `other` has too.
std::vector<std::string> NamesIn(const Node& list, const ByName& other) {
  std::vector<std::string> names;
  for (const Node& item : list.items) {
    std::string name = NameOf(item);
    if (other.contains(name)) names.push_back(std::move(name));
  }
  return names;
}

class Comparison {
 public:
  std::vector<std::string> Compare(const Node& from, const Node& to) {
    for (const absl::string_view table : kTables)
      CompareTable(absl::StrCat("~ ", table, ": "), from.Find(table),
                   to.Find(table));
    for (const Listed& listed : kLists) {
      const Node* old_list = from.Find(listed.key);
      const Node* new_list = to.Find(listed.key);
      CompareTop(listed, *old_list, *new_list);
    }
    return std::move(lines_);
  }

 private:
  // A key may stand in one of them only; an absent table is an empty one.
  void CompareTable(const std::string& start, const Node* from,
                    const Node* to) {
    const Node nothing, none = TextNode("none");
    if (from == nullptr) from = &nothing;
    if (to == nullptr) to = &nothing;
    for (const Member& member : from->members)
      if (to->Find(member.key) == nullptr)
        CompareValues(start, member.key, member.value, none);
    for (const Member& member : to->members) {
      const Node* before = from->Find(member.key);
      CompareValues(start, member.key, before == nullptr ? none : *before,
                    member.value);
    }
  }

  void CompareTop(const Listed& listed, const Node& from, const Node& to) {
    const ByName old_ones = IndexOf(from), new_ones = IndexOf(to);
    for (const Node& item : from.items)
      if (!new_ones.contains(NameOf(item)))
        lines_.push_back(absl::StrCat("- ", listed.name, " ", NameOf(item)));
    for (const Node& item : to.items) {
      const std::string name = absl::StrCat(listed.name, " ", NameOf(item));
      const Node* before = Named(old_ones, NameOf(item));
      if (before == nullptr)
        lines_.push_back(absl::StrCat("+ ", name));
      else
        CompareMembers(absl::StrCat("~ ", name, ": "), "", *before, item);
    }
    if (NamesIn(from, new_ones) != NamesIn(to, old_ones))
      lines_.push_back(absl::StrCat("~ ", listed.key, ": in another order"));
  }

  // Both hold every key, for both were written in full.
  void CompareMembers(const std::string& start, const std::string& path,
                      const Node& from, const Node& to) {
    for (const Member& member : to.members) {
      const Node* before = from.Find(member.key);
      if (before != nullptr)
        CompareValues(start, absl::StrCat(path, member.key), *before,
                      member.value);
    }
  }

  void CompareValues(const std::string& start, const std::string& path,
                     const Node& from, const Node& to) {
    if (SameValue(from, to)) return;
    if (IsNamedList(from) || IsNamedList(to))
      return CompareLists(start, path, from, to);
    if (from.kind == Node::Kind::kTable && to.kind == Node::Kind::kTable &&
        from.members.size() == to.members.size())
      return CompareMembers(start, absl::StrCat(path, "."), from, to);
    const std::string before = Plain(from), after = Plain(to);
    lines_.push_back(
        before == after
            ? absl::StrCat(start, path, " in its spacing")
            : absl::StrCat(start, path, " ", before, " -> ", after));
  }

  void CompareLists(const std::string& start, const std::string& path,
                    const Node& from, const Node& to) {
    const ByName old_ones = IndexOf(from), new_ones = IndexOf(to);
    for (const Node& item : from.items)
      if (!new_ones.contains(NameOf(item)))
        lines_.push_back(
            absl::StrCat(start, path, " ", NameOf(item), " removed"));
    for (const Node& item : to.items) {
      const std::string name = absl::StrCat(path, " ", NameOf(item));
      const Node* before = Named(old_ones, NameOf(item));
      if (before == nullptr)
        lines_.push_back(absl::StrCat(start, name, " added"));
      else
        CompareMembers(start, absl::StrCat(name, "."), *before, item);
    }
    if (NamesIn(from, new_ones) != NamesIn(to, old_ones))
      lines_.push_back(absl::StrCat(start, path, " in another order"));
  }

  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> Differences(const wire::Definitions& from,
                                     const wire::Definitions& to,
                                     const absl::TimeZone& zone) {
  if (from == to) return {};
  std::vector<std::string> lines =
      Comparison().Compare(AllOf(from, zone), AllOf(to, zone));
  if (lines.empty()) lines.push_back("~ values that files do not show");
  return lines;
}

}  // namespace patron::definitions
