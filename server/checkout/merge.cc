// Two customers who are one: everything of the absorbed one becomes the kept
// one's, as if she had done it from the start.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/checkout/apply.h"
#include "server/checkout/known.h"
#include "server/checkout/postings.h"
#include "server/checkout/uses.h"
#include "server/customers/events.h"
#include "server/customers/purchases.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::checkout {
namespace {

using store::Family;

constexpr size_t kMaxPriorities = 3;

// ---- profiles

void FillPriorities(const wire::Customer& from, wire::Customer& into) {
  for (const std::string& priority : from.priorities)
    if (into.priorities.size() < kMaxPriorities &&
        std::find(into.priorities.begin(), into.priorities.end(), priority) ==
            into.priorities.end())
      into.priorities.push_back(priority);
}

// Of two statements on one purpose and channel the later one holds.
void MergeConsents(const wire::Customer& from, wire::Customer& into) {
  for (const wire::Consent& said : from.consents) {
    const auto at = std::find_if(into.consents.begin(), into.consents.end(),
                                 [&said](const wire::Consent& other) {
                                   return other.channel == said.channel &&
                                          other.purpose == said.purpose;
                                 });
    if (at == into.consents.end()) {
      into.consents.push_back(said);
    } else if (said.given_at_us > at->given_at_us) {
      *at = said;
    }
  }
}

// A birthday comes from one of the two: a month of the one and a day of the
// other are nobody's.
void FillBirthday(const wire::Customer& from, wire::Customer& into) {
  if (from.__isset.birth_year && !into.__isset.birth_year)
    into.__set_birth_year(from.birth_year);
  if (into.__isset.birth_month || into.__isset.birth_day) return;
  if (from.__isset.birth_month) into.__set_birth_month(from.birth_month);
  if (from.__isset.birth_day) into.__set_birth_day(from.birth_day);
}

void FillTexts(const wire::Customer& from, wire::Customer& into) {
  if (into.name.empty() && from.__isset.name) into.__set_name(from.name);
  if (into.locale.empty() && from.__isset.locale)
    into.__set_locale(from.locale);
  if (into.gender.empty() && from.__isset.gender)
    into.__set_gender(from.gender);
  if (into.preferred_store_id.empty() && from.__isset.preferred_store_id)
    into.__set_preferred_store_id(from.preferred_store_id);
  if (into.preferred_channel.empty() && from.__isset.preferred_channel)
    into.__set_preferred_channel(from.preferred_channel);
  if (into.associate.empty() && from.__isset.associate)
    into.__set_associate(from.associate);
  if (into.time_zone.empty() && from.__isset.time_zone)
    into.__set_time_zone(from.time_zone);
}

// What is absent of a profile comes from the other.
void FillProfile(const wire::Customer& from, wire::Customer& into) {
  FillTexts(from, into);
  FillBirthday(from, into);
  FillPriorities(from, into);
  MergeConsents(from, into);
  into.contacts.insert(from.contacts.begin(), from.contacts.end());
  into.attributes.insert(from.attributes.begin(), from.attributes.end());
  if (!into.__isset.household_size && from.__isset.household_size)
    into.__set_household_size(from.household_size);
  if (into.children_birth_years.empty())
    into.children_birth_years = from.children_birth_years;
  if (into.service_preference == wire::ServicePreference::UNKNOWN)
    into.service_preference = from.service_preference;
  into.is_staff |= from.is_staff;
  into.is_partner |= from.is_partner;
  into.is_business |= from.is_business;
}

void MergeIssued(const std::vector<wire::Issued>& from,
                 std::vector<wire::Issued>& into) {
  into.insert(into.end(), from.begin(), from.end());
  std::stable_sort(into.begin(), into.end(),
                   [](const wire::Issued& a, const wire::Issued& b) {
                     return a.issued_at_us < b.issued_at_us;
                   });
}

// ---- the whole customer

class Merger {
 public:
  Merger(CustomerOrdinal kept, CustomerOrdinal absorbed,
         const wire::MergeCustomers& command, const Stamp& stamp,
         const Context& context)
      : kept_(kept),
        absorbed_(absorbed),
        cause_(absl::StrCat("customer ", Quoted(command.absorbed_id),
                            " merged into ", Quoted(command.kept_id))),
        stamp_(stamp),
        context_(context),
        base_(context.base) {}

