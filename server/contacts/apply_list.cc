#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/text.h"
#include "server/contacts/apply.h"

namespace patron::contacts {
namespace {

Roaring KnownOf(const std::vector<std::string>& ids, const Context& context) {
  Roaring known;
  for (const std::string& id : ids)
    if (const auto customer = context.checkout.base.ordinals.FindCustomer(id))
      known.add(customer->value());
  return known;
}

// What the list is after the change.
Roaring Changed(wire::ListChange::type change, const Roaring& before,
                Roaring given) {
  switch (change) {
    case wire::ListChange::ADD:
      return before | given;
    case wire::ListChange::REMOVE:
      return before - given;
    case wire::ListChange::REPLACE:
      break;
  }
  return given;
}

}  // namespace

absl::StatusOr<int64_t> ApplyPutList(const wire::PutList& command,
                                     const Stamp& stamp,
                                     const Context& context) {
  const auto present = context.lists.Find(command.list_id);
  if (!present && command.change != wire::ListChange::REPLACE)
    return absl::NotFoundError(
        absl::StrCat("list_id: no list ", Quoted(command.list_id)));
  const Roaring before = present ? *present->members : Roaring();
  if (command.drop) {
    context.lists.Drop(command.list_id);
    return static_cast<int64_t>(before.cardinality());
  }
  Roaring after =
      Changed(command.change, before, KnownOf(command.customer_ids, context));
  const auto changed = static_cast<int64_t>(before.xor_cardinality(after));
  StaticList list;
  list.name = command.name.empty() && present ? present->name : command.name;
  list.members = std::make_shared<const Roaring>(std::move(after));
  list.position = stamp.position;
  context.lists.Put(command.list_id, std::move(list));
  return changed;
}

}  // namespace patron::contacts
