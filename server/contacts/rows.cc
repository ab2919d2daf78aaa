#include "server/contacts/rows.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::contacts {
namespace {

using store::Family;

// What is zero does not stand: equal counts are equal rows.
void Add(std::map<int32_t, int64_t>& counts, int32_t key, int64_t value) {
  int64_t& sum = counts[key];
  sum += value;
  if (sum == 0) counts.erase(key);
}

void AddContact(const wire::PlannedContact& contact, const Context& context,
                int64_t times, wire::RunRow& run) {
  run.planned += times;
  run.cost += times * contact.cost;
  if (contact.offer_id.empty()) return;
  const auto offer = context.checkout.base.ordinals.FindOffer(contact.offer_id);
  if (!offer) return;
  Add(run.offer_cost, static_cast<int32_t>(*offer), times * contact.offer_cost);
  Add(run.offer_contacts, static_cast<int32_t>(*offer), times);
}

}  // namespace

absl::StatusOr<uint32_t> KnownRun(const std::string& run_id,
                                  const Context& context) {
  const auto number = context.runs.NumberOf(run_id);
  if (!number)
    return absl::NotFoundError(absl::StrCat("run_id: no run ", Quoted(run_id)));
  return *number;
}

absl::StatusOr<std::optional<wire::ContactRow>> FindContact(
    uint32_t run, CustomerOrdinal customer, const Context& context) {
  PATRON_ASSIGN_OR_RETURN(
      const auto bytes,
      context.checkout.base.batch.Get(Family::kContacts,
                                      store::ContactKey(customer, run)));
  if (!bytes) return std::nullopt;
  PATRON_ASSIGN_OR_RETURN(auto row,
                          store::Decode<wire::ContactRow>(*bytes, "contact"));
  return row;
}

absl::StatusOr<wire::PlannedContact> TakeFromList(uint32_t run,
                                                  CustomerOrdinal customer,
                                                  const Context& context) {
  store::Batch& batch = context.checkout.base.batch;
  const std::string key = store::RunRowKey(run, customer);
  PATRON_ASSIGN_OR_RETURN(const auto bytes, batch.Get(Family::kRunRows, key));
  if (!bytes)
    return absl::DataLossError(absl::StrCat("run ", run, ": customer ",
                                            customer.value(),
                                            " is contacted and not listed"));
  PATRON_ASSIGN_OR_RETURN(
      auto row, store::Decode<wire::RunListRow>(*bytes, "row of a run"));
  batch.Delete(Family::kRunRows, key);
  return std::move(row.contact);
}

absl::StatusOr<wire::PlannedContact> LeaveOutAfterAll(
    uint32_t run, CustomerOrdinal customer, wire::LeftOut::type reason,
    const Context& context, int32_t by_run) {
  PATRON_ASSIGN_OR_RETURN(auto contact, TakeFromList(run, customer, context));
  wire::RunRow& changed = context.runs.Mutable(run);
  UncountContact(contact, context, changed);
  CountLeftOut(reason, 1, changed);
  context.diary.Remove(customer, run);
  wire::ContactRow row;
  row.decision = wire::ContactDecision::LEFT_OUT;
  row.reason = reason;
  row.day = contact.day;
  row.by_run = by_run;
  context.checkout.base.batch.Put(
      Family::kContacts, store::ContactKey(customer, run), store::Encode(row));
  return contact;
}

void CountContact(const wire::PlannedContact& contact, const Context& context,
                  wire::RunRow& run) {
  AddContact(contact, context, 1, run);
}

void UncountContact(const wire::PlannedContact& contact, const Context& context,
                    wire::RunRow& run) {
  AddContact(contact, context, -1, run);
}

void CountLeftOut(wire::LeftOut::type reason, int64_t customers,
                  wire::RunRow& run) {
  Add(run.left_out, reason, customers);
}

}  // namespace patron::contacts