  // Anything but OK is a fault: nothing here refuses.
  absl::Status Run() {
    MergeAccounts();
    MoveReservations();
    // After the accounts: entries of this command are posted there.
    PATRON_RETURN_IF_ERROR(MoveEntries());
    PATRON_RETURN_IF_ERROR(MovePurchases());
    PATRON_RETURN_IF_ERROR(MoveEvents());
    PATRON_RETURN_IF_ERROR(MergeProfiles());
    PATRON_RETURN_IF_ERROR(MergeFacts());
    return MoveIds();
  }

 private:
  struct KeyAndValue {
    std::string key;
    std::string value;
  };

  // What stands under the absorbed customer.
  absl::StatusOr<std::vector<KeyAndValue>> RowsUnder(
      Family family, absl::string_view prefix) const {
    std::vector<KeyAndValue> rows;
    PATRON_RETURN_IF_ERROR(base_.batch.ScanPrefix(
        family, prefix,
        [&rows](absl::string_view key, absl::string_view value) {
          rows.push_back({std::string(key), std::string(value)});
          return true;
        }));
    return rows;
  }

  void MergeAccounts() {
    const wire::AccountRow from = context_.accounts.Now(absorbed_);
    if (from == wire::AccountRow()) return;
    Postings postings(context_, stamp_);
    for (const wire::ProgrammeAccount& account : from.programmes)
      MergeProgramme(static_cast<uint32_t>(account.programme), postings);
    postings.Post();
    wire::AccountRow& into = context_.accounts.Mutable(kept_);
    MergeUses(from.offers, into.offers);
    MergeIssued(from.issued, into.issued);
    into.referrer = ReferrerOf(into, from);
    context_.accounts.Mutable(absorbed_) = wire::AccountRow();
  }

  // Entries move with their customer, so that none says that points did; what
  // expired until today, and a tier that both together reach, is told.
  void MergeProgramme(uint32_t ordinal, Postings& postings) {
    const loyalty::NumberedProgramme numbered = ProgrammeOf(context_, ordinal);
    const wire::Programme& programme = numbered.programme;
    wire::ProgrammeAccount& into = postings.Account(kept_, numbered);
    wire::ProgrammeAccount& from =
        context_.accounts.Programme(absorbed_, ordinal);
    loyalty::Journal settled, moved_out, moved_in;
    loyalty::Settle(programme, stamp_.logged_day, from, settled);
    loyalty::Merge(programme, stamp_.logged_day, from, moved_out, into,
                   moved_in);

    auto& entries = postings.Journal(kept_, programme.id).entries;
    for (wire::Entry& entry : settled.entries)
      if (entry.kind != wire::EntryKind::TIER)
        entries.push_back(std::move(entry));
    wire::Entry merged;
    merged.kind = wire::EntryKind::MERGE_IN;
    merged.cause = cause_;
    entries.push_back(std::move(merged));
    for (wire::Entry& entry : moved_in.entries)
      if (entry.kind == wire::EntryKind::TIER)
        entries.push_back(std::move(entry));
  }

  // Nobody brought herself.
  int32_t ReferrerOf(const wire::AccountRow& into,
                     const wire::AccountRow& from) const {
    for (const int32_t referrer : {into.referrer, from.referrer}) {
      if (referrer < 0) continue;
      const CustomerOrdinal who =
          PresentOf(CustomerOrdinal(static_cast<uint32_t>(referrer)), context_);
      if (who != kept_ && who != absorbed_) return referrer;
    }
    return -1;
  }

