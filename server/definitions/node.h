// A TOML value without the TOML library: what the file reader makes, what the
// writer prints, what two versions are compared by. Numbers and times stay the
// text that was written: nothing goes through floating point.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace patron::definitions {

struct Member;

struct Node {
  enum class Kind { kText, kNumber, kTruth, kTime, kList, kTable };

  Kind kind = Kind::kTable;
  std::string text;             // of the first four kinds
  std::vector<Node> items;      // of kList
  std::vector<Member> members;  // of kTable, in order
  // A table, or a list of tables, that gets a [header] of its own.
  bool section = false;
  // Where it was read; the name is borrowed from the caller's Files.
  absl::string_view file;
  int line = 0;

  // The member's value; null where there is none, or this is no table.
  const Node* Find(absl::string_view key) const;
};

struct Member {
  std::string key;
  Node value;
};

Node TextNode(absl::string_view text);
Node NumberNode(absl::string_view text);
Node TruthNode(bool truth);
Node ListNode(std::vector<Node> items);

// "a text", "a number" … for messages.
absl::string_view KindName(Node::Kind kind);

// "offers.toml line 12"
std::string PlaceOf(const Node& node);

// The same value; places and headers do not count.
bool SameValue(const Node& a, const Node& b);

}  // namespace patron::definitions
