#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/definitions/definitions.h"
#include "server/definitions/describe.h"
#include "server/definitions/faults.h"
#include "server/definitions/toml_reader.h"

namespace patron::definitions {
namespace {

// Adds a file's member to those of the files before. Lists go together; what
// is not a list may stand in one file only.
void Merge(Member member, Node& all, Faults& faults) {
  for (Member& known : all.members) {
    if (known.key != member.key) continue;
    if (known.value.kind != Node::Kind::kList ||
        member.value.kind != Node::Kind::kList)
      return faults.Add(PlaceOf(member.value),
                        absl::StrCat("[", member.key, "] stands already in ",
                                     PlaceOf(known.value)));
    for (Node& item : member.value.items)
      known.value.items.push_back(std::move(item));
    return;
  }
  all.members.push_back(std::move(member));
}

void MergeFiles(const Files& files, Node& all, Faults& faults) {
  for (const auto& [name, text] : files) {
    absl::StatusOr<Node> file = ParseToml(name, text);
    faults.Add(file.status());
    if (!file.ok()) continue;
    for (Member& member : file->members) Merge(std::move(member), all, faults);
  }
}

// Validate would find them too, but does not know the places.
void FindDuplicates(const Member& list, Faults& faults) {
  absl::flat_hash_map<std::string, const Node*> first;
  for (const Node& item : list.value.items) {
    const Node* id = item.Find("id");
    if (id == nullptr || id->kind != Node::Kind::kText) continue;
    const auto [found, is_new] = first.emplace(id->text, id);
    if (!is_new)
      faults.Add(PlaceOf(*id),
                 absl::StrCat(list.key, " ", Quoted(id->text),
                              ": stands already in ", PlaceOf(*found->second)));
  }
}

}  // namespace

absl::StatusOr<wire::Definitions> ReadFiles(const Files& files,
                                            const absl::TimeZone& zone) {
  Faults faults;
  Node all;
  MergeFiles(files, all, faults);
  PATRON_RETURN_IF_ERROR(faults.ToStatus());
  wire::Definitions definitions;
  Form form(all, "", faults);
  Describe(form, definitions, zone);
  form.Finish();
  for (const Member& member : all.members) FindDuplicates(member, faults);
  PATRON_RETURN_IF_ERROR(faults.ToStatus());
  return definitions;
}

}  // namespace patron::definitions