  // Their requests stay as they were asked: whoever repeats one is known by it,
  // and the id that it names leads to the kept customer.
  void MoveReservations() {
    for (const std::string& id : context_.holdings.OpenOf(absorbed_)) {
      wire::ReservationRow& row = *context_.holdings.FindOpen(id);
      row.customer = static_cast<int32_t>(kept_.value());
      context_.holdings.Rewrite(id, base_.batch);
    }
  }

  absl::Status MoveEntries() {
    PATRON_ASSIGN_OR_RETURN(
        const auto rows,
        RowsUnder(Family::kEntries, store::CustomerKey(absorbed_)));
    for (const KeyAndValue& row : rows) {
      PATRON_ASSIGN_OR_RETURN(const auto parts,
                              store::DecodeEntriesKey(row.key));
      const std::string key = store::EntriesKey(kept_, parts.position);
      PATRON_ASSIGN_OR_RETURN(const auto own,
                              base_.batch.Get(Family::kEntries, key));
      std::string value = row.value;
      if (own) {
        PATRON_ASSIGN_OR_RETURN(value, BothEntries(*own, row.value));
      }
      base_.batch.Delete(Family::kEntries, row.key);
      base_.batch.Put(Family::kEntries, key, value);
    }
    return absl::OkStatus();
  }

  static absl::StatusOr<std::string> BothEntries(const std::string& own,
                                                 const std::string& moved) {
    PATRON_ASSIGN_OR_RETURN(auto row,
                            store::Decode<wire::EntriesRow>(own, "entries"));
    PATRON_ASSIGN_OR_RETURN(const auto more,
                            store::Decode<wire::EntriesRow>(moved, "entries"));
    row.entries.insert(row.entries.end(), more.entries.begin(),
                       more.entries.end());
    return store::Encode(row);
  }

  absl::Status MovePurchases() {
    PATRON_ASSIGN_OR_RETURN(
        const auto rows,
        RowsUnder(Family::kPurchases, store::CustomerKey(absorbed_)));
    for (const KeyAndValue& row : rows) {
      PATRON_ASSIGN_OR_RETURN(const auto parts,
                              store::DecodeHistoryKey(row.key));
      PATRON_ASSIGN_OR_RETURN(
          const auto purchase,
          store::Decode<wire::PurchaseRow>(row.value, "purchase"));
      base_.batch.Delete(Family::kPurchases, row.key);
      base_.batch.Put(Family::kPurchases,
                      store::HistoryKey(kept_, parts.happened_at, parts.digest),
                      row.value);
      base_.batch.Put(Family::kReceipts, purchase.receipt_id,
                      store::ReceiptValue(kept_, parts.happened_at));
    }
    return absl::OkStatus();
  }

  // An event that was told of both is one: the first one heard of stays.
  absl::Status MoveEvents() {
    PATRON_ASSIGN_OR_RETURN(
        const auto rows,
        RowsUnder(Family::kEvents, store::CustomerKey(absorbed_)));
    for (const KeyAndValue& row : rows) {
      PATRON_ASSIGN_OR_RETURN(const auto parts,
                              store::DecodeHistoryKey(row.key));
      const std::string key =
          store::HistoryKey(kept_, parts.happened_at, parts.digest);
      PATRON_ASSIGN_OR_RETURN(const auto own,
                              base_.batch.Get(Family::kEvents, key));
      base_.batch.Delete(Family::kEvents, row.key);
      bool moves = true;
      if (own) {
        PATRON_ASSIGN_OR_RETURN(moves, IsEarlier(row.value, *own));
        --base_.totals.Mutable().events;
      }
      if (moves) base_.batch.Put(Family::kEvents, key, row.value);
    }
    return absl::OkStatus();
  }

