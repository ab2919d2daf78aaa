#include "server/contacts/read.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/contacts/bitmap.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::contacts {
namespace {

using store::Family;

absl::StatusOr<CustomerContact> ContactOf(const Runs& runs,
                                          absl::string_view key,
                                          absl::string_view value) {
  PATRON_ASSIGN_OR_RETURN(const auto parts, store::DecodeContactKey(key));
  CustomerContact contact;
  contact.run_number = parts.run;
  contact.run = runs.Get(parts.run);
  PATRON_ASSIGN_OR_RETURN(contact.row,
                          store::Decode<wire::ContactRow>(value, "contact"));
  return contact;
}

}  // namespace

absl::StatusOr<std::vector<CustomerContact>> ContactsOf(
    const store::Store& store, const Runs& runs, CustomerOrdinal customer) {
  std::vector<CustomerContact> contacts;
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(
      store.ScanPrefix(Family::kContacts, store::CustomerKey(customer),
                       [&](absl::string_view key, absl::string_view value) {
                         auto contact = ContactOf(runs, key, value);
                         problem = contact.status();
                         // A batch is on disk just before its runs are known
                         // here.
                         if (problem.ok() && contact->run != nullptr)
                           contacts.push_back(*std::move(contact));
                         return problem.ok();
                       }));
  PATRON_RETURN_IF_ERROR(problem);
  std::reverse(contacts.begin(), contacts.end());
  return contacts;
}

absl::StatusOr<std::optional<wire::ContactRow>> ContactIn(
    const store::Store& store, uint32_t run_number, CustomerOrdinal customer) {
  PATRON_ASSIGN_OR_RETURN(
      const auto bytes,
      store.Get(Family::kContacts, store::ContactKey(customer, run_number)));
  if (!bytes) return std::nullopt;
  PATRON_ASSIGN_OR_RETURN(auto row,
                          store::Decode<wire::ContactRow>(*bytes, "contact"));
  return row;
}

absl::StatusOr<RunPage> ReadRunPage(const store::Store& store,
                                    uint32_t run_number, uint32_t from,
                                    size_t most) {
  RunPage page;
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(store.Scan(
      Family::kRunRows, store::RunRowKey(run_number, CustomerOrdinal(from)),
      store::RunKey(run_number + 1),
      [&](absl::string_view, absl::string_view value) {
        auto row = store::Decode<wire::RunListRow>(value, "row of a run");
        problem = row.status();
        if (!problem.ok()) return false;
        if (page.rows.size() == most) {
          page.next = static_cast<uint32_t>(row->contact.customer);
          return false;
        }
        page.rows.push_back(std::move(row->contact));
        return true;
      }));
  PATRON_RETURN_IF_ERROR(problem);
  return page;
}

absl::StatusOr<Roaring> ReadAudience(const store::Store& store,
                                     uint32_t run_number) {
  PATRON_ASSIGN_OR_RETURN(
      const auto bytes,
      store.Get(Family::kRuns, store::RunAudienceKey(run_number)));
  const std::string what = absl::StrCat("audience of run ", run_number);
  if (!bytes) return absl::DataLossError(absl::StrCat(what, " is gone"));
  auto audience = ReadBitmap(what, *bytes);
  if (!audience.ok()) return absl::DataLossError(audience.status().message());
  return audience;
}

}  // namespace patron::contacts
