// One description of a table serves reading, writing and comparing: a function
// names each key, the field behind it and its form once (describe.cc), and is
// handed a Form that reads from a node or writes to one.
//
// Threads: one. A Form borrows its node and faults.
#pragma once

#include <limits>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/definitions/faults.h"
#include "server/definitions/node.h"
#include "server/definitions/values.h"

namespace patron::definitions {

enum class Presence {
  kOptional,  // may be absent; not written where it is the default
  kAlways,    // may be absent; always written
  kRequired,  // must be there
};

// kBrief leaves defaults out, for files; kFull writes every field, what is
// empty or zero as "none", for comparing.
enum class Detail { kBrief, kFull };

// Where a nested table stands: behind its key, or under a header.
enum class Placing { kInline, kSection };

class Form {
 public:
  // Reads `in`, which messages call `path`.
  Form(const Node& in, std::string path, Faults& faults)
      : in_(&in), path_(std::move(path)), faults_(&faults) {}
  // Writes to `out`.
  Form(Node& out, Detail detail) : out_(&out), detail_(detail) {}

  bool reading() const { return in_ != nullptr; }

  // `as` is one of values.h.
  template <typename T, typename As>
  void Field(absl::string_view key, T& value, const As& as,
             std::type_identity_t<T> otherwise = T(),
             Presence presence = Presence::kOptional) {
    if (!reading())
      WriteField(key, value, as, otherwise, presence);
    else if (const Node* node = Take(key, presence); node == nullptr)
      value = otherwise;
    else
      ReadField(key, *node, value, as);
  }

  // `describe` is handed a Form of the table under `key`; an absent one reads
  // as an empty one, and an empty one is not written.
  template <typename Describe>
  void Table(absl::string_view key, Placing placing, const Describe& describe) {
    if (reading()) return ReadTable(key, describe);
    Node table;
    Form form(table, detail_);
    describe(form);
    if (!table.members.empty()) Add(key, std::move(table), placing);
  }

  // As Table, but whether the table is there counts.
  template <typename Describe>
  void OptionalTable(absl::string_view key, Placing placing, bool& present,
                     const Describe& describe) {
    if (reading()) present = in_->Find(key) != nullptr;
    if (reading()) return present ? ReadTable(key, describe) : void();
    if (!present) return WriteNone(key);
    Node table;
    Form form(table, detail_);
    describe(form);
    Add(key, std::move(table), placing);
  }

  // A list of tables; `describe` is handed a Form and an element.
  template <typename T, typename Describe>
  void Tables(absl::string_view key, Placing placing, std::vector<T>& values,
              const Describe& describe) {
    if (reading()) return ReadTables(key, values, describe);
    if (values.empty()) return WriteNone(key);
    Node list = ListNode({});
    for (T& value : values) {
      Form form(list.items.emplace_back(), detail_);
      describe(form, value);
    }
    Add(key, std::move(list), placing);
  }

  // A table whose keys are names of the file's own, with whole numbers.
  void Numbers(absl::string_view key, std::map<std::string, int64_t>& values);

  // After the last key: whatever else was written is a fault.
  void Finish();

  // A fault of the member `key`, or of the table where it is absent.
  void Fault(absl::string_view key, absl::string_view what);

 private:
  template <typename T, typename As>
  void ReadField(absl::string_view key, const Node& node, T& value,
                 const As& as) {
    const auto read = as.Read(node);
    if (!read.ok()) return Fault(key, read.status().message());
    if constexpr (std::is_same_v<T, int32_t>)
      if (*read < std::numeric_limits<T>::min() ||
          *read > std::numeric_limits<T>::max())
        return Fault(key, absl::StrCat(Shown(node), " is too large"));
    value = static_cast<T>(*read);
  }

  template <typename T, typename As>
  void WriteField(absl::string_view key, const T& value, const As& as,
                  const T& otherwise, Presence presence) {
    const bool usual = presence == Presence::kOptional && value == otherwise;
    if (detail_ == Detail::kBrief && usual) return;
    if (usual && value == T() && !std::is_same_v<T, bool>)
      return WriteNone(key);
    Add(key, as.Write(value), Placing::kInline);
  }

  template <typename Describe>
  void ReadTable(absl::string_view key, const Describe& describe) {
    static const Node kNothing;
    const Node* node = Take(key, Presence::kOptional);
    if (node != nullptr && !IsTable(key, *node)) return;
    Form form(node == nullptr ? kNothing : *node, PathOf(key), *faults_);
    describe(form);
    form.Finish();
  }

  template <typename T, typename Describe>
  void ReadTables(absl::string_view key, std::vector<T>& values,
                  const Describe& describe) {
    values.clear();
    const Node* node = Take(key, Presence::kOptional);
    if (node == nullptr || !IsListOfTables(key, *node)) return;
    for (size_t i = 0; i < node->items.size(); ++i) {
      Form form(node->items[i], PathOfItem(key, node->items[i], i), *faults_);
      describe(form, values.emplace_back());
      form.Finish();
    }
  }

  // The member, noted as known; null, and a fault where it is required, if it
  // is absent.
  const Node* Take(absl::string_view key, Presence presence);
  bool IsTable(absl::string_view key, const Node& node);
  bool IsListOfTables(absl::string_view key, const Node& node);
  std::string PathOf(absl::string_view key) const;
  std::string PathOfItem(absl::string_view key, const Node& item,
                         size_t index) const;
  void WriteNumbers(absl::string_view key,
                    const std::map<std::string, int64_t>& values);
  void WriteNone(absl::string_view key);
  void Add(absl::string_view key, Node value, Placing placing);

  const Node* in_ = nullptr;
  std::string path_;
  Faults* faults_ = nullptr;
  std::vector<std::string> known_;

  Node* out_ = nullptr;
  Detail detail_ = Detail::kBrief;
};

}  // namespace patron::definitions