  static absl::StatusOr<bool> IsEarlier(const std::string& a,
                                        const std::string& b) {
    PATRON_ASSIGN_OR_RETURN(const auto first,
                            store::Decode<wire::EventRow>(a, "event"));
    PATRON_ASSIGN_OR_RETURN(const auto second,
                            store::Decode<wire::EventRow>(b, "event"));
    return first.log_position < second.log_position;
  }

  absl::Status MergeProfiles() {
    const std::string old_key = store::CustomerKey(absorbed_);
    const std::string key = store::CustomerKey(kept_);
    PATRON_ASSIGN_OR_RETURN(const auto absorbed,
                            base_.batch.Get(Family::kPeople, old_key));
    if (!absorbed) return absl::OkStatus();
    PATRON_ASSIGN_OR_RETURN(const auto from, store::Decode<wire::Customer>(
                                                 *absorbed, "people row"));
    PATRON_ASSIGN_OR_RETURN(const auto kept,
                            base_.batch.Get(Family::kPeople, key));
    wire::Customer into;
    into.customer_id = base_.ordinals.CustomerId(kept_);
    if (kept) {
      PATRON_ASSIGN_OR_RETURN(
          into, store::Decode<wire::Customer>(*kept, "people row"));
    }
    FillProfile(from, into);
    base_.batch.Delete(Family::kPeople, old_key);
    base_.batch.Put(Family::kPeople, key, store::Encode(into));
    base_.facts.MutableSummary(kept_).priorities = into.priorities;
    base_.facts.SetTraits(kept_, facts::MakeTraits(into));
    return absl::OkStatus();
  }

  absl::Status MergeFacts() {
    facts::CustomerFacts from;
    base_.facts.ReadNow(absorbed_, from);
    facts::Summary& into = base_.facts.MutableSummary(kept_);
    for (const auto& [currency, amount] : from.summary.spend)
      facts::AddAmount(into.spend, currency, amount);
    for (const auto& [currency, amount] : from.summary.returned)
      facts::AddAmount(into.returned, currency, amount);
    into.returns += from.summary.returns;
    for (auto at = from.shown.rbegin(); at != from.shown.rend(); ++at)
      facts::AddShowing(base_.facts.MutableShown(kept_), *at);
    PATRON_RETURN_IF_ERROR(customers::RecountPurchases(kept_, base_));
    PATRON_RETURN_IF_ERROR(customers::RecountEvents(kept_, base_));
    base_.facts.EndCommand(kept_, base_.batch);
    base_.facts.Clear(absorbed_);
    base_.facts.EndCommand(absorbed_, base_.batch);
    base_.columns.Absorbed(absorbed_);
    return absl::OkStatus();
  }

  absl::Status MoveIds() {
    const std::string prefix = store::AliasOfKey(absorbed_, "");
    PATRON_ASSIGN_OR_RETURN(const auto aliases,
                            RowsUnder(Family::kAliases, prefix));
    for (const KeyAndValue& alias : aliases)
      base_.ordinals.LinkCustomer(alias.key.substr(prefix.size()), kept_,
                                  base_.batch);
    base_.ordinals.LinkCustomer(base_.ordinals.CustomerId(absorbed_), kept_,
                                base_.batch);
    return absl::OkStatus();
  }

  const CustomerOrdinal kept_;
  const CustomerOrdinal absorbed_;
  const std::string cause_;
  const Stamp& stamp_;
  const Context& context_;
  customers::ApplyContext& base_;
};

}  // namespace

absl::Status ApplyMerge(const wire::MergeCustomers& command, const Stamp& stamp,
                        const Context& context) {
  PATRON_ASSIGN_OR_RETURN(const CustomerOrdinal kept,
                          KnownCustomer("kept_id", command.kept_id, context));
  PATRON_ASSIGN_OR_RETURN(
      const CustomerOrdinal absorbed,
      KnownCustomer("absorbed_id", command.absorbed_id, context));
  if (kept == absorbed) return absl::OkStatus();
  return Merger(kept, absorbed, command, stamp, context).Run();
}

}  // namespace patron::checkout
